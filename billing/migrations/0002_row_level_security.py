"""Payment tables show rows only to whom they concern, whatever a query forgot to ask."""

from django.db import migrations

from billing.access.rls import EnableScope

OF_A_CUSTOMER = (
    "agreement",
    "invoice",
    "paymentmethod",
    "payment",
    "refund",
    "moneyevent",
    "ledgeraccount",
    "posting",
)
# What the provider told us, word for word, and what rows used to be: never for customers.
STAFF_ONLY = (
    "providerevent",
    "providerobject",
    "agreementhistory",
    "invoicehistory",
    "invoicelinehistory",
    "paymentmethodhistory",
    "paymenthistory",
    "refundhistory",
)


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [
        *(EnableScope(name) for name in OF_A_CUSTOMER),
        EnableScope("invoiceline", via="invoice"),
        EnableScope("paymentattempt", via="payment"),
        EnableScope("ledgerentry", via="account"),
        *(EnableScope(name, owner=None) for name in STAFF_ONLY),
    ]
