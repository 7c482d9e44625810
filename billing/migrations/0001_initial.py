import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.text
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import billing.audit.fields
import billing.models.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(blank=True, default="", max_length=20)),
                ("external_id", models.CharField(blank=True, default="", max_length=255)),
                ("provider_version", models.BigIntegerField(default=0)),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(blank=True, default="", max_length=200)),
                ("email", models.EmailField(blank=True, default="", max_length=254)),
                ("phone", models.CharField(blank=True, default="", max_length=40)),
                ("country", models.CharField(blank=True, default="", max_length=2)),
                ("language", models.CharField(default="en", max_length=10)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("contact_changed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="billing_customer",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(django.db.models.functions.text.Lower("email"), name="customer_by_email")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("provider", "external_id"),
                        name="customer_unique_at_provider",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(blank=True, default="", max_length=20)),
                ("external_id", models.CharField(blank=True, default="", max_length=255)),
                ("provider_version", models.BigIntegerField(default=0)),
                ("reference", models.CharField(max_length=30, unique=True)),
                (
                    "kind",
                    models.CharField(choices=[("policy", "Policy"), ("subscription", "Subscription")], max_length=20),
                ),
                ("title", models.CharField(blank=True, default="", max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Not started"),
                            ("active", "Active"),
                            ("grace", "In grace"),
                            ("lapsed", "Lapsed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="active",
                        max_length=20,
                    ),
                ),
                ("amount_minor", billing.models.fields.MinorField(default=0)),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("interval_months", models.PositiveSmallIntegerField(default=1)),
                ("autopay", models.BooleanField(default=False)),
                ("started_on", models.DateField(blank=True, null=True)),
                ("next_bill_on", models.DateField(blank=True, null=True)),
                ("grace_until", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="agreements", to="billing.customer"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CustomerHistory",
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
                ("reference", models.CharField(max_length=20)),
                ("name", models.CharField(blank=True, default="", max_length=200)),
                ("email", models.EmailField(blank=True, default="", max_length=254)),
                ("phone", models.CharField(blank=True, default="", max_length=40)),
                ("country", models.CharField(blank=True, default="", max_length=2)),
                ("language", models.CharField(default="en", max_length=10)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("contact_changed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="billing.customer",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["pgh_xid", "pgh_id"], name="billing_cus_pgh_xid_709bf8_idx")],
            },
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(blank=True, default="", max_length=20)),
                ("external_id", models.CharField(blank=True, default="", max_length=255)),
                ("provider_version", models.BigIntegerField(default=0)),
                ("number", models.CharField(max_length=40, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("open", "Open"),
                            ("paid", "Paid"),
                            ("void", "Void"),
                            ("uncollectible", "Uncollectible"),
                        ],
                        default="open",
                        max_length=20,
                    ),
                ),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("total_minor", billing.models.fields.MinorField()),
                ("issued_on", models.DateField()),
                ("due_on", models.DateField(blank=True, null=True)),
                ("period_start", models.DateField(blank=True, null=True)),
                ("period_end", models.DateField(blank=True, null=True)),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
                ("next_retry_at", models.DateTimeField(blank=True, null=True)),
                ("provider_intent_id", models.CharField(blank=True, default="", max_length=255)),
                (
                    "agreement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="billing.agreement",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="billing.customer"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer", "-issued_on"], name="invoice_of_customer"),
                    models.Index(
                        condition=models.Q(("provider_intent_id", ""), _negated=True),
                        fields=["provider_intent_id"],
                        name="invoice_by_intent",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("provider", "external_id"),
                        name="invoice_unique_at_provider",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="invoice_currency_letters"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "open", "paid", "void", "uncollectible"])),
                        name="invoice_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceHistory",
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
                ("number", models.CharField(max_length=40)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("open", "Open"),
                            ("paid", "Paid"),
                            ("void", "Void"),
                            ("uncollectible", "Uncollectible"),
                        ],
                        default="open",
                        max_length=20,
                    ),
                ),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("total_minor", billing.models.fields.MinorField()),
                ("issued_on", models.DateField()),
                ("due_on", models.DateField(blank=True, null=True)),
                ("period_start", models.DateField(blank=True, null=True)),
                ("period_end", models.DateField(blank=True, null=True)),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
                ("next_retry_at", models.DateTimeField(blank=True, null=True)),
                ("provider_intent_id", models.CharField(blank=True, default="", max_length=255)),
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
                        to="billing.invoice",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["pgh_xid", "pgh_id"], name="billing_inv_pgh_xid_aff683_idx")],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
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
                        default="other",
                        max_length=20,
                    ),
                ),
                ("description", models.CharField(max_length=300)),
                ("amount_minor", billing.models.fields.MinorField()),
                ("since_on", models.DateField(blank=True, null=True)),
                ("external_id", models.CharField(blank=True, default="", max_length=255)),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="billing.invoice"
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("invoice", "position"), name="invoice_line_position"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["premium", "rider", "plan", "fee", "tax", "discount", "proration", "credit", "other"],
                            )
                        ),
                        name="invoice_line_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLineHistory",
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
                ("position", models.PositiveSmallIntegerField()),
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
                        default="other",
                        max_length=20,
                    ),
                ),
                ("description", models.CharField(max_length=300)),
                ("amount_minor", billing.models.fields.MinorField()),
                ("since_on", models.DateField(blank=True, null=True)),
                ("external_id", models.CharField(blank=True, default="", max_length=255)),
                (
                    "invoice",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="billing.invoice",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="billing.invoiceline",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["pgh_xid", "pgh_id"], name="billing_inv_pgh_xid_203c1d_idx")],
            },
        ),
        migrations.CreateModel(
            name="LedgerAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("asset", "Asset"),
                            ("liability", "Liability"),
                            ("income", "Income"),
                            ("expense", "Expense"),
                        ],
                        max_length=10,
                    ),
                ),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_accounts",
                        to="billing.customer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("customer", "code", "currency"), name="ledger_account_of_customer_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("customer__isnull", True)),
                        fields=("code", "currency"),
                        name="ledger_account_of_ours_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="ledger_account_currency_letters"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["asset", "liability", "income", "expense"])),
                        name="ledger_account_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True)),
                ("task", models.CharField(max_length=200)),
                ("payload", models.JSONField(default=dict)),
                ("origin", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("due_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("publications", models.PositiveIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, default="", max_length=500)),
                ("running_until", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("dead_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("dead_at__isnull", True), ("done_at__isnull", True)),
                        fields=["due_at", "id"],
                        name="outbox_due",
                    ),
                    models.Index(
                        condition=models.Q(("dead_at__isnull", False)), fields=["-dead_at"], name="outbox_dead"
                    ),
                    models.Index(
                        condition=models.Q(("done_at__isnull", False)), fields=["done_at"], name="outbox_done"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("done_at__isnull", True), ("dead_at__isnull", True), _connector="OR"),
                        name="outbox_done_or_dead",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(blank=True, default="", max_length=20)),
                ("external_id", models.CharField(blank=True, default="", max_length=255)),
                ("provider_version", models.BigIntegerField(default=0)),
                ("reference", models.CharField(max_length=30, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requires_action", "Waits for the customer"),
                            ("processing", "Processing"),
                            ("authorised", "Authorised"),
                            ("succeeded", "Paid"),
                            ("failed", "Failed"),
                            ("canceled", "Canceled"),
                        ],
                        max_length=20,
                    ),
                ),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("amount_minor", billing.models.fields.MinorField()),
                ("captured_minor", billing.models.fields.MinorField(default=0)),
                ("refunded_minor", billing.models.fields.MinorField(default=0)),
                ("refund_held_minor", billing.models.fields.MinorField(default=0)),
                ("disputed_lost_minor", billing.models.fields.MinorField(default=0)),
                ("descriptor", models.CharField(blank=True, default="", max_length=60)),
                ("provider_intent_id", models.CharField(blank=True, default="", max_length=255)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("authorised_at", models.DateTimeField(blank=True, null=True)),
                ("hold_expires_at", models.DateTimeField(blank=True, null=True)),
                ("captured_at", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("refund_blocked", models.BooleanField(default=False)),
                (
                    "agreement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="billing.agreement",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="billing.customer"
                    ),
                ),
                (
                    "intended_invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments_meant_for_it",
                        to="billing.invoice",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="billing.invoice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PaymentAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attempts", to="billing.payment"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("payment", "number"), name="attempt_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("payment", "external_id"),
                        name="attempt_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["succeeded", "declined", "error"])),
                        name="attempt_outcome_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentMethod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(blank=True, default="", max_length=20)),
                ("external_id", models.CharField(blank=True, default="", max_length=255)),
                ("provider_version", models.BigIntegerField(default=0)),
                (
                    "kind",
                    models.CharField(
                        choices=[("card", "Card"), ("bank_account", "Bank account"), ("other", "Other")],
                        default="card",
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("expired", "Expired"),
                            ("revoked", "Mandate revoked"),
                            ("detached", "Removed"),
                        ],
                        default="active",
                        max_length=20,
                    ),
                ),
                ("brand", models.CharField(blank=True, default="", max_length=30)),
                ("last4", models.CharField(blank=True, default="", max_length=4)),
                ("exp_month", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("exp_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("funding", models.CharField(blank=True, default="", max_length=20)),
                ("country", models.CharField(blank=True, default="", max_length=2)),
                ("bank_name", models.CharField(blank=True, default="", max_length=100)),
                ("fingerprint", models.CharField(blank=True, default="", max_length=64)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_methods",
                        to="billing.customer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer"], name="method_of_customer")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("provider", "external_id"),
                        name="method_unique_at_provider",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last4", ""), ("last4__regex", "^[0-9]{4}$"), _connector="OR"),
                        name="method_last4_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("exp_month__isnull", True), ("exp_month__range", (1, 12)), _connector="OR"),
                        name="method_month_in_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["active", "expired", "revoked", "detached"])),
                        name="method_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentHistory",
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
                ("reference", models.CharField(max_length=30)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requires_action", "Waits for the customer"),
                            ("processing", "Processing"),
                            ("authorised", "Authorised"),
                            ("succeeded", "Paid"),
                            ("failed", "Failed"),
                            ("canceled", "Canceled"),
                        ],
                        max_length=20,
                    ),
                ),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("amount_minor", billing.models.fields.MinorField()),
                ("captured_minor", billing.models.fields.MinorField(default=0)),
                ("refunded_minor", billing.models.fields.MinorField(default=0)),
                ("refund_held_minor", billing.models.fields.MinorField(default=0)),
                ("disputed_lost_minor", billing.models.fields.MinorField(default=0)),
                ("descriptor", models.CharField(blank=True, default="", max_length=60)),
                ("provider_intent_id", models.CharField(blank=True, default="", max_length=255)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("authorised_at", models.DateTimeField(blank=True, null=True)),
                ("hold_expires_at", models.DateTimeField(blank=True, null=True)),
                ("captured_at", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("refund_blocked", models.BooleanField(default=False)),
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
                    "intended_invoice",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="billing.invoice",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="billing.invoice",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="billing.payment",
                    ),
                ),
                (
                    "method",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="billing.paymentmethod",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["pgh_xid", "pgh_id"], name="billing_pay_pgh_xid_acd4bf_idx")],
            },
        ),
        migrations.AddField(
            model_name="payment",
            name="method",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="billing.paymentmethod",
            ),
        ),
        migrations.CreateModel(
            name="AgreementHistory",
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
                ("reference", models.CharField(max_length=30)),
                (
                    "kind",
                    models.CharField(choices=[("policy", "Policy"), ("subscription", "Subscription")], max_length=20),
                ),
                ("title", models.CharField(blank=True, default="", max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Not started"),
                            ("active", "Active"),
                            ("grace", "In grace"),
                            ("lapsed", "Lapsed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="active",
                        max_length=20,
                    ),
                ),
                ("amount_minor", billing.models.fields.MinorField(default=0)),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("interval_months", models.PositiveSmallIntegerField(default=1)),
                ("autopay", models.BooleanField(default=False)),
                ("started_on", models.DateField(blank=True, null=True)),
                ("next_bill_on", models.DateField(blank=True, null=True)),
                ("grace_until", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
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
                    "payment_method",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="billing.paymentmethod",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["pgh_xid", "pgh_id"], name="billing_agr_pgh_xid_ffe67c_idx")],
            },
        ),
        migrations.AddField(
            model_name="agreement",
            name="payment_method",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="billing.paymentmethod",
            ),
        ),
        migrations.CreateModel(
            name="PaymentMethodHistory",
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
                (
                    "kind",
                    models.CharField(
                        choices=[("card", "Card"), ("bank_account", "Bank account"), ("other", "Other")],
                        default="card",
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("expired", "Expired"),
                            ("revoked", "Mandate revoked"),
                            ("detached", "Removed"),
                        ],
                        default="active",
                        max_length=20,
                    ),
                ),
                ("brand", models.CharField(blank=True, default="", max_length=30)),
                ("last4", models.CharField(blank=True, default="", max_length=4)),
                ("exp_month", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("exp_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("funding", models.CharField(blank=True, default="", max_length=20)),
                ("country", models.CharField(blank=True, default="", max_length=2)),
                ("bank_name", models.CharField(blank=True, default="", max_length=100)),
                ("fingerprint", models.CharField(blank=True, default="", max_length=64)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                        to="billing.paymentmethod",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["pgh_xid", "pgh_id"], name="billing_pay_pgh_xid_5bcb71_idx")],
            },
        ),
        migrations.CreateModel(
            name="PaymentRead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "outcome",
                    models.CharField(
                        choices=[("seen", "Seen"), ("refused", "Refused"), ("failed", "Failed")], max_length=10
                    ),
                ),
                ("refusal", models.CharField(blank=True, default="", max_length=40)),
                (
                    "reading",
                    models.CharField(
                        choices=[
                            ("panel", "Money panel"),
                            ("record", "Single record"),
                            ("reveal", "Revealed field"),
                            ("move", "Money moved or asked to"),
                            ("list", "List"),
                            ("export", "Export"),
                            ("admin", "Admin page"),
                            ("own", "Customer's own"),
                        ],
                        max_length=10,
                    ),
                ),
                ("view", models.CharField(max_length=100)),
                ("actor_id", models.BigIntegerField(blank=True, null=True)),
                ("actor_name", models.CharField(blank=True, default="", max_length=254)),
                ("real_actor_id", models.BigIntegerField(blank=True, null=True)),
                ("role", models.CharField(blank=True, default="", max_length=60)),
                ("session_hash", models.CharField(blank=True, default="", max_length=32)),
                ("ip", models.GenericIPAddressField(blank=True, null=True)),
                ("user_agent_hash", models.CharField(blank=True, default="", max_length=32)),
                ("request_id", models.UUIDField(blank=True, null=True)),
                ("case_ref", models.CharField(blank=True, default="", max_length=30)),
                ("customer_id", models.BigIntegerField(blank=True, null=True)),
                ("object_kind", models.CharField(blank=True, default="", max_length=60)),
                ("object_id", models.BigIntegerField(blank=True, null=True)),
                ("field", models.CharField(blank=True, default="", max_length=60)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirm_with_customer", "Confirm a detail with the customer"),
                            ("find_payment", "Find the payment at the bank or provider"),
                            ("check_refund_target", "Check where a refund goes"),
                            ("suspected_fraud", "Look into suspected fraud"),
                            ("answer_authority", "Answer a regulator, bank or court"),
                        ],
                        default="",
                        max_length=40,
                    ),
                ),
                ("factor_age_seconds", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "xid",
                    billing.audit.fields.TransactionIdField(
                        db_default=billing.audit.fields.CurrentTransaction(), editable=False
                    ),
                ),
            ],
            options={
                "permissions": [
                    ("view_payment_data", "Can see payment data behind a fresh factor"),
                    ("reveal_payment_data", "Can open masked fields, with a reason"),
                    ("read_audit", "Can read the audit trail"),
                ],
                "indexes": [
                    models.Index(fields=["xid", "id"], name="payment_read_order"),
                    models.Index(fields=["-at"], name="payment_read_newest"),
                    models.Index(fields=["customer_id", "-at"], name="payment_read_of_customer"),
                    models.Index(fields=["actor_id", "-at"], name="payment_read_of_actor"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["seen", "refused", "failed"])),
                        name="payment_read_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reading__in", ["panel", "record", "reveal", "move", "list", "export", "admin", "own"])
                        ),
                        name="payment_read_reading_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "seen"), models.Q(("refusal", ""), _negated=True), _connector="XOR"
                        ),
                        name="payment_read_refusal_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reading", "reveal"), _negated=True),
                            models.Q(("outcome", "seen"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="payment_read_reveal_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invoice", "Invoice issued"),
                            ("credit_note", "Invoice credited"),
                            ("payment", "Payment received"),
                            ("payment_returned", "Payment returned by the bank"),
                            ("refund", "Refund sent"),
                            ("refund_failed", "Refund returned by the bank"),
                            ("dispute_opened", "Disputed amount withdrawn"),
                            ("dispute_won", "Disputed amount returned"),
                            ("dispute_lost", "Disputed amount lost"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("memo", models.CharField(blank=True, default="", max_length=200)),
                ("key", models.CharField(max_length=100, unique=True)),
                ("source_kind", models.CharField(blank=True, default="", max_length=30)),
                ("source_id", models.BigIntegerField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="billing.customer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "-at"], name="posting_of_customer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "invoice",
                                    "credit_note",
                                    "payment",
                                    "payment_returned",
                                    "refund",
                                    "refund_failed",
                                    "dispute_opened",
                                    "dispute_won",
                                    "dispute_lost",
                                ],
                            )
                        ),
                        name="posting_kind_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("key", ""), _negated=True), name="posting_key_given"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_minor", billing.models.fields.MinorField()),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="billing.ledgeraccount",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="billing.posting"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "ledger entries",
                "indexes": [
                    models.Index(fields=["account"], include=("amount_minor",), name="ledger_entry_of_account")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor", 0), _negated=True), name="ledger_entry_not_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="ledger_entry_currency_letters"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=20)),
                ("account", models.CharField(blank=True, default="", max_length=64)),
                ("event_id", models.CharField(max_length=255)),
                ("kind", models.CharField(max_length=100)),
                ("api_version", models.CharField(blank=True, default="", max_length=40)),
                ("live", models.BooleanField()),
                ("happened_at", models.DateTimeField()),
                ("payload", models.JSONField()),
                ("object_id", models.CharField(blank=True, default="", max_length=255)),
                ("received_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("deliveries", models.PositiveIntegerField(default=1)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "Waits"),
                            ("applied", "Applied"),
                            ("ignored", "Not for us"),
                            ("held", "Held for review"),
                            ("dead", "Could not be applied"),
                        ],
                        default="received",
                        max_length=20,
                    ),
                ),
                ("status_reason", models.CharField(blank=True, default="", max_length=300)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "received")),
                        fields=["received_at"],
                        name="provider_event_waiting",
                    ),
                    models.Index(fields=["status", "-received_at"], name="provider_event_by_status"),
                    models.Index(fields=["object_id"], name="provider_event_of_object"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "account", "event_id"), name="provider_event_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["received", "applied", "ignored", "held", "dead"])),
                        name="provider_event_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderObject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=20)),
                ("kind", models.CharField(max_length=30)),
                ("external_id", models.CharField(max_length=255)),
                ("version", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("facts", models.JSONField()),
                ("links", models.JSONField(default=dict)),
                ("parent_id", models.CharField(blank=True, default="", max_length=255)),
                ("refused_because", models.CharField(blank=True, default="", max_length=300)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("parent_id", ""), _negated=True),
                        fields=["provider", "parent_id", "kind"],
                        name="provider_object_children",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "external_id"), name="provider_object_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(blank=True, default="", max_length=20)),
                ("external_id", models.CharField(blank=True, default="", max_length=255)),
                ("provider_version", models.BigIntegerField(default=0)),
                ("reference", models.CharField(max_length=30, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Waits for approval"),
                            ("approved", "Approved"),
                            ("sending", "Being sent"),
                            ("unknown", "Outcome unknown"),
                            ("pending", "On its way"),
                            ("succeeded", "Sent back"),
                            ("failed", "Failed"),
                            ("rejected", "Rejected"),
                            ("canceled", "Canceled"),
                        ],
                        max_length=20,
                    ),
                ),
                ("amount_minor", billing.models.fields.MinorField()),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("duplicate", "Charged twice"),
                            ("wrong_amount", "Wrong amount"),
                            ("cancelled", "Cancelled by the customer"),
                            ("unauthorised", "Not authorised by the customer"),
                            ("goodwill", "Goodwill"),
                        ],
                        max_length=20,
                    ),
                ),
                ("case_ref", models.CharField(blank=True, default="", max_length=20)),
                ("idempotency_key", models.CharField(max_length=64, unique=True)),
                ("request_hash", models.CharField(max_length=64)),
                ("requested_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("approval_needed", models.BooleanField(default=False)),
                ("approval_reason", models.CharField(blank=True, default="", max_length=200)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision_note", models.CharField(blank=True, default="", max_length=500)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("expected_on", models.DateField(blank=True, null=True)),
                ("bank_reference", models.CharField(blank=True, default="", max_length=60)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("failure_reason", models.CharField(blank=True, default="", max_length=60)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="billing.customer"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds_decided",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="billing.payment"
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds_requested",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer", "-requested_at"], name="refund_of_customer"),
                    models.Index(fields=["payment"], name="refund_of_payment"),
                    models.Index(
                        condition=models.Q(("case_ref", ""), _negated=True), fields=["case_ref"], name="refund_of_case"
                    ),
                    models.Index(
                        condition=models.Q(("status", "requested")), fields=["requested_at"], name="refund_waiting"
                    ),
                    models.Index(fields=["requested_by", "-requested_at"], name="refund_by_requester"),
                    models.Index(
                        condition=models.Q(("status__in", ["sending", "unknown"])),
                        fields=["next_try_at"],
                        name="refund_unsettled",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("provider", "external_id"),
                        name="refund_unique_at_provider",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="refund_currency_letters"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="refund_amount_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "requested",
                                    "approved",
                                    "sending",
                                    "unknown",
                                    "pending",
                                    "succeeded",
                                    "failed",
                                    "rejected",
                                    "canceled",
                                ],
                            )
                        ),
                        name="refund_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            ("requested_by__isnull", True),
                            models.Q(("decided_by", models.F("requested_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="refund_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="refund_decision_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approval_needed", False),
                            ("status__in", ["requested", "canceled"]),
                            ("decided_by__isnull", False),
                            _connector="OR",
                        ),
                        name="refund_not_sent_unapproved",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MoneyEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
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
                            ("dispute_opened", "Dispute Opened"),
                            ("dispute_changed", "Dispute Changed"),
                            ("dispute_closed", "Dispute Closed"),
                            ("event_held", "Event Held"),
                        ],
                        max_length=30,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("dispute_id", models.BigIntegerField(blank=True, null=True)),
                ("case_ref", models.CharField(blank=True, default="", max_length=20)),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "agreement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.agreement",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.customer",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.invoice",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.payment",
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.refund",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "-at"], name="money_event_of_customer")],
                "constraints": [
                    models.CheckConstraint(
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
                                    "dispute_opened",
                                    "dispute_changed",
                                    "dispute_closed",
                                    "event_held",
                                ],
                            )
                        ),
                        name="money_event_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RefundHistory",
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
                ("reference", models.CharField(max_length=30)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Waits for approval"),
                            ("approved", "Approved"),
                            ("sending", "Being sent"),
                            ("unknown", "Outcome unknown"),
                            ("pending", "On its way"),
                            ("succeeded", "Sent back"),
                            ("failed", "Failed"),
                            ("rejected", "Rejected"),
                            ("canceled", "Canceled"),
                        ],
                        max_length=20,
                    ),
                ),
                ("amount_minor", billing.models.fields.MinorField()),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("duplicate", "Charged twice"),
                            ("wrong_amount", "Wrong amount"),
                            ("cancelled", "Cancelled by the customer"),
                            ("unauthorised", "Not authorised by the customer"),
                            ("goodwill", "Goodwill"),
                        ],
                        max_length=20,
                    ),
                ),
                ("case_ref", models.CharField(blank=True, default="", max_length=20)),
                ("idempotency_key", models.CharField(max_length=64)),
                ("request_hash", models.CharField(max_length=64)),
                ("requested_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("approval_needed", models.BooleanField(default=False)),
                ("approval_reason", models.CharField(blank=True, default="", max_length=200)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision_note", models.CharField(blank=True, default="", max_length=500)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("expected_on", models.DateField(blank=True, null=True)),
                ("bank_reference", models.CharField(blank=True, default="", max_length=60)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("failure_reason", models.CharField(blank=True, default="", max_length=60)),
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
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        db_constraint=False,
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
                        to="billing.refund",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["pgh_xid", "pgh_id"], name="billing_ref_pgh_xid_a470ed_idx")],
            },
        ),
        migrations.CreateModel(
            name="RefundLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("limit_minor", billing.models.fields.MinorField()),
                ("daily_count", models.PositiveSmallIntegerField()),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="refund_limits", to="auth.group"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("group", "currency"), name="refund_limit_once"),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="refund_limit_currency_letters"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("limit_minor__gte", 0)), name="refund_limit_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=63)),
                ("source_id", models.BigIntegerField()),
                (
                    "source_xid",
                    billing.audit.fields.TransactionIdField(
                        db_default=billing.audit.fields.CurrentTransaction(), editable=False
                    ),
                ),
                ("form", models.PositiveSmallIntegerField()),
                ("row_hash", models.BinaryField(max_length=32)),
                ("previous", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
                ("sealed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["source", "-seq"], name="seal_of_source")],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "source_id"), name="seal_once_per_row"),
                    models.CheckConstraint(condition=models.Q(("seq__gt", 0)), name="seal_counts_from_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SimulatedObject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=30)),
                ("external_id", models.CharField(max_length=255, unique=True)),
                ("idempotency_key", models.CharField(max_length=255, null=True, unique=True)),
                ("body", models.JSONField()),
                ("created_at", models.DateTimeField()),
                ("send_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("send_at__isnull", False)), fields=["send_at"], name="simulated_to_send"
                    ),
                    models.Index(fields=["kind", "created_at"], name="simulated_by_kind"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StreamEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(max_length=100)),
                ("kind", models.CharField(max_length=40)),
                ("ref", models.CharField(blank=True, default="", max_length=60)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("cursor", models.BigIntegerField(editable=False, null=True, unique=True)),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(condition=models.Q(("cursor__isnull", True)), fields=["id"], name="stream_event_new"),
                    models.Index(fields=["created_at"], name="stream_event_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookRejection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=20)),
                ("reason", models.CharField(max_length=40)),
                ("hour", models.DateTimeField()),
                ("count", models.PositiveIntegerField(default=1)),
                ("last_body_sha256", models.CharField(max_length=64)),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "reason", "hour"), name="webhook_rejection_by_hour")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["customer", "-created_at"], name="payment_of_customer"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["invoice"], name="payment_of_invoice"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("provider_intent_id", ""), _negated=True),
                fields=["provider_intent_id"],
                name="payment_by_intent",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("provider", "external_id"),
                name="payment_unique_at_provider",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="payment_currency_letters"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="payment_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["requires_action", "processing", "authorised", "succeeded", "failed", "canceled"])
                ),
                name="payment_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("captured_minor__gte", 0),
                    ("refunded_minor__gte", 0),
                    ("refund_held_minor__gte", 0),
                    ("disputed_lost_minor__gte", 0),
                ),
                name="payment_parts_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "captured_minor__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("refunded_minor"), "+", models.F("refund_held_minor")
                            ),
                            "+",
                            models.F("disputed_lost_minor"),
                        ),
                    )
                ),
                name="payment_never_gives_back_more",
            ),
        ),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(fields=["customer", "status"], name="agreement_of_customer"),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("provider", "external_id"),
                name="agreement_unique_at_provider",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="agreement_currency_letters"
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gte", 0)), name="agreement_amount_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["pending", "active", "grace", "lapsed", "cancelled"])),
                name="agreement_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "grace"), _negated=True), ("grace_until__isnull", False), _connector="OR"
                ),
                name="agreement_grace_has_end",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customer",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_customerhistory" ("contact_changed_at", "country", "created_at", "email", "external_id", "id", "language", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "provider", "provider_version", "reference", "user_id") VALUES (NEW."contact_changed_at", NEW."country", NEW."created_at", NEW."email", NEW."external_id", NEW."id", NEW."language", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."phone", NEW."provider", NEW."provider_version", NEW."reference", NEW."user_id"); RETURN NULL;',
                    hash="ebe6fe708fb96a8ead8a6e27f6e4addcc9dbdb1a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_c2b2e",
                    table="billing_customer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customer",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_customerhistory" ("contact_changed_at", "country", "created_at", "email", "external_id", "id", "language", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "provider", "provider_version", "reference", "user_id") VALUES (NEW."contact_changed_at", NEW."country", NEW."created_at", NEW."email", NEW."external_id", NEW."id", NEW."language", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."phone", NEW."provider", NEW."provider_version", NEW."reference", NEW."user_id"); RETURN NULL;',
                    hash="34d5580c9b076d832e0544354a55392393263c14",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_19b92",
                    table="billing_customer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="customer",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_customerhistory" ("contact_changed_at", "country", "created_at", "email", "external_id", "id", "language", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "provider", "provider_version", "reference", "user_id") VALUES (OLD."contact_changed_at", OLD."country", OLD."created_at", OLD."email", OLD."external_id", OLD."id", OLD."language", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."phone", OLD."provider", OLD."provider_version", OLD."reference", OLD."user_id"); RETURN NULL;',
                    hash="07b64328c20b769a4387bf044e403f406595968d",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_80c1a",
                    table="billing_customer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_invoicehistory" ("agreement_id", "currency", "customer_id", "due_on", "external_id", "id", "issued_on", "next_retry_at", "number", "paid_at", "period_end", "period_start", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_intent_id", "provider_version", "status", "total_minor") VALUES (NEW."agreement_id", NEW."currency", NEW."customer_id", NEW."due_on", NEW."external_id", NEW."id", NEW."issued_on", NEW."next_retry_at", NEW."number", NEW."paid_at", NEW."period_end", NEW."period_start", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."provider", NEW."provider_intent_id", NEW."provider_version", NEW."status", NEW."total_minor"); RETURN NULL;',
                    hash="0ba072098e530f4529780eb49a89bcf19c617a1b",
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
                    func='INSERT INTO "billing_invoicehistory" ("agreement_id", "currency", "customer_id", "due_on", "external_id", "id", "issued_on", "next_retry_at", "number", "paid_at", "period_end", "period_start", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_intent_id", "provider_version", "status", "total_minor") VALUES (NEW."agreement_id", NEW."currency", NEW."customer_id", NEW."due_on", NEW."external_id", NEW."id", NEW."issued_on", NEW."next_retry_at", NEW."number", NEW."paid_at", NEW."period_end", NEW."period_start", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."provider", NEW."provider_intent_id", NEW."provider_version", NEW."status", NEW."total_minor"); RETURN NULL;',
                    hash="eb13affb15377fb95fcfd8da2e6fbc1b628a1b4d",
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
                    func='INSERT INTO "billing_invoicehistory" ("agreement_id", "currency", "customer_id", "due_on", "external_id", "id", "issued_on", "next_retry_at", "number", "paid_at", "period_end", "period_start", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_intent_id", "provider_version", "status", "total_minor") VALUES (OLD."agreement_id", OLD."currency", OLD."customer_id", OLD."due_on", OLD."external_id", OLD."id", OLD."issued_on", OLD."next_retry_at", OLD."number", OLD."paid_at", OLD."period_end", OLD."period_start", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."provider", OLD."provider_intent_id", OLD."provider_version", OLD."status", OLD."total_minor"); RETURN NULL;',
                    hash="3601e885b3cd44b6fbe2667e6f7777a687f174ac",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_6493d",
                    table="billing_invoice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoiceline",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_invoicelinehistory" ("amount_minor", "description", "external_id", "id", "invoice_id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "since_on") VALUES (NEW."amount_minor", NEW."description", NEW."external_id", NEW."id", NEW."invoice_id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."position", NEW."since_on"); RETURN NULL;',
                    hash="62a76a91bd90a5ffe104aab4b998d3f5f31cc768",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_8c429",
                    table="billing_invoiceline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoiceline",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_invoicelinehistory" ("amount_minor", "description", "external_id", "id", "invoice_id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "since_on") VALUES (NEW."amount_minor", NEW."description", NEW."external_id", NEW."id", NEW."invoice_id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."position", NEW."since_on"); RETURN NULL;',
                    hash="77dbb3a5275234018429e6d55dd725bcab090cce",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c2b22",
                    table="billing_invoiceline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoiceline",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_invoicelinehistory" ("amount_minor", "description", "external_id", "id", "invoice_id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "since_on") VALUES (OLD."amount_minor", OLD."description", OLD."external_id", OLD."id", OLD."invoice_id", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."position", OLD."since_on"); RETURN NULL;',
                    hash="9560883a47d5e724daf77d815afa005ff5c51b42",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_7184d",
                    table="billing_invoiceline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="paymentmethod",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_paymentmethodhistory" ("bank_name", "brand", "country", "created_at", "customer_id", "exp_month", "exp_year", "external_id", "fingerprint", "funding", "id", "kind", "last4", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_version", "status") VALUES (NEW."bank_name", NEW."brand", NEW."country", NEW."created_at", NEW."customer_id", NEW."exp_month", NEW."exp_year", NEW."external_id", NEW."fingerprint", NEW."funding", NEW."id", NEW."kind", NEW."last4", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."provider", NEW."provider_version", NEW."status"); RETURN NULL;',
                    hash="fe06b8e9f179a8d0689263e78ae464f457014e66",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ae0e2",
                    table="billing_paymentmethod",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="paymentmethod",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_paymentmethodhistory" ("bank_name", "brand", "country", "created_at", "customer_id", "exp_month", "exp_year", "external_id", "fingerprint", "funding", "id", "kind", "last4", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_version", "status") VALUES (NEW."bank_name", NEW."brand", NEW."country", NEW."created_at", NEW."customer_id", NEW."exp_month", NEW."exp_year", NEW."external_id", NEW."fingerprint", NEW."funding", NEW."id", NEW."kind", NEW."last4", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."provider", NEW."provider_version", NEW."status"); RETURN NULL;',
                    hash="40df98d91921fc2e72dad5cc764a51bff583f51d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_27e88",
                    table="billing_paymentmethod",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="paymentmethod",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_paymentmethodhistory" ("bank_name", "brand", "country", "created_at", "customer_id", "exp_month", "exp_year", "external_id", "fingerprint", "funding", "id", "kind", "last4", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_version", "status") VALUES (OLD."bank_name", OLD."brand", OLD."country", OLD."created_at", OLD."customer_id", OLD."exp_month", OLD."exp_year", OLD."external_id", OLD."fingerprint", OLD."funding", OLD."id", OLD."kind", OLD."last4", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."provider", OLD."provider_version", OLD."status"); RETURN NULL;',
                    hash="d7e41b81d57b7f198d82daba3ef7b7cb0d3b3854",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_915c6",
                    table="billing_paymentmethod",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_paymenthistory" ("agreement_id", "amount_minor", "authorised_at", "captured_at", "captured_minor", "created_at", "currency", "customer_id", "descriptor", "disputed_lost_minor", "external_id", "failed_at", "hold_expires_at", "id", "intended_invoice_id", "invoice_id", "method_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_intent_id", "provider_version", "reference", "refund_blocked", "refund_held_minor", "refunded_minor", "status") VALUES (NEW."agreement_id", NEW."amount_minor", NEW."authorised_at", NEW."captured_at", NEW."captured_minor", NEW."created_at", NEW."currency", NEW."customer_id", NEW."descriptor", NEW."disputed_lost_minor", NEW."external_id", NEW."failed_at", NEW."hold_expires_at", NEW."id", NEW."intended_invoice_id", NEW."invoice_id", NEW."method_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."provider", NEW."provider_intent_id", NEW."provider_version", NEW."reference", NEW."refund_blocked", NEW."refund_held_minor", NEW."refunded_minor", NEW."status"); RETURN NULL;',
                    hash="8fe7648b1f9cf01fa59e11de4ac87b67b3085393",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_70a39",
                    table="billing_payment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_paymenthistory" ("agreement_id", "amount_minor", "authorised_at", "captured_at", "captured_minor", "created_at", "currency", "customer_id", "descriptor", "disputed_lost_minor", "external_id", "failed_at", "hold_expires_at", "id", "intended_invoice_id", "invoice_id", "method_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_intent_id", "provider_version", "reference", "refund_blocked", "refund_held_minor", "refunded_minor", "status") VALUES (NEW."agreement_id", NEW."amount_minor", NEW."authorised_at", NEW."captured_at", NEW."captured_minor", NEW."created_at", NEW."currency", NEW."customer_id", NEW."descriptor", NEW."disputed_lost_minor", NEW."external_id", NEW."failed_at", NEW."hold_expires_at", NEW."id", NEW."intended_invoice_id", NEW."invoice_id", NEW."method_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."provider", NEW."provider_intent_id", NEW."provider_version", NEW."reference", NEW."refund_blocked", NEW."refund_held_minor", NEW."refunded_minor", NEW."status"); RETURN NULL;',
                    hash="9316379f4ecfa1c8142031267e6c984c7fd3ae5f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_5f754",
                    table="billing_payment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_paymenthistory" ("agreement_id", "amount_minor", "authorised_at", "captured_at", "captured_minor", "created_at", "currency", "customer_id", "descriptor", "disputed_lost_minor", "external_id", "failed_at", "hold_expires_at", "id", "intended_invoice_id", "invoice_id", "method_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_intent_id", "provider_version", "reference", "refund_blocked", "refund_held_minor", "refunded_minor", "status") VALUES (OLD."agreement_id", OLD."amount_minor", OLD."authorised_at", OLD."captured_at", OLD."captured_minor", OLD."created_at", OLD."currency", OLD."customer_id", OLD."descriptor", OLD."disputed_lost_minor", OLD."external_id", OLD."failed_at", OLD."hold_expires_at", OLD."id", OLD."intended_invoice_id", OLD."invoice_id", OLD."method_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."provider", OLD."provider_intent_id", OLD."provider_version", OLD."reference", OLD."refund_blocked", OLD."refund_held_minor", OLD."refunded_minor", OLD."status"); RETURN NULL;',
                    hash="19d828b12e226b6d6eed9b288b75953106d55354",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a41dd",
                    table="billing_payment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agreement",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_agreementhistory" ("amount_minor", "autopay", "currency", "customer_id", "ended_on", "external_id", "grace_until", "id", "interval_months", "kind", "next_bill_on", "payment_method_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_version", "reference", "started_on", "status", "title") VALUES (NEW."amount_minor", NEW."autopay", NEW."currency", NEW."customer_id", NEW."ended_on", NEW."external_id", NEW."grace_until", NEW."id", NEW."interval_months", NEW."kind", NEW."next_bill_on", NEW."payment_method_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."provider", NEW."provider_version", NEW."reference", NEW."started_on", NEW."status", NEW."title"); RETURN NULL;',
                    hash="69e58f8c7f889d696fe4a082c4ab744dea4c3cdf",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_171da",
                    table="billing_agreement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agreement",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_agreementhistory" ("amount_minor", "autopay", "currency", "customer_id", "ended_on", "external_id", "grace_until", "id", "interval_months", "kind", "next_bill_on", "payment_method_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_version", "reference", "started_on", "status", "title") VALUES (NEW."amount_minor", NEW."autopay", NEW."currency", NEW."customer_id", NEW."ended_on", NEW."external_id", NEW."grace_until", NEW."id", NEW."interval_months", NEW."kind", NEW."next_bill_on", NEW."payment_method_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."provider", NEW."provider_version", NEW."reference", NEW."started_on", NEW."status", NEW."title"); RETURN NULL;',
                    hash="cce2db6510a687752f015b22ac1425d10e68f1ac",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_88101",
                    table="billing_agreement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agreement",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_agreementhistory" ("amount_minor", "autopay", "currency", "customer_id", "ended_on", "external_id", "grace_until", "id", "interval_months", "kind", "next_bill_on", "payment_method_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_version", "reference", "started_on", "status", "title") VALUES (OLD."amount_minor", OLD."autopay", OLD."currency", OLD."customer_id", OLD."ended_on", OLD."external_id", OLD."grace_until", OLD."id", OLD."interval_months", OLD."kind", OLD."next_bill_on", OLD."payment_method_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."provider", OLD."provider_version", OLD."reference", OLD."started_on", OLD."status", OLD."title"); RETURN NULL;',
                    hash="ef2b2b2d9462a9e764aa255f4c9451ea33035086",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_63b33",
                    table="billing_agreement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refund",
            trigger=pgtrigger.compiler.Trigger(
                name="refund_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."customer_id" IS DISTINCT FROM (NEW."customer_id") OR OLD."payment_id" IS DISTINCT FROM (NEW."payment_id") OR OLD."amount_minor" IS DISTINCT FROM (NEW."amount_minor") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."idempotency_key" IS DISTINCT FROM (NEW."idempotency_key") OR OLD."request_hash" IS DISTINCT FROM (NEW."request_hash"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="69169667f744feac5c6aaba74afd76bd8ff331ed",
                    operation="UPDATE",
                    pgid="pgtrigger_refund_frozen_4d61c",
                    table="billing_refund",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refund",
            trigger=pgtrigger.compiler.Trigger(
                name="refund_steps",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{requested:approved,requested:canceled,requested:rejected,approved:canceled,approved:sending,sending:failed,sending:pending,sending:succeeded,sending:unknown,unknown:failed,unknown:pending,unknown:sending,unknown:succeeded,pending:canceled,pending:failed,pending:succeeded,succeeded:failed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="73bd4e68b031b42e798c3db202830e9f29665ab4",
                    operation="UPDATE",
                    pgid="pgtrigger_refund_steps_05ca7",
                    table="billing_refund",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refund",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_refundhistory" ("amount_minor", "approval_needed", "approval_reason", "attempts", "bank_reference", "case_ref", "currency", "customer_id", "decided_at", "decided_by_id", "decision_note", "expected_on", "external_id", "failed_at", "failure_reason", "id", "idempotency_key", "next_try_at", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_version", "reason", "reference", "request_hash", "requested_at", "requested_by_id", "sent_at", "settled_at", "status") VALUES (NEW."amount_minor", NEW."approval_needed", NEW."approval_reason", NEW."attempts", NEW."bank_reference", NEW."case_ref", NEW."currency", NEW."customer_id", NEW."decided_at", NEW."decided_by_id", NEW."decision_note", NEW."expected_on", NEW."external_id", NEW."failed_at", NEW."failure_reason", NEW."id", NEW."idempotency_key", NEW."next_try_at", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."provider", NEW."provider_version", NEW."reason", NEW."reference", NEW."request_hash", NEW."requested_at", NEW."requested_by_id", NEW."sent_at", NEW."settled_at", NEW."status"); RETURN NULL;',
                    hash="d8bbd33ee41518901221bf6569d4d31dda95c987",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5eb55",
                    table="billing_refund",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refund",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_refundhistory" ("amount_minor", "approval_needed", "approval_reason", "attempts", "bank_reference", "case_ref", "currency", "customer_id", "decided_at", "decided_by_id", "decision_note", "expected_on", "external_id", "failed_at", "failure_reason", "id", "idempotency_key", "next_try_at", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_version", "reason", "reference", "request_hash", "requested_at", "requested_by_id", "sent_at", "settled_at", "status") VALUES (NEW."amount_minor", NEW."approval_needed", NEW."approval_reason", NEW."attempts", NEW."bank_reference", NEW."case_ref", NEW."currency", NEW."customer_id", NEW."decided_at", NEW."decided_by_id", NEW."decision_note", NEW."expected_on", NEW."external_id", NEW."failed_at", NEW."failure_reason", NEW."id", NEW."idempotency_key", NEW."next_try_at", NEW."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."provider", NEW."provider_version", NEW."reason", NEW."reference", NEW."request_hash", NEW."requested_at", NEW."requested_by_id", NEW."sent_at", NEW."settled_at", NEW."status"); RETURN NULL;',
                    hash="b2e0daa0124ca4a0f9d3ceda585ed16d5c84bf97",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_94aaa",
                    table="billing_refund",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="refund",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_refundhistory" ("amount_minor", "approval_needed", "approval_reason", "attempts", "bank_reference", "case_ref", "currency", "customer_id", "decided_at", "decided_by_id", "decision_note", "expected_on", "external_id", "failed_at", "failure_reason", "id", "idempotency_key", "next_try_at", "payment_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_version", "reason", "reference", "request_hash", "requested_at", "requested_by_id", "sent_at", "settled_at", "status") VALUES (OLD."amount_minor", OLD."approval_needed", OLD."approval_reason", OLD."attempts", OLD."bank_reference", OLD."case_ref", OLD."currency", OLD."customer_id", OLD."decided_at", OLD."decided_by_id", OLD."decision_note", OLD."expected_on", OLD."external_id", OLD."failed_at", OLD."failure_reason", OLD."id", OLD."idempotency_key", OLD."next_try_at", OLD."payment_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."provider", OLD."provider_version", OLD."reason", OLD."reference", OLD."request_hash", OLD."requested_at", OLD."requested_by_id", OLD."sent_at", OLD."settled_at", OLD."status"); RETURN NULL;',
                    hash="9a33368abc37db2a3e7ddbba4b019c4fbb330abb",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_e8bf4",
                    table="billing_refund",
                    when="AFTER",
                ),
            ),
        ),
    ]
