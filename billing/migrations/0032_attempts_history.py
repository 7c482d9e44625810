"""An attempt that is taken out, since one told late renumbers those after it, stays as history."""

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import billing.audit.fields
from billing.access.rls import EnableScope
from billing.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0031_entries_told_twice"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaymentAttemptHistory",
            fields=[
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "pgh_xid",
                    billing.audit.fields.TransactionIdField(
                        db_default=billing.audit.fields.CurrentTransaction(), editable=False
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("number", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[("succeeded", "Approved"), ("declined", "Declined"), ("error", "Technical error")],
                        max_length=20,
                    ),
                ),
                ("decline_code", models.CharField(blank=True, default="", max_length=60)),
                ("network_code", models.CharField(blank=True, default="", max_length=10)),
                ("advice_code", models.CharField(blank=True, default="", max_length=40)),
                ("network", models.CharField(blank=True, default="", max_length=20)),
                ("next_retry_at", models.DateTimeField(blank=True, null=True)),
                ("external_id", models.CharField(blank=True, default="", max_length=255)),
            ],
            options={
                "verbose_name": "history of payment attempts",
                "verbose_name_plural": "history of payment attempts",
                "abstract": False,
                "default_permissions": (),
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="paymentattempt",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_paymentattempthistory" ("advice_code", "at", "decline_code", "external_id", "id", "network", "network_code", "next_retry_at", "number", "outcome", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."advice_code", NEW."at", NEW."decline_code", NEW."external_id", NEW."id", NEW."network", NEW."network_code", NEW."next_retry_at", NEW."number", NEW."outcome", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="1c5fb9c8e7d58ff76a2077ce6e378ef7120de386",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_52b35",
                    table="billing_paymentattempt",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="paymentattempt",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_paymentattempthistory" ("advice_code", "at", "decline_code", "external_id", "id", "network", "network_code", "next_retry_at", "number", "outcome", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."advice_code", OLD."at", OLD."decline_code", OLD."external_id", OLD."id", OLD."network", OLD."network_code", OLD."next_retry_at", OLD."number", OLD."outcome", OLD."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id"); RETURN NULL;',
                    hash="a485fb57a17e33e690ec6ab035af553033ec98cc",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_0633c",
                    table="billing_paymentattempt",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="paymentattempthistory",
            name="payment",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="billing.payment",
            ),
        ),
        migrations.AddField(
            model_name="paymentattempthistory",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="history",
                to="billing.paymentattempt",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentattempthistory",
            index=models.Index(fields=["pgh_xid", "pgh_id"], name="billing_pay_pgh_xid_56949e_idx"),
        ),
        EnableScope("paymentattempthistory", owner=None),
        AppendOnly("paymentattempthistory"),
    ]
