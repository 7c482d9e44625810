"""In which cluster the trail was sealed from when, so that a restored dump goes on where it was."""

import django.db.models.functions.datetime
from django.db import migrations, models

import billing.audit.fields
from billing.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0029_limits_history_and_withdrawing"),
    ]

    operations = [
        migrations.CreateModel(
            name="SealEpoch",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("system_identifier", models.BigIntegerField()),
                (
                    "oldest_xid",
                    billing.audit.fields.TransactionIdField(
                        db_default=billing.audit.fields.CurrentTransaction(), editable=False
                    ),
                ),
                (
                    "newest_xid",
                    billing.audit.fields.TransactionIdField(
                        db_default=billing.audit.fields.CurrentTransaction(), editable=False
                    ),
                ),
                ("after_seq", models.BigIntegerField()),
                ("marks", models.JSONField()),
                ("begun_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "xid",
                    billing.audit.fields.TransactionIdField(
                        db_default=billing.audit.fields.CurrentTransaction(), editable=False
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        AppendOnly("sealepoch"),
    ]
