"""Bank statements are for staff; what they used to say is never rewritten."""

from django.db import migrations

from billing.access.rls import EnableScope
from billing.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_statements")]

    operations = [
        EnableScope("statement", owner=None),
        EnableScope("statementline", owner=None),
        EnableScope("bankaccounthistory", owner=None),
        AppendOnly("bankaccounthistory"),
        AppendOnly("statementfilehistory"),
    ]
