"""What is contested is payment data: shown to whom it concerns, its history never changed, in a known currency."""

from django.db import migrations

from billing.access.rls import EnableScope
from billing.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("disputes", "0001_initial"),
        ("billing", "0004_known_currencies"),
    ]

    operations = [
        EnableScope("dispute"),
        EnableScope("disputehistory", owner=None),
        AppendOnly("disputehistory"),
        migrations.RunSQL(
            "ALTER TABLE disputes_dispute ADD CONSTRAINT dispute_currency_known"
            " CHECK (redress_currency_known(currency))",
            "ALTER TABLE disputes_dispute DROP CONSTRAINT dispute_currency_known",
        ),
    ]
