"""Books, events, reads, seals and history are written and never changed."""

from django.db import migrations

from billing.audit.append_only import AppendOnly

WRITTEN_ONCE = (
    "ledgeraccount",
    "posting",
    "ledgerentry",
    "moneyevent",
    "paymentread",
    "seal",
    "agreementhistory",
    "customerhistory",
    "invoicehistory",
    "invoicelinehistory",
    "paymentmethodhistory",
    "paymenthistory",
    "refundhistory",
)


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_row_level_security")]

    operations = [AppendOnly(name) for name in WRITTEN_ONCE]
