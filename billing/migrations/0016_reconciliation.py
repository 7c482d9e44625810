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
        ("auth", "0012_alter_user_first_name_max_length"),
        ("billing", "0015_credits_renderings_checkouts_scope"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Discrepancy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("missing", "Missing payment"),
                            ("unknown", "Unknown money"),
                            ("duplicate", "Duplicate"),
                            ("over", "Too much"),
                            ("under", "Too little"),
                            ("misapplied", "Misapplied"),
                            ("wrong_date", "Wrong date"),
                            ("wrong_currency", "Wrong currency"),
                            ("returned", "Returned"),
                            ("late", "Late"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("asked", "Customer asked"),
                            ("resolved", "Resolved"),
                            ("written_off", "Written off"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("amount_minor", billing.models.fields.MinorField()),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("words", models.CharField(max_length=300)),
                ("found_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("resolution", models.CharField(blank=True, default="", max_length=300)),
                ("case_ref", models.CharField(blank=True, default="", max_length=20)),
            ],
            options={
                "verbose_name_plural": "discrepancies",
            },
        ),
        migrations.CreateModel(
            name="DiscrepancyHistory",
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
                        choices=[
                            ("missing", "Missing payment"),
                            ("unknown", "Unknown money"),
                            ("duplicate", "Duplicate"),
                            ("over", "Too much"),
                            ("under", "Too little"),
                            ("misapplied", "Misapplied"),
                            ("wrong_date", "Wrong date"),
                            ("wrong_currency", "Wrong currency"),
                            ("returned", "Returned"),
                            ("late", "Late"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("asked", "Customer asked"),
                            ("resolved", "Resolved"),
                            ("written_off", "Written off"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("amount_minor", billing.models.fields.MinorField()),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("words", models.CharField(max_length=300)),
                ("found_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("resolution", models.CharField(blank=True, default="", max_length=300)),
                ("case_ref", models.CharField(blank=True, default="", max_length=20)),
            ],
            options={
                "verbose_name": "history of discrepancies",
                "verbose_name_plural": "history of discrepancies",
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ExpectedMoney",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("payment", "Payment"),
                            ("refund", "Refund"),
                            ("invoice", "Invoice"),
                            ("payout", "Payout of the provider"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("expected", "Expected"),
                            ("missing", "Missing"),
                            ("settled", "Seen on the bank"),
                            ("written_off", "Written off"),
                            ("void", "No longer expected"),
                        ],
                        default="expected",
                        max_length=12,
                    ),
                ),
                ("amount_minor", billing.models.fields.MinorField()),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("arose_on", models.DateField()),
                ("due_on", models.DateField()),
                ("reference_key", models.CharField(blank=True, default="", max_length=40)),
                ("external_key", models.CharField(blank=True, default="", max_length=255)),
                ("bill_key", models.CharField(blank=True, default="", max_length=40)),
                ("customer_key", models.CharField(blank=True, default="", max_length=40)),
                ("payer_key", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "verbose_name_plural": "expected money",
            },
        ),
        migrations.CreateModel(
            name="Match",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("rule", "Found by a rule"),
                            ("accept", "Accepted"),
                            ("split", "Split"),
                            ("write_off", "Written off"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("found", "Found"),
                            ("proposed", "Proposed"),
                            ("waiting", "Waits for a second person"),
                            ("posted", "In the books"),
                            ("rejected", "Rejected"),
                            ("undone", "Undone"),
                        ],
                        max_length=10,
                    ),
                ),
                ("rule", models.CharField(blank=True, default="", max_length=30)),
                ("score", models.PositiveSmallIntegerField(default=0)),
                ("reasons", models.JSONField(default=list)),
                ("fingerprint", models.CharField(blank=True, default="", max_length=64)),
                ("idempotency_key", models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("approval_needed", models.BooleanField(default=False)),
                ("approval_reason", models.CharField(blank=True, default="", max_length=200)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name_plural": "matches",
            },
        ),
        migrations.CreateModel(
            name="MatchHistory",
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
                    "deed",
                    models.CharField(
                        choices=[
                            ("rule", "Found by a rule"),
                            ("accept", "Accepted"),
                            ("split", "Split"),
                            ("write_off", "Written off"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("found", "Found"),
                            ("proposed", "Proposed"),
                            ("waiting", "Waits for a second person"),
                            ("posted", "In the books"),
                            ("rejected", "Rejected"),
                            ("undone", "Undone"),
                        ],
                        max_length=10,
                    ),
                ),
                ("rule", models.CharField(blank=True, default="", max_length=30)),
                ("score", models.PositiveSmallIntegerField(default=0)),
                ("reasons", models.JSONField(default=list)),
                ("fingerprint", models.CharField(blank=True, default="", max_length=64)),
                ("idempotency_key", models.CharField(blank=True, max_length=64, null=True)),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("approval_needed", models.BooleanField(default=False)),
                ("approval_reason", models.CharField(blank=True, default="", max_length=200)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "history of matches",
                "verbose_name_plural": "history of matches",
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="MatchPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line_minor", billing.models.fields.MinorField(default=0)),
                ("expected_minor", billing.models.fields.MinorField(default=0)),
                ("rule", models.CharField(max_length=30)),
                ("score", models.PositiveSmallIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("found", "Found"),
                            ("proposed", "Proposed"),
                            ("waiting", "Waits for a second person"),
                            ("posted", "In the books"),
                            ("rejected", "Rejected"),
                            ("undone", "Undone"),
                        ],
                        max_length=10,
                    ),
                ),
                ("alone", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(blank=True, default="", max_length=20)),
                ("external_id", models.CharField(blank=True, default="", max_length=255)),
                ("provider_version", models.BigIntegerField(default=0)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Planned"),
                            ("in_transit", "On its way"),
                            ("paid", "Paid out"),
                            ("failed", "Failed"),
                            ("canceled", "Canceled"),
                        ],
                        max_length=20,
                    ),
                ),
                ("amount_minor", billing.models.fields.MinorField()),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("arrives_on", models.DateField()),
                ("descriptor", models.CharField(blank=True, default="", max_length=60)),
                ("bank_reference", models.CharField(blank=True, default="", max_length=140)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("provider", "external_id"),
                        name="payout_unique_at_provider",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="payout_currency_letters"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor", 0), _negated=True), name="payout_not_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["pending", "in_transit", "paid", "failed", "canceled"])),
                        name="payout_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutHistory",
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
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Planned"),
                            ("in_transit", "On its way"),
                            ("paid", "Paid out"),
                            ("failed", "Failed"),
                            ("canceled", "Canceled"),
                        ],
                        max_length=20,
                    ),
                ),
                ("amount_minor", billing.models.fields.MinorField()),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("arrives_on", models.DateField()),
                ("descriptor", models.CharField(blank=True, default="", max_length=60)),
                ("bank_reference", models.CharField(blank=True, default="", max_length=140)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "history of payouts",
                "verbose_name_plural": "history of payouts",
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ReconciliationLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", billing.models.fields.CurrencyField(max_length=3)),
                ("match_minor", billing.models.fields.MinorField()),
                ("write_off_minor", billing.models.fields.MinorField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="moneyevent",
            name="money_event_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="posting",
            name="posting_kind_known",
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
                    ("money_questioned", "Money Questioned"),
                ],
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="posting",
            name="kind",
            field=models.CharField(
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
                    ("bank_matched", "Seen on the bank account"),
                    ("bank_unknown", "Unknown money on the bank account"),
                    ("written_off", "Written off"),
                    ("undone", "Undone"),
                ],
                max_length=20,
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
                            "money_questioned",
                        ],
                    )
                ),
                name="money_event_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
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
                            "bank_matched",
                            "bank_unknown",
                            "written_off",
                            "undone",
                        ],
                    )
                ),
                name="posting_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="discrepancy",
            name="customer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="discrepancies",
                to="billing.customer",
            ),
        ),
        migrations.AddField(
            model_name="discrepancy",
            name="line",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="discrepancies",
                to="billing.statementline",
            ),
        ),
        migrations.AddField(
            model_name="discrepancy",
            name="resolved_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="discrepancyhistory",
            name="customer",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="billing.customer",
            ),
        ),
        migrations.AddField(
            model_name="discrepancyhistory",
            name="line",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="billing.statementline",
            ),
        ),
        migrations.AddField(
            model_name="discrepancyhistory",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="history",
                to="billing.discrepancy",
            ),
        ),
        migrations.AddField(
            model_name="discrepancyhistory",
            name="resolved_by",
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
            model_name="expectedmoney",
            name="customer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="expected_money",
                to="billing.customer",
            ),
        ),
        migrations.AddField(
            model_name="expectedmoney",
            name="invoice",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="expected_money",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="expectedmoney",
            name="payment",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="expected_money",
                to="billing.payment",
            ),
        ),
        migrations.AddField(
            model_name="expectedmoney",
            name="refund",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="expected_money",
                to="billing.refund",
            ),
        ),
        migrations.AddField(
            model_name="discrepancyhistory",
            name="expected",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="billing.expectedmoney",
            ),
        ),
        migrations.AddField(
            model_name="discrepancy",
            name="expected",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="discrepancies",
                to="billing.expectedmoney",
            ),
        ),
        migrations.AddField(
            model_name="match",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="matches_asked",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="match",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="matches_decided",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="match",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="matches_undone",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="matchhistory",
            name="asked_by",
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
            model_name="matchhistory",
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
            model_name="matchhistory",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="history",
                to="billing.match",
            ),
        ),
        migrations.AddField(
            model_name="matchhistory",
            name="undone_by",
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
            model_name="matchpart",
            name="expected",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="billing.expectedmoney",
            ),
        ),
        migrations.AddField(
            model_name="matchpart",
            name="line",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="billing.statementline",
            ),
        ),
        migrations.AddField(
            model_name="matchpart",
            name="match",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="billing.match",
            ),
        ),
        migrations.AddField(
            model_name="expectedmoney",
            name="payout",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="expected_money",
                to="billing.payout",
            ),
        ),
        migrations.AddField(
            model_name="payouthistory",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="history",
                to="billing.payout",
            ),
        ),
        migrations.AddField(
            model_name="reconciliationlimit",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="reconciliation_limits", to="auth.group"
            ),
        ),
        migrations.AddIndex(
            model_name="discrepancyhistory",
            index=models.Index(fields=["pgh_xid", "pgh_id"], name="billing_dis_pgh_xid_ca64a2_idx"),
        ),
        migrations.AddIndex(
            model_name="discrepancy",
            index=models.Index(
                condition=models.Q(("status__in", ("open", "asked"))),
                fields=["-found_at", "-id"],
                name="discrepancy_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="discrepancy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "missing",
                            "unknown",
                            "duplicate",
                            "over",
                            "under",
                            "misapplied",
                            "wrong_date",
                            "wrong_currency",
                            "returned",
                            "late",
                        ],
                    )
                ),
                name="discrepancy_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="discrepancy",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "asked", "resolved", "written_off"])),
                name="discrepancy_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="discrepancy",
            constraint=models.CheckConstraint(
                condition=models.Q(("line__isnull", False), ("expected__isnull", False), _connector="OR"),
                name="discrepancy_is_about_money",
            ),
        ),
        migrations.AddConstraint(
            model_name="discrepancy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolution", ""), ("resolved_at__isnull", True), ("status__in", ("open", "asked"))),
                    models.Q(
                        models.Q(("status__in", ("open", "asked")), _negated=True),
                        ("resolved_at__isnull", False),
                        models.Q(("resolution", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="discrepancy_says_how_it_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="discrepancy",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="discrepancy_currency_letters"
            ),
        ),
        migrations.AddConstraint(
            model_name="discrepancy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("line__isnull", False)), fields=("line", "kind"), name="discrepancy_of_line_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="discrepancy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("line__isnull", True)),
                fields=("expected", "kind"),
                name="discrepancy_of_expected_once",
            ),
        ),
        migrations.AddIndex(
            model_name="match",
            index=models.Index(condition=models.Q(("status", "waiting")), fields=["-id"], name="match_waiting"),
        ),
        migrations.AddIndex(
            model_name="match",
            index=models.Index(
                condition=models.Q(("status", "proposed")), fields=["-score", "id"], name="match_proposed"
            ),
        ),
        migrations.AddIndex(
            model_name="match",
            index=models.Index(fields=["asked_by", "-asked_at"], name="match_by_asker"),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["found", "proposed", "waiting", "posted", "rejected", "undone"])),
                name="match_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(("deed__in", ["rule", "accept", "split", "write_off"])), name="match_deed_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(("score__lte", 1000)), name="match_score_of_a_thousand"
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    ("asked_by__isnull", True),
                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="match_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approval_needed", False),
                    models.Q(("status", "posted"), _negated=True),
                    ("decided_by__isnull", False),
                    _connector="OR",
                ),
                name="match_not_posted_unapproved",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked_at__isnull", True), ("asked_by__isnull", True)),
                    models.Q(("asked_at__isnull", False), ("asked_by__isnull", False)),
                    _connector="OR",
                ),
                name="match_asking_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="match_decision_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "undone"), ("undone_at__isnull", False), ("undone_by__isnull", False)),
                    models.Q(
                        models.Q(("status", "undone"), _negated=True),
                        ("undone_at__isnull", True),
                        ("undone_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="match_undoing_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.UniqueConstraint(
                condition=models.Q(("fingerprint", ""), _negated=True),
                fields=("fingerprint",),
                name="match_proposed_once",
            ),
        ),
        migrations.AddIndex(
            model_name="matchhistory",
            index=models.Index(fields=["pgh_xid", "pgh_id"], name="billing_mat_pgh_xid_f75335_idx"),
        ),
        migrations.AddIndex(
            model_name="matchpart",
            index=models.Index(
                condition=models.Q(("match__isnull", False)), fields=["match"], name="match_part_of_match"
            ),
        ),
        migrations.AddIndex(
            model_name="matchpart",
            index=models.Index(condition=models.Q(("alone", False)), fields=["line"], name="match_part_of_line"),
        ),
        migrations.AddIndex(
            model_name="matchpart",
            index=models.Index(
                condition=models.Q(("alone", False)), fields=["expected"], name="match_part_of_expected"
            ),
        ),
        migrations.AddIndex(
            model_name="matchpart",
            index=models.Index(condition=models.Q(("status", "found")), fields=["id"], name="match_part_to_book"),
        ),
        migrations.AddConstraint(
            model_name="matchpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["found", "proposed", "waiting", "posted", "rejected", "undone"])),
                name="match_part_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("expected__isnull", False),
                        ("line__isnull", False),
                        models.Q(("line_minor", 0), _negated=True),
                        models.Q(("expected_minor", 0), _negated=True),
                    ),
                    models.Q(
                        ("expected__isnull", True),
                        ("expected_minor", 0),
                        ("line__isnull", False),
                        models.Q(("line_minor", 0), _negated=True),
                    ),
                    models.Q(
                        ("expected__isnull", False),
                        ("line__isnull", True),
                        ("line_minor", 0),
                        models.Q(("expected_minor", 0), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="match_part_ties",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("alone", False),
                    models.Q(("expected__isnull", False), ("line__isnull", False), ("match__isnull", True)),
                    models.Q(("alone", True), ("status", "undone")),
                    _connector="OR",
                ),
                name="match_part_alone",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchpart",
            constraint=models.UniqueConstraint(
                condition=models.Q(("alone", True), ("status__in", ("found", "waiting", "posted"))),
                fields=("line",),
                name="match_part_line_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchpart",
            constraint=models.UniqueConstraint(
                condition=models.Q(("alone", True), ("status__in", ("found", "waiting", "posted"))),
                fields=("expected",),
                name="match_part_expected_once",
            ),
        ),
        migrations.AddIndex(
            model_name="expectedmoney",
            index=models.Index(
                condition=models.Q(("reference_key", ""), _negated=True),
                fields=["reference_key"],
                name="expected_by_reference",
            ),
        ),
        migrations.AddIndex(
            model_name="expectedmoney",
            index=models.Index(
                condition=models.Q(("external_key", ""), _negated=True),
                fields=["external_key"],
                name="expected_by_external",
            ),
        ),
        migrations.AddIndex(
            model_name="expectedmoney",
            index=models.Index(
                condition=models.Q(("bill_key", ""), _negated=True), fields=["bill_key"], name="expected_by_bill"
            ),
        ),
        migrations.AddIndex(
            model_name="expectedmoney",
            index=models.Index(
                condition=models.Q(("status__in", ("expected", "missing"))),
                fields=["currency", "amount_minor", "due_on"],
                name="expected_by_amount",
            ),
        ),
        migrations.AddIndex(
            model_name="expectedmoney",
            index=models.Index(
                condition=models.Q(("status__in", ("expected", "missing"))),
                fields=["due_on", "id"],
                name="expected_still_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="expectedmoney",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["payment", "refund", "invoice", "payout"])), name="expected_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="expectedmoney",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["expected", "missing", "settled", "written_off", "void"])),
                name="expected_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="expectedmoney",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor", 0), _negated=True), name="expected_not_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="expectedmoney",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="expected_currency_letters"
            ),
        ),
        migrations.AddConstraint(
            model_name="expectedmoney",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("invoice", None),
                        ("kind", "payment"),
                        ("payment__isnull", False),
                        ("payout", None),
                        ("refund", None),
                    ),
                    models.Q(
                        ("invoice", None),
                        ("kind", "refund"),
                        ("payment", None),
                        ("payout", None),
                        ("refund__isnull", False),
                    ),
                    models.Q(
                        ("invoice__isnull", False),
                        ("kind", "invoice"),
                        ("payment", None),
                        ("payout", None),
                        ("refund", None),
                    ),
                    models.Q(
                        ("invoice", None),
                        ("kind", "payout"),
                        ("payment", None),
                        ("payout__isnull", False),
                        ("refund", None),
                    ),
                    _connector="OR",
                ),
                name="expected_of_one_record",
            ),
        ),
        migrations.AddIndex(
            model_name="payouthistory",
            index=models.Index(fields=["pgh_xid", "pgh_id"], name="billing_pay_pgh_xid_6f1ba7_idx"),
        ),
        migrations.AddConstraint(
            model_name="reconciliationlimit",
            constraint=models.UniqueConstraint(fields=("group", "currency"), name="reconciliation_limit_once"),
        ),
        migrations.AddConstraint(
            model_name="reconciliationlimit",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="reconciliation_limit_currency_letters"
            ),
        ),
        migrations.AddConstraint(
            model_name="reconciliationlimit",
            constraint=models.CheckConstraint(
                condition=models.Q(("match_minor__gte", 0), ("write_off_minor__gte", 0)),
                name="reconciliation_limit_not_negative",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payout",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_payouthistory" ("amount_minor", "arrives_on", "bank_reference", "created_at", "currency", "descriptor", "external_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_version", "status") VALUES (NEW."amount_minor", NEW."arrives_on", NEW."bank_reference", NEW."created_at", NEW."currency", NEW."descriptor", NEW."external_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."provider", NEW."provider_version", NEW."status"); RETURN NULL;',
                    hash="5640110b20c1fc7fad651dd1b981735705e3ffdd",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f9bae",
                    table="billing_payout",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payout",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_payouthistory" ("amount_minor", "arrives_on", "bank_reference", "created_at", "currency", "descriptor", "external_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_version", "status") VALUES (NEW."amount_minor", NEW."arrives_on", NEW."bank_reference", NEW."created_at", NEW."currency", NEW."descriptor", NEW."external_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."provider", NEW."provider_version", NEW."status"); RETURN NULL;',
                    hash="dce6f92304098acdd7c354d9299c0283af27305a",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_6b016",
                    table="billing_payout",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payout",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_payouthistory" ("amount_minor", "arrives_on", "bank_reference", "created_at", "currency", "descriptor", "external_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "provider", "provider_version", "status") VALUES (OLD."amount_minor", OLD."arrives_on", OLD."bank_reference", OLD."created_at", OLD."currency", OLD."descriptor", OLD."external_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."provider", OLD."provider_version", OLD."status"); RETURN NULL;',
                    hash="2e5bb3c61062751f10a2fbdc830cbb010a442eaf",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_dfb49",
                    table="billing_payout",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="discrepancy",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_discrepancyhistory" ("amount_minor", "case_ref", "currency", "customer_id", "expected_id", "found_at", "id", "kind", "line_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resolution", "resolved_at", "resolved_by_id", "status", "words") VALUES (NEW."amount_minor", NEW."case_ref", NEW."currency", NEW."customer_id", NEW."expected_id", NEW."found_at", NEW."id", NEW."kind", NEW."line_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."resolution", NEW."resolved_at", NEW."resolved_by_id", NEW."status", NEW."words"); RETURN NULL;',
                    hash="473dd919415937e7eeeaa30a4dd6a0e03a45b0e5",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_831b2",
                    table="billing_discrepancy",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="discrepancy",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_discrepancyhistory" ("amount_minor", "case_ref", "currency", "customer_id", "expected_id", "found_at", "id", "kind", "line_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resolution", "resolved_at", "resolved_by_id", "status", "words") VALUES (NEW."amount_minor", NEW."case_ref", NEW."currency", NEW."customer_id", NEW."expected_id", NEW."found_at", NEW."id", NEW."kind", NEW."line_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."resolution", NEW."resolved_at", NEW."resolved_by_id", NEW."status", NEW."words"); RETURN NULL;',
                    hash="34e32e631f1c4c4e8d8dfe95b256675bd860bff3",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c200c",
                    table="billing_discrepancy",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="discrepancy",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_discrepancyhistory" ("amount_minor", "case_ref", "currency", "customer_id", "expected_id", "found_at", "id", "kind", "line_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resolution", "resolved_at", "resolved_by_id", "status", "words") VALUES (OLD."amount_minor", OLD."case_ref", OLD."currency", OLD."customer_id", OLD."expected_id", OLD."found_at", OLD."id", OLD."kind", OLD."line_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."resolution", OLD."resolved_at", OLD."resolved_by_id", OLD."status", OLD."words"); RETURN NULL;',
                    hash="c4e1c0e11ba0534d385a45494479436912dfd275",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_fbe43",
                    table="billing_discrepancy",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="match",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_matchhistory" ("approval_needed", "approval_reason", "asked_at", "asked_by_id", "decided_at", "decided_by_id", "deed", "fingerprint", "id", "idempotency_key", "made_at", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reasons", "rule", "score", "status", "undone_at", "undone_by_id") VALUES (NEW."approval_needed", NEW."approval_reason", NEW."asked_at", NEW."asked_by_id", NEW."decided_at", NEW."decided_by_id", NEW."deed", NEW."fingerprint", NEW."id", NEW."idempotency_key", NEW."made_at", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reasons", NEW."rule", NEW."score", NEW."status", NEW."undone_at", NEW."undone_by_id"); RETURN NULL;',
                    hash="3f37cd12cca2d34f3af43375a5333a22164f7c39",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_3e2a1",
                    table="billing_match",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="match",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "billing_matchhistory" ("approval_needed", "approval_reason", "asked_at", "asked_by_id", "decided_at", "decided_by_id", "deed", "fingerprint", "id", "idempotency_key", "made_at", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reasons", "rule", "score", "status", "undone_at", "undone_by_id") VALUES (NEW."approval_needed", NEW."approval_reason", NEW."asked_at", NEW."asked_by_id", NEW."decided_at", NEW."decided_by_id", NEW."deed", NEW."fingerprint", NEW."id", NEW."idempotency_key", NEW."made_at", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reasons", NEW."rule", NEW."score", NEW."status", NEW."undone_at", NEW."undone_by_id"); RETURN NULL;',
                    hash="7e78b8b6ce382c786f0aa580656f243847bf967b",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_6668d",
                    table="billing_match",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="match",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "billing_matchhistory" ("approval_needed", "approval_reason", "asked_at", "asked_by_id", "decided_at", "decided_by_id", "deed", "fingerprint", "id", "idempotency_key", "made_at", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reasons", "rule", "score", "status", "undone_at", "undone_by_id") VALUES (OLD."approval_needed", OLD."approval_reason", OLD."asked_at", OLD."asked_by_id", OLD."decided_at", OLD."decided_by_id", OLD."deed", OLD."fingerprint", OLD."id", OLD."idempotency_key", OLD."made_at", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reasons", OLD."rule", OLD."score", OLD."status", OLD."undone_at", OLD."undone_by_id"); RETURN NULL;',
                    hash="f1dd4fa622673e1fea3051c570aa61ebbc5d017b",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_44eb4",
                    table="billing_match",
                    when="AFTER",
                ),
            ),
        ),
    ]
