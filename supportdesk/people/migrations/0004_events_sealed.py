"""Who, from which request, with how old a factor and with what outcome; and the order in which they are sealed."""

from django.db import migrations, models

import billing.audit.fields


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_invite_public_id"),
    ]

    operations = [
        migrations.AddField(
            model_name="identityevent",
            name="factor_age_seconds",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="identityevent",
            name="outcome",
            field=models.CharField(
                choices=[("done", "done"), ("refused", "refused")], db_default="done", default="done", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="identityevent",
            name="real_actor_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="identityevent",
            name="request_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="identityevent",
            name="role",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="identityevent",
            name="xid",
            field=billing.audit.fields.TransactionIdField(
                db_default=billing.audit.fields.CurrentTransaction(), editable=False
            ),
        ),
        migrations.AddIndex(
            model_name="identityevent",
            index=models.Index(fields=["xid", "id"], name="people_event_order"),
        ),
        migrations.AddConstraint(
            model_name="identityevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["done", "refused"])), name="people_event_outcome_known"
            ),
        ),
    ]
