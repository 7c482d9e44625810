import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import billing.audit.fields
import billing.models.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("billing", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(blank=True, default="", max_length=20)),
                ("external_id", models.CharField(blank=True, default="", max_length=255)),
                ("provider_version", models.BigIntegerField(default=0)),
                ("provider_payment_id", models.CharField(blank=True, default="", max_length=255)),
                ("reference", models.CharField(max_length=30, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("warning_needs_response", "Inquiry, answer needed"),
                            ("warning_under_review", "Inquiry under review"),
                            ("warning_closed", "Inquiry closed"),
                            ("needs_response", "Answer needed"),
                            ("under_review", "Under review"),
                            ("won", "Won"),
                            ("lost", "Lost"),
                            ("prevented", "Prevented"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("bank_cannot_process", "Bank cannot process"),
                            ("check_returned", "Check returned"),
                            ("credit_not_processed", "Refund not received"),
                            ("customer_initiated", "Customer initiated"),
                            ("debit_not_authorized", "Debit not authorised"),
                            ("duplicate", "Charged twice"),
                            ("fraudulent", "Not authorised"),
                            ("general", "General"),
                            ("incorrect_account_details", "Wrong account details"),
                            ("insufficient_funds", "Insufficient funds"),
                            ("noncompliant", "Network rules not followed"),
                            ("product_not_received", "Not received"),
                            ("product_unacceptable", "Not as described"),
                            ("subscription_canceled", "Cancelled before the charge"),
                            ("unrecognized", "Not recognised"),
                        ],
                        max_length=40,
                    ),
                ),
                ("network_reason_code", models.CharField(blank=True, default="", max_length=20)),
                ("amount_minor", billing.models.fields.MinorField()),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("has_evidence", models.BooleanField(default=False)),
                ("past_due", models.BooleanField(default=False)),
                ("submission_count", models.PositiveSmallIntegerField(default=0)),
                ("charge_refundable", models.BooleanField(default=False)),
                ("balance_minor", billing.models.fields.MinorField(default=0)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="billing.customer",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="billing.payment",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer", "-opened_at"], name="dispute_of_customer"),
                    models.Index(fields=["payment"], name="dispute_of_payment"),
                    models.Index(
                        condition=models.Q(("payment__isnull", True)),
                        fields=["provider_payment_id"],
                        name="dispute_unlinked",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("provider", "external_id"),
                        name="dispute_unique_at_provider",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="dispute_currency_letters"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gte", 0)), name="dispute_amount_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "warning_needs_response",
                                    "warning_under_review",
                                    "warning_closed",
                                    "needs_response",
                                    "under_review",
                                    "won",
                                    "lost",
                                    "prevented",
                                ],
                            )
                        ),
                        name="dispute_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DisputeHistory",
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
                ("provider_payment_id", models.CharField(blank=True, default="", max_length=255)),
                ("reference", models.CharField(max_length=30)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("warning_needs_response", "Inquiry, answer needed"),
                            ("warning_under_review", "Inquiry under review"),
                            ("warning_closed", "Inquiry closed"),
                            ("needs_response", "Answer needed"),
                            ("under_review", "Under review"),
                            ("won", "Won"),
                            ("lost", "Lost"),
                            ("prevented", "Prevented"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("bank_cannot_process", "Bank cannot process"),
                            ("check_returned", "Check returned"),
                            ("credit_not_processed", "Refund not received"),
                            ("customer_initiated", "Customer initiated"),
                            ("debit_not_authorized", "Debit not authorised"),
                            ("duplicate", "Charged twice"),
                            ("fraudulent", "Not authorised"),
                            ("general", "General"),
                            ("incorrect_account_details", "Wrong account details"),
                            ("insufficient_funds", "Insufficient funds"),
                            ("noncompliant", "Network rules not followed"),
                            ("product_not_received", "Not received"),
                            ("product_unacceptable", "Not as described"),
                            ("subscription_canceled", "Cancelled before the charge"),
                            ("unrecognized", "Not recognised"),
                        ],
                        max_length=40,
                    ),
                ),
                ("network_reason_code", models.CharField(blank=True, default="", max_length=20)),
                ("amount_minor", billing.models.fields.MinorField()),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("has_evidence", models.BooleanField(default=False)),
                ("past_due", models.BooleanField(default=False)),
                ("submission_count", models.PositiveSmallIntegerField(default=0)),
                ("charge_refundable", models.BooleanField(default=False)),
                ("balance_minor", billing.models.fields.MinorField(default=0)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="billing.customer",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="billing.payment",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="disputes.dispute",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["pgh_xid", "pgh_id"], name="disputes_di_pgh_xid_36e053_idx")],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispute",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "disputes_disputehistory" ("amount_minor", "balance_minor", "charge_refundable", "closed_at", "currency", "customer_id", "due_at", "external_id", "has_evidence", "id", "network_reason_code", "opened_at", "past_due", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_payment_id", "provider_version", "reason", "reference", "status", "submission_count") VALUES (NEW."amount_minor", NEW."balance_minor", NEW."charge_refundable", NEW."closed_at", NEW."currency", NEW."customer_id", NEW."due_at", NEW."external_id", NEW."has_evidence", NEW."id", NEW."network_reason_code", NEW."opened_at", NEW."past_due", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."provider", NEW."provider_payment_id", NEW."provider_version", NEW."reason", NEW."reference", NEW."status", NEW."submission_count"); RETURN NULL;',
                    hash="89f7371e1b12fbce769eb22dda30dfd43755bfea",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_4eb5a",
                    table="disputes_dispute",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispute",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "disputes_disputehistory" ("amount_minor", "balance_minor", "charge_refundable", "closed_at", "currency", "customer_id", "due_at", "external_id", "has_evidence", "id", "network_reason_code", "opened_at", "past_due", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_payment_id", "provider_version", "reason", "reference", "status", "submission_count") VALUES (NEW."amount_minor", NEW."balance_minor", NEW."charge_refundable", NEW."closed_at", NEW."currency", NEW."customer_id", NEW."due_at", NEW."external_id", NEW."has_evidence", NEW."id", NEW."network_reason_code", NEW."opened_at", NEW."past_due", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."provider", NEW."provider_payment_id", NEW."provider_version", NEW."reason", NEW."reference", NEW."status", NEW."submission_count"); RETURN NULL;',
                    hash="25aed4d2f1bf48658ab070b14665be9a63164b26",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d27f4",
                    table="disputes_dispute",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dispute",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "disputes_disputehistory" ("amount_minor", "balance_minor", "charge_refundable", "closed_at", "currency", "customer_id", "due_at", "external_id", "has_evidence", "id", "network_reason_code", "opened_at", "past_due", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_payment_id", "provider_version", "reason", "reference", "status", "submission_count") VALUES (OLD."amount_minor", OLD."balance_minor", OLD."charge_refundable", OLD."closed_at", OLD."currency", OLD."customer_id", OLD."due_at", OLD."external_id", OLD."has_evidence", OLD."id", OLD."network_reason_code", OLD."opened_at", OLD."past_due", OLD."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."provider", OLD."provider_payment_id", OLD."provider_version", OLD."reason", OLD."reference", OLD."status", OLD."submission_count"); RETURN NULL;',
                    hash="2aad964b8197cabe5efd21272736b6be2e958cf3",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_441f8",
                    table="disputes_dispute",
                    when="AFTER",
                ),
            ),
        ),
    ]
