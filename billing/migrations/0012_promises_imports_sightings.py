import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import billing.audit.fields
import billing.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0011_statements_scope"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("provider", models.CharField(max_length=20)),
                ("filename", models.CharField(max_length=255)),
                ("sha256", models.CharField(max_length=64)),
                ("lines_done", models.PositiveBigIntegerField(default=0)),
                ("inserted", models.PositiveBigIntegerField(default=0)),
                ("updated", models.PositiveBigIntegerField(default=0)),
                ("unchanged", models.PositiveBigIntegerField(default=0)),
                ("refused", models.PositiveBigIntegerField(default=0)),
                ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at", None)),
                        fields=("kind", "provider", "sha256"),
                        name="import_run_one_at_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(blank=True, default="", max_length=20)),
                ("external_id", models.CharField(blank=True, default="", max_length=255)),
                ("provider_version", models.BigIntegerField(default=0)),
                ("reference", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("premium", "Premium"),
                            ("rider", "Rider"),
                            ("plan", "Plan"),
                            ("fee", "Fee"),
                            ("tax", "Tax"),
                            ("discount", "Discount"),
                            ("proration", "Proration"),
                            ("credit", "Credit"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("amount_minor", billing.models.fields.MinorField()),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "agreement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promises",
                        to="billing.agreement",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="promises", to="billing.customer"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer"], name="promise_of_customer")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("provider", "external_id"),
                        name="promise_unique_at_provider",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="promise_currency_letters"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="promise_amount_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["discount", "credit"])), name="promise_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="promise_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PromiseHistory",
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
                ("provider", models.CharField(blank=True, default="", max_length=20)),
                ("external_id", models.CharField(blank=True, default="", max_length=255)),
                ("provider_version", models.BigIntegerField(default=0)),
                ("reference", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("premium", "Premium"),
                            ("rider", "Rider"),
                            ("plan", "Plan"),
                            ("fee", "Fee"),
                            ("tax", "Tax"),
                            ("discount", "Discount"),
                            ("proration", "Proration"),
                            ("credit", "Credit"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("amount_minor", billing.models.fields.MinorField()),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "agreement",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="billing.agreement",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="billing.customer",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="billing.promise",
                    ),
                ),
            ],
            options={
                "verbose_name": "history of promises",
                "verbose_name_plural": "history of promises",
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["pgh_xid", "pgh_id"], name="billing_pro_pgh_xid_05a879_idx")],
            },
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_ref", models.CharField(max_length=20)),
                ("seen_at", models.DateTimeField()),
                (
                    "codes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None),
                ),
                ("findings", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.customer"
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "default_permissions": ("view",),
                "indexes": [models.Index(fields=["case_ref", "-seen_at", "-id"], name="sighting_of_case")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="promise",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_promisehistory" ("agreement_id", "amount_minor", "currency", "customer_id", "ends_on", "external_id", "id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_version", "reference", "starts_on") VALUES (NEW."agreement_id", NEW."amount_minor", NEW."currency", NEW."customer_id", NEW."ends_on", NEW."external_id", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."provider", NEW."provider_version", NEW."reference", NEW."starts_on"); RETURN NULL;',
                    hash="e4a3c0615c9bab4c33f656236e4bb0cbb749c923",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_aa4e5",
                    table="billing_promise",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="promise",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_promisehistory" ("agreement_id", "amount_minor", "currency", "customer_id", "ends_on", "external_id", "id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_version", "reference", "starts_on") VALUES (NEW."agreement_id", NEW."amount_minor", NEW."currency", NEW."customer_id", NEW."ends_on", NEW."external_id", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."provider", NEW."provider_version", NEW."reference", NEW."starts_on"); RETURN NULL;',
                    hash="d58bdbe17093386bd382a61a14209ee52e3a7a41",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_3fa6a",
                    table="billing_promise",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="promise",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_promisehistory" ("agreement_id", "amount_minor", "currency", "customer_id", "ends_on", "external_id", "id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_version", "reference", "starts_on") VALUES (OLD."agreement_id", OLD."amount_minor", OLD."currency", OLD."customer_id", OLD."ends_on", OLD."external_id", OLD."id", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."provider", OLD."provider_version", OLD."reference", OLD."starts_on"); RETURN NULL;',
                    hash="baf120175eb9df10ac8a0f5c26ad335da11a6888",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_19534",
                    table="billing_promise",
                    when="AFTER",
                ),
            ),
        ),
    ]
