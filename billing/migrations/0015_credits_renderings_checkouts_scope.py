"""Who sees credits, frozen bills and visits to the provider's page; what is never rewritten."""

from django.db import migrations

from billing.access.rls import EnableScope
from billing.audit.append_only import AppendOnly

WITH_CURRENCY = ("creditnote", "checkout", "promotion", "goodwillbudget")


class Migration(migrations.Migration):
    dependencies = [("billing", "0014_credits_renderings_checkouts")]

    operations = [
        *(
            migrations.RunSQL(
                f"ALTER TABLE billing_{table} ADD CONSTRAINT {table}_currency_known"
                " CHECK (redress_currency_known(currency))",
                f"ALTER TABLE billing_{table} DROP CONSTRAINT {table}_currency_known",
            )
            for table in WITH_CURRENCY
        ),
        *(EnableScope(name) for name in ("creditnote", "invoicerendering", "checkout")),
        EnableScope("creditnoteline", via="credit_note"),
        *(EnableScope(name, owner=None) for name in ("creditnotehistory", "checkouthistory")),
        *(
            AppendOnly(name)
            for name in (
                "creditnoteline",
                "invoicerendering",
                "creditnotehistory",
                "checkouthistory",
                "promotionhistory",
            )
        ),
    ]
