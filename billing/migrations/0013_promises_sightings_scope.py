"""Who sees promises (staff, and the customer they were made to) and what was seen of a diagnosis (staff alone)."""

from django.db import migrations

from billing.access.rls import EnableScope
from billing.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("billing", "0012_promises_imports_sightings")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE billing_promise ADD CONSTRAINT promise_currency_known CHECK (redress_currency_known(currency))",
            "ALTER TABLE billing_promise DROP CONSTRAINT promise_currency_known",
        ),
        EnableScope("promise"),
        EnableScope("promisehistory", owner=None),
        AppendOnly("promisehistory"),
        EnableScope("sighting", owner=None),
        AppendOnly("sighting"),
    ]
