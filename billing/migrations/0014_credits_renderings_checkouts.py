import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import billing.audit.fields
import billing.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("billing", "0013_promises_sightings_scope"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Checkout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("payment", "Pay a bill"), ("method", "Change the way to pay")], max_length=10
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("starting", "Asked for at the provider"),
                            ("open", "With the customer"),
                            ("complete", "Done"),
                            ("expired", "Not used"),
                        ],
                        default="starting",
                        max_length=10,
                    ),
                ),
                ("reference", models.CharField(max_length=30, unique=True)),
                ("amount_minor", billing.models.fields.MinorField(default=0)),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("provider", models.CharField(max_length=20)),
                ("external_id", models.CharField(blank=True, default="", max_length=255)),
                ("url", models.CharField(blank=True, default="", max_length=2000)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CheckoutHistory",
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
                (
                    "kind",
                    models.CharField(
                        choices=[("payment", "Pay a bill"), ("method", "Change the way to pay")], max_length=10
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("starting", "Asked for at the provider"),
                            ("open", "With the customer"),
                            ("complete", "Done"),
                            ("expired", "Not used"),
                        ],
                        default="starting",
                        max_length=10,
                    ),
                ),
                ("reference", models.CharField(max_length=30)),
                ("amount_minor", billing.models.fields.MinorField(default=0)),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("provider", models.CharField(max_length=20)),
                ("external_id", models.CharField(blank=True, default="", max_length=255)),
                ("url", models.CharField(blank=True, default="", max_length=2000)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "history of checkouts",
                "verbose_name_plural": "history of checkouts",
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="CreditNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=30, unique=True)),
                ("number", models.CharField(blank=True, default="", max_length=20)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("correction", "Bill corrected"),
                            ("fee_waiver", "Fee waived"),
                            ("goodwill", "Goodwill"),
                            ("promotion", "Promotion applied afterwards"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Waits for approval"),
                            ("approved", "Approved"),
                            ("issued", "Issued"),
                            ("rejected", "Rejected"),
                        ],
                        max_length=20,
                    ),
                ),
                ("amount_minor", billing.models.fields.MinorField()),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                (
                    "owed_back",
                    models.CharField(
                        choices=[("keep", "Keep it for the next bill"), ("send", "Send it back")],
                        default="keep",
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("evidence", models.JSONField(blank=True, default=dict)),
                ("new_lines", models.JSONField(blank=True, default=list)),
                ("case_ref", models.CharField(blank=True, default="", max_length=20)),
                ("idempotency_key", models.CharField(max_length=64, unique=True)),
                ("request_hash", models.CharField(max_length=64)),
                ("requested_at", models.DateTimeField()),
                ("approval_needed", models.BooleanField(default=False)),
                ("approval_reason", models.CharField(blank=True, default="", max_length=200)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision_note", models.CharField(blank=True, default="", max_length=500)),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                ("owed_minor", billing.models.fields.MinorField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="CreditNoteHistory",
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
                ("reference", models.CharField(max_length=30)),
                ("number", models.CharField(blank=True, default="", max_length=20)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("correction", "Bill corrected"),
                            ("fee_waiver", "Fee waived"),
                            ("goodwill", "Goodwill"),
                            ("promotion", "Promotion applied afterwards"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Waits for approval"),
                            ("approved", "Approved"),
                            ("issued", "Issued"),
                            ("rejected", "Rejected"),
                        ],
                        max_length=20,
                    ),
                ),
                ("amount_minor", billing.models.fields.MinorField()),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                (
                    "owed_back",
                    models.CharField(
                        choices=[("keep", "Keep it for the next bill"), ("send", "Send it back")],
                        default="keep",
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("evidence", models.JSONField(blank=True, default=dict)),
                ("new_lines", models.JSONField(blank=True, default=list)),
                ("case_ref", models.CharField(blank=True, default="", max_length=20)),
                ("idempotency_key", models.CharField(max_length=64)),
                ("request_hash", models.CharField(max_length=64)),
                ("requested_at", models.DateTimeField()),
                ("approval_needed", models.BooleanField(default=False)),
                ("approval_reason", models.CharField(blank=True, default="", max_length=200)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision_note", models.CharField(blank=True, default="", max_length=500)),
                ("issued_at", models.DateTimeField(blank=True, null=True)),
                ("owed_minor", billing.models.fields.MinorField(default=0)),
            ],
            options={
                "verbose_name": "history of credit notes",
                "verbose_name_plural": "history of credit notes",
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="CreditNoteLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("bill_line", models.PositiveSmallIntegerField(blank=True, null=True)),
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
                ("description", models.CharField(max_length=300)),
                ("amount_minor", billing.models.fields.MinorField()),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="GoodwillBudget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("grant_limit_minor", billing.models.fields.MinorField()),
                ("monthly_minor", billing.models.fields.MinorField()),
            ],
        ),
        migrations.CreateModel(
            name="InvoiceRendering",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("document", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Promotion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("name", models.CharField(blank=True, default="", max_length=120)),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("percent_off", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("amount_off_minor", billing.models.fields.MinorField(blank=True, null=True)),
                ("active", models.BooleanField(default=True)),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("uses_allowed", models.PositiveIntegerField(blank=True, null=True)),
                ("uses_per_customer", models.PositiveSmallIntegerField(default=1)),
                (
                    "products",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                ("minimum_minor", billing.models.fields.MinorField(default=0)),
                ("first_purchase_only", models.BooleanField(default=False)),
                ("stackable", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="promotion_currency_letters"
                    ),
                    models.UniqueConstraint(django.db.models.functions.text.Lower("code"), name="promotion_code_once"),
                    models.CheckConstraint(condition=models.Q(("code", ""), _negated=True), name="promotion_has_code"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_off_minor__isnull", True), ("percent_off__range", (1, 100))),
                            models.Q(("amount_off_minor__gt", 0), ("percent_off__isnull", True)),
                            _connector="OR",
                        ),
                        name="promotion_one_way_off",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True),
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="promotion_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PromotionHistory",
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
                ("code", models.CharField(max_length=40)),
                ("name", models.CharField(blank=True, default="", max_length=120)),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("percent_off", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("amount_off_minor", billing.models.fields.MinorField(blank=True, null=True)),
                ("active", models.BooleanField(default=True)),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("uses_allowed", models.PositiveIntegerField(blank=True, null=True)),
                ("uses_per_customer", models.PositiveSmallIntegerField(default=1)),
                (
                    "products",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                ("minimum_minor", billing.models.fields.MinorField(default=0)),
                ("first_purchase_only", models.BooleanField(default=False)),
                ("stackable", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name": "history of promotions",
                "verbose_name_plural": "history of promotions",
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.RemoveConstraint(
            model_name="moneyevent",
            name="money_event_kind_known",
        ),
        migrations.AddField(
            model_name="invoice",
            name="carried_minor",
            field=billing.models.fields.MinorField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="invoice",
            name="corrects",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="credited_minor",
            field=billing.models.fields.MinorField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="invoicehistory",
            name="carried_minor",
            field=billing.models.fields.MinorField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="invoicehistory",
            name="corrects",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="invoicehistory",
            name="credited_minor",
            field=billing.models.fields.MinorField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="moneyevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("payment_failed", "Payment Failed"),
                    ("payment_succeeded", "Payment Succeeded"),
                    ("payment_authorised", "Payment Authorised"),
                    ("payment_canceled", "Payment Canceled"),
                    ("payment_needs_customer", "Payment Needs Customer"),
                    ("invoice_issued", "Invoice Issued"),
                    ("invoice_paid", "Invoice Paid"),
                    ("invoice_unpaid", "Invoice Unpaid"),
                    ("invoice_changed", "Invoice Changed"),
                    ("agreement_changed", "Agreement Changed"),
                    ("method_changed", "Method Changed"),
                    ("refund_requested", "Refund Requested"),
                    ("refund_approved", "Refund Approved"),
                    ("refund_rejected", "Refund Rejected"),
                    ("refund_sent", "Refund Sent"),
                    ("refund_succeeded", "Refund Succeeded"),
                    ("refund_failed", "Refund Failed"),
                    ("refund_unknown", "Refund Unknown"),
                    ("credit_requested", "Credit Requested"),
                    ("credit_issued", "Credit Issued"),
                    ("credit_rejected", "Credit Rejected"),
                    ("dispute_opened", "Dispute Opened"),
                    ("dispute_changed", "Dispute Changed"),
                    ("dispute_closed", "Dispute Closed"),
                    ("event_held", "Event Held"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("credited_minor", 0),
                    models.Q(("credited_minor__gt", 0), ("credited_minor__lte", models.F("total_minor"))),
                    _connector="OR",
                ),
                name="invoice_never_credited_more",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("carried_minor", 0),
                    models.Q(
                        ("carried_minor__gt", 0),
                        ("carried_minor__lte", models.F("total_minor")),
                        ("corrects__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="invoice_carries_no_more",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("corrects__isnull", True), models.Q(("corrects", models.F("id")), _negated=True), _connector="OR"
                ),
                name="invoice_corrects_another",
            ),
        ),
        migrations.AddField(
            model_name="checkout",
            name="agreement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checkouts",
                to="billing.agreement",
            ),
        ),
        migrations.AddField(
            model_name="checkout",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="checkouts", to="billing.customer"
            ),
        ),
        migrations.AddField(
            model_name="checkout",
            name="invoice",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checkouts",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="checkout",
            name="method",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="billing.paymentmethod",
            ),
        ),
        migrations.AddField(
            model_name="checkouthistory",
            name="agreement",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="billing.agreement",
            ),
        ),
        migrations.AddField(
            model_name="checkouthistory",
            name="customer",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="billing.customer",
            ),
        ),
        migrations.AddField(
            model_name="checkouthistory",
            name="invoice",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="checkouthistory",
            name="method",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="billing.paymentmethod",
            ),
        ),
        migrations.AddField(
            model_name="checkouthistory",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="history",
                to="billing.checkout",
            ),
        ),
        migrations.AddField(
            model_name="creditnote",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="credit_notes", to="billing.customer"
            ),
        ),
        migrations.AddField(
            model_name="creditnote",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credits_decided",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="creditnote",
            name="invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="credit_notes", to="billing.invoice"
            ),
        ),
        migrations.AddField(
            model_name="creditnote",
            name="refund",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sent_for_credit",
                to="billing.refund",
            ),
        ),
        migrations.AddField(
            model_name="creditnote",
            name="requested_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credits_requested",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="moneyevent",
            name="credit_note",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="billing.creditnote",
            ),
        ),
        migrations.AddConstraint(
            model_name="moneyevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "payment_failed",
                            "payment_succeeded",
                            "payment_authorised",
                            "payment_canceled",
                            "payment_needs_customer",
                            "invoice_issued",
                            "invoice_paid",
                            "invoice_unpaid",
                            "invoice_changed",
                            "agreement_changed",
                            "method_changed",
                            "refund_requested",
                            "refund_approved",
                            "refund_rejected",
                            "refund_sent",
                            "refund_succeeded",
                            "refund_failed",
                            "refund_unknown",
                            "credit_requested",
                            "credit_issued",
                            "credit_rejected",
                            "dispute_opened",
                            "dispute_changed",
                            "dispute_closed",
                            "event_held",
                        ],
                    )
                ),
                name="money_event_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="creditnotehistory",
            name="customer",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="billing.customer",
            ),
        ),
        migrations.AddField(
            model_name="creditnotehistory",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="creditnotehistory",
            name="invoice",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="creditnotehistory",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="history",
                to="billing.creditnote",
            ),
        ),
        migrations.AddField(
            model_name="creditnotehistory",
            name="refund",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="billing.refund",
            ),
        ),
        migrations.AddField(
            model_name="creditnotehistory",
            name="requested_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="creditnoteline",
            name="credit_note",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="billing.creditnote"
            ),
        ),
        migrations.AddField(
            model_name="goodwillbudget",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="goodwill_budgets", to="auth.group"
            ),
        ),
        migrations.AddField(
            model_name="creditnotehistory",
            name="budget",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="billing.goodwillbudget",
            ),
        ),
        migrations.AddField(
            model_name="creditnote",
            name="budget",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credits",
                to="billing.goodwillbudget",
            ),
        ),
        migrations.AddField(
            model_name="invoicerendering",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.customer"
            ),
        ),
        migrations.AddField(
            model_name="invoicerendering",
            name="invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="renderings", to="billing.invoice"
            ),
        ),
        migrations.AddField(
            model_name="creditnotehistory",
            name="promotion",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="billing.promotion",
            ),
        ),
        migrations.AddField(
            model_name="creditnote",
            name="promotion",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credits",
                to="billing.promotion",
            ),
        ),
        migrations.AddField(
            model_name="promotionhistory",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="history",
                to="billing.promotion",
            ),
        ),
        migrations.AddIndex(
            model_name="checkout",
            index=models.Index(fields=["customer", "-created_at"], name="checkout_of_customer"),
        ),
        migrations.AddConstraint(
            model_name="checkout",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="checkout_currency_letters"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkout",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["payment", "method"])), name="checkout_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkout",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["starting", "open", "complete", "expired"])),
                name="checkout_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_minor__gt", 0), ("invoice__isnull", False), ("kind", "payment")),
                    models.Q(("amount_minor", 0), ("invoice__isnull", True), ("kind", "method")),
                    _connector="OR",
                ),
                name="checkout_is_for_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "payment"), ("status__in", ("starting", "open"))),
                fields=("invoice",),
                name="checkout_one_for_a_bill",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("provider", "external_id"),
                name="checkout_unique_at_provider",
            ),
        ),
        migrations.AddIndex(
            model_name="checkouthistory",
            index=models.Index(fields=["pgh_xid", "pgh_id"], name="billing_che_pgh_xid_044f08_idx"),
        ),
        migrations.AddConstraint(
            model_name="creditnoteline",
            constraint=models.UniqueConstraint(fields=("credit_note", "position"), name="credit_note_line_position"),
        ),
        migrations.AddConstraint(
            model_name="creditnoteline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["premium", "rider", "plan", "fee", "tax", "discount", "proration", "credit", "other"])
                ),
                name="credit_note_line_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="goodwillbudget",
            constraint=models.UniqueConstraint(fields=("group", "currency"), name="goodwill_budget_once"),
        ),
        migrations.AddConstraint(
            model_name="goodwillbudget",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="goodwill_budget_currency_letters"
            ),
        ),
        migrations.AddConstraint(
            model_name="goodwillbudget",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("grant_limit_minor__gte", 0), ("monthly_minor__gte", models.F("grant_limit_minor"))
                ),
                name="goodwill_budget_fits",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicerendering",
            constraint=models.UniqueConstraint(fields=("invoice", "number"), name="rendering_number"),
        ),
        migrations.AddConstraint(
            model_name="invoicerendering",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="rendering_hashed"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicerendering",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="rendering_counted_from_one"
            ),
        ),
        migrations.AddIndex(
            model_name="creditnotehistory",
            index=models.Index(fields=["pgh_xid", "pgh_id"], name="billing_cre_pgh_xid_896eaa_idx"),
        ),
        migrations.AddIndex(
            model_name="creditnote",
            index=models.Index(fields=["customer", "-requested_at"], name="credit_note_of_customer"),
        ),
        migrations.AddIndex(
            model_name="creditnote",
            index=models.Index(fields=["invoice"], name="credit_note_of_invoice"),
        ),
        migrations.AddIndex(
            model_name="creditnote",
            index=models.Index(
                condition=models.Q(("status", "requested")), fields=["requested_at"], name="credit_note_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="creditnote",
            index=models.Index(fields=["requested_by", "-requested_at"], name="credit_note_by_requester"),
        ),
        migrations.AddIndex(
            model_name="creditnote",
            index=models.Index(fields=["budget", "issued_at"], name="credit_note_of_budget"),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="credit_note_currency_letters"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="credit_note_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["requested", "approved", "issued", "rejected"])),
                name="credit_note_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["correction", "fee_waiver", "goodwill", "promotion"])),
                name="credit_note_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("owed_back__in", ["keep", "send"])), name="credit_note_owed_back_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("requested_by")), _negated=True),
                    _connector="OR",
                ),
                name="credit_note_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="credit_note_decision_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approval_needed", False), ("status", "requested"), ("decided_by__isnull", False), _connector="OR"
                ),
                name="credit_note_not_issued_unapproved",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("issued_at__isnull", False), ("status", "issued"), models.Q(("number", ""), _negated=True)
                    ),
                    models.Q(
                        models.Q(("status", "issued"), _negated=True), ("issued_at__isnull", True), ("number", "")
                    ),
                    _connector="OR",
                ),
                name="credit_note_numbered_when_issued",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "promotion"), ("promotion__isnull", False)),
                    models.Q(models.Q(("kind", "promotion"), _negated=True), ("promotion__isnull", True)),
                    _connector="OR",
                ),
                name="credit_note_promotion_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True), fields=("number",), name="credit_note_number_once"
            ),
        ),
        migrations.AddIndex(
            model_name="promotionhistory",
            index=models.Index(fields=["pgh_xid", "pgh_id"], name="billing_pro_pgh_xid_2d50a5_idx"),
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="invoice",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="invoice",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="invoice",
            name="delete_delete",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_invoicehistory" ("agreement_id", "carried_minor", "corrects_id", "credited_minor", "currency", "customer_id", "due_on", "external_id", "id", "issued_on", "next_retry_at", "number", "paid_at", "period_end", "period_start", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_intent_id", "provider_version", "status", "total_minor") VALUES (NEW."agreement_id", NEW."carried_minor", NEW."corrects_id", NEW."credited_minor", NEW."currency", NEW."customer_id", NEW."due_on", NEW."external_id", NEW."id", NEW."issued_on", NEW."next_retry_at", NEW."number", NEW."paid_at", NEW."period_end", NEW."period_start", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."provider", NEW."provider_intent_id", NEW."provider_version", NEW."status", NEW."total_minor"); RETURN NULL;',
                    hash="910cb15809779a91dcd7aeddb8021bcba8255ba1",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_0c624",
                    table="billing_invoice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_invoicehistory" ("agreement_id", "carried_minor", "corrects_id", "credited_minor", "currency", "customer_id", "due_on", "external_id", "id", "issued_on", "next_retry_at", "number", "paid_at", "period_end", "period_start", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_intent_id", "provider_version", "status", "total_minor") VALUES (NEW."agreement_id", NEW."carried_minor", NEW."corrects_id", NEW."credited_minor", NEW."currency", NEW."customer_id", NEW."due_on", NEW."external_id", NEW."id", NEW."issued_on", NEW."next_retry_at", NEW."number", NEW."paid_at", NEW."period_end", NEW."period_start", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."provider", NEW."provider_intent_id", NEW."provider_version", NEW."status", NEW."total_minor"); RETURN NULL;',
                    hash="ce667ac75cbe0e987e985eddf83f3897d4e063ca",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_28c43",
                    table="billing_invoice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_invoicehistory" ("agreement_id", "carried_minor", "corrects_id", "credited_minor", "currency", "customer_id", "due_on", "external_id", "id", "issued_on", "next_retry_at", "number", "paid_at", "period_end", "period_start", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_intent_id", "provider_version", "status", "total_minor") VALUES (OLD."agreement_id", OLD."carried_minor", OLD."corrects_id", OLD."credited_minor", OLD."currency", OLD."customer_id", OLD."due_on", OLD."external_id", OLD."id", OLD."issued_on", OLD."next_retry_at", OLD."number", OLD."paid_at", OLD."period_end", OLD."period_start", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."provider", OLD."provider_intent_id", OLD."provider_version", OLD."status", OLD."total_minor"); RETURN NULL;',
                    hash="1f18b74c352b5e4ac7612c7180a5933b87f9cadd",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_6493d",
                    table="billing_invoice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="promotion",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_promotionhistory" ("active", "amount_off_minor", "code", "currency", "ends_on", "first_purchase_only", "id", "minimum_minor", "name", "percent_off", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "products", "stackable", "starts_on", "uses_allowed", "uses_per_customer") VALUES (NEW."active", NEW."amount_off_minor", NEW."code", NEW."currency", NEW."ends_on", NEW."first_purchase_only", NEW."id", NEW."minimum_minor", NEW."name", NEW."percent_off", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."products", NEW."stackable", NEW."starts_on", NEW."uses_allowed", NEW."uses_per_customer"); RETURN NULL;',
                    hash="b90d384983b61c48bdb93625a0b54c1c5283b1b3",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_3b1a7",
                    table="billing_promotion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="promotion",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_promotionhistory" ("active", "amount_off_minor", "code", "currency", "ends_on", "first_purchase_only", "id", "minimum_minor", "name", "percent_off", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "products", "stackable", "starts_on", "uses_allowed", "uses_per_customer") VALUES (NEW."active", NEW."amount_off_minor", NEW."code", NEW."currency", NEW."ends_on", NEW."first_purchase_only", NEW."id", NEW."minimum_minor", NEW."name", NEW."percent_off", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."products", NEW."stackable", NEW."starts_on", NEW."uses_allowed", NEW."uses_per_customer"); RETURN NULL;',
                    hash="0db7a126bab324b4c910664ec4ab4a40cad68da0",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_92df5",
                    table="billing_promotion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="promotion",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_promotionhistory" ("active", "amount_off_minor", "code", "currency", "ends_on", "first_purchase_only", "id", "minimum_minor", "name", "percent_off", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "products", "stackable", "starts_on", "uses_allowed", "uses_per_customer") VALUES (OLD."active", OLD."amount_off_minor", OLD."code", OLD."currency", OLD."ends_on", OLD."first_purchase_only", OLD."id", OLD."minimum_minor", OLD."name", OLD."percent_off", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."products", OLD."stackable", OLD."starts_on", OLD."uses_allowed", OLD."uses_per_customer"); RETURN NULL;',
                    hash="409e40020905db848d7afa4e3a2c1d38d4b115e6",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_294aa",
                    table="billing_promotion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkout",
            trigger=pgtrigger.compiler.Trigger(
                name="checkout_steps",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{starting:complete,starting:expired,starting:open,open:complete,open:expired,expired:complete}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="243c23c3b5a5ae33cb2f302ebe9a9872a8463c43",
                    operation="UPDATE",
                    pgid="pgtrigger_checkout_steps_34903",
                    table="billing_checkout",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkout",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_checkouthistory" ("agreement_id", "amount_minor", "created_at", "currency", "customer_id", "ended_at", "expires_at", "external_id", "id", "invoice_id", "kind", "method_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "reference", "status", "url") VALUES (NEW."agreement_id", NEW."amount_minor", NEW."created_at", NEW."currency", NEW."customer_id", NEW."ended_at", NEW."expires_at", NEW."external_id", NEW."id", NEW."invoice_id", NEW."kind", NEW."method_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."provider", NEW."reference", NEW."status", NEW."url"); RETURN NULL;',
                    hash="33bf8b3adab32ca78e9b3a00ab62d1fb27049102",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f5c63",
                    table="billing_checkout",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkout",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_checkouthistory" ("agreement_id", "amount_minor", "created_at", "currency", "customer_id", "ended_at", "expires_at", "external_id", "id", "invoice_id", "kind", "method_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "reference", "status", "url") VALUES (NEW."agreement_id", NEW."amount_minor", NEW."created_at", NEW."currency", NEW."customer_id", NEW."ended_at", NEW."expires_at", NEW."external_id", NEW."id", NEW."invoice_id", NEW."kind", NEW."method_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."provider", NEW."reference", NEW."status", NEW."url"); RETURN NULL;',
                    hash="a74cd8e67bfe7dba74724c24f3df5ccba171c106",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_11ba5",
                    table="billing_checkout",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkout",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_checkouthistory" ("agreement_id", "amount_minor", "created_at", "currency", "customer_id", "ended_at", "expires_at", "external_id", "id", "invoice_id", "kind", "method_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "reference", "status", "url") VALUES (OLD."agreement_id", OLD."amount_minor", OLD."created_at", OLD."currency", OLD."customer_id", OLD."ended_at", OLD."expires_at", OLD."external_id", OLD."id", OLD."invoice_id", OLD."kind", OLD."method_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."provider", OLD."reference", OLD."status", OLD."url"); RETURN NULL;',
                    hash="95f4b0e5c238f6661a3917f96724e1d5b7e00779",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_09bd4",
                    table="billing_checkout",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="creditnote",
            trigger=pgtrigger.compiler.Trigger(
                name="credit_note_asked",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."customer_id" IS DISTINCT FROM (NEW."customer_id") OR OLD."invoice_id" IS DISTINCT FROM (NEW."invoice_id") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."amount_minor" IS DISTINCT FROM (NEW."amount_minor") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."owed_back" IS DISTINCT FROM (NEW."owed_back") OR OLD."evidence" IS DISTINCT FROM (NEW."evidence") OR OLD."new_lines" IS DISTINCT FROM (NEW."new_lines") OR OLD."promotion_id" IS DISTINCT FROM (NEW."promotion_id") OR OLD."idempotency_key" IS DISTINCT FROM (NEW."idempotency_key") OR OLD."request_hash" IS DISTINCT FROM (NEW."request_hash") OR OLD."requested_by_id" IS DISTINCT FROM (NEW."requested_by_id") OR OLD."requested_at" IS DISTINCT FROM (NEW."requested_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="577d9da13f204e4352a7342aa3bbda803cfb9423",
                    operation="UPDATE",
                    pgid="pgtrigger_credit_note_asked_96614",
                    table="billing_creditnote",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="creditnote",
            trigger=pgtrigger.compiler.Trigger(
                name="credit_note_issued",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"status\" = 'issued')",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="efe5250f7a976d3cb396530320d65404ae236477",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_credit_note_issued_82b67",
                    table="billing_creditnote",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="creditnote",
            trigger=pgtrigger.compiler.Trigger(
                name="credit_note_steps",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{requested:approved,requested:rejected,approved:issued}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="4e0afe21f202e265f6be0e0bb86815901b3c9811",
                    operation="UPDATE",
                    pgid="pgtrigger_credit_note_steps_ecd83",
                    table="billing_creditnote",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="creditnote",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_creditnotehistory" ("amount_minor", "approval_needed", "approval_reason", "budget_id", "case_ref", "currency", "customer_id", "decided_at", "decided_by_id", "decision_note", "evidence", "id", "idempotency_key", "invoice_id", "issued_at", "kind", "new_lines", "note", "number", "owed_back", "owed_minor", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promotion_id", "reference", "refund_id", "request_hash", "requested_at", "requested_by_id", "status") VALUES (NEW."amount_minor", NEW."approval_needed", NEW."approval_reason", NEW."budget_id", NEW."case_ref", NEW."currency", NEW."customer_id", NEW."decided_at", NEW."decided_by_id", NEW."decision_note", NEW."evidence", NEW."id", NEW."idempotency_key", NEW."invoice_id", NEW."issued_at", NEW."kind", NEW."new_lines", NEW."note", NEW."number", NEW."owed_back", NEW."owed_minor", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."promotion_id", NEW."reference", NEW."refund_id", NEW."request_hash", NEW."requested_at", NEW."requested_by_id", NEW."status"); RETURN NULL;',
                    hash="948b495bd8ebcf5178ad74a8dce891b4e1952fc6",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5150e",
                    table="billing_creditnote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="creditnote",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_creditnotehistory" ("amount_minor", "approval_needed", "approval_reason", "budget_id", "case_ref", "currency", "customer_id", "decided_at", "decided_by_id", "decision_note", "evidence", "id", "idempotency_key", "invoice_id", "issued_at", "kind", "new_lines", "note", "number", "owed_back", "owed_minor", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promotion_id", "reference", "refund_id", "request_hash", "requested_at", "requested_by_id", "status") VALUES (NEW."amount_minor", NEW."approval_needed", NEW."approval_reason", NEW."budget_id", NEW."case_ref", NEW."currency", NEW."customer_id", NEW."decided_at", NEW."decided_by_id", NEW."decision_note", NEW."evidence", NEW."id", NEW."idempotency_key", NEW."invoice_id", NEW."issued_at", NEW."kind", NEW."new_lines", NEW."note", NEW."number", NEW."owed_back", NEW."owed_minor", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."promotion_id", NEW."reference", NEW."refund_id", NEW."request_hash", NEW."requested_at", NEW."requested_by_id", NEW."status"); RETURN NULL;',
                    hash="d7aabe9b71706c1d0b180eb9a6237663e29b3df8",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_685f3",
                    table="billing_creditnote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="creditnote",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_creditnotehistory" ("amount_minor", "approval_needed", "approval_reason", "budget_id", "case_ref", "currency", "customer_id", "decided_at", "decided_by_id", "decision_note", "evidence", "id", "idempotency_key", "invoice_id", "issued_at", "kind", "new_lines", "note", "number", "owed_back", "owed_minor", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promotion_id", "reference", "refund_id", "request_hash", "requested_at", "requested_by_id", "status") VALUES (OLD."amount_minor", OLD."approval_needed", OLD."approval_reason", OLD."budget_id", OLD."case_ref", OLD."currency", OLD."customer_id", OLD."decided_at", OLD."decided_by_id", OLD."decision_note", OLD."evidence", OLD."id", OLD."idempotency_key", OLD."invoice_id", OLD."issued_at", OLD."kind", OLD."new_lines", OLD."note", OLD."number", OLD."owed_back", OLD."owed_minor", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."promotion_id", OLD."reference", OLD."refund_id", OLD."request_hash", OLD."requested_at", OLD."requested_by_id", OLD."status"); RETURN NULL;',
                    hash="516fd30eaca3b0b7992538febc69a1e84bad1114",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_19a71",
                    table="billing_creditnote",
                    when="AFTER",
                ),
            ),
        ),
    ]
