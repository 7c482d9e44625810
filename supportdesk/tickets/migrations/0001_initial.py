import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.contrib.postgres.search
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
    initial = True

    dependencies = [
        ("billing", "0001_initial"),
        ("disputes", "0001_initial"),
        ("people", "0001_initial"),
        ("people", "__first__"),
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(),
        django.contrib.postgres.operations.UnaccentExtension(),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.TextField(blank=True, default="")),
                ("quotes_payment_data", models.BooleanField(default=False)),
                ("ticket_version", models.PositiveIntegerField()),
                ("saved_at", models.DateTimeField()),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Macro",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True)),
                ("body", models.TextField()),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("payment_failed", "Payment failed"),
                            ("wrong_amount", "Wrong amount"),
                            ("missing_or_duplicate", "Missing or duplicate transaction"),
                            ("unauthorised", "Unauthorised charge"),
                            ("refund_late", "Refund late"),
                            ("autopay", "Autopay"),
                            ("policy_change", "Policy change"),
                            ("promotion", "Promotion"),
                            ("proof_needed", "Proof needed"),
                            ("app_or_site", "App or site trouble"),
                            ("other", "Other"),
                        ],
                        default="",
                        max_length=30,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("customer", "Customer"), ("reply", "Reply"), ("note", "Internal note")], max_length=10
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("form", "Form"),
                            ("portal", "Portal"),
                            ("email", "Email"),
                            ("phone", "Phone"),
                            ("money_event", "Money event"),
                            ("import", "Import"),
                        ],
                        max_length=20,
                    ),
                ),
                ("author_name", models.CharField(blank=True, default="", max_length=200)),
                ("body", models.TextField(blank=True, default="")),
                ("quotes_payment_data", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("idempotency_key", models.CharField(max_length=64, unique=True)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DraftMoneyBody",
            fields=[
                (
                    "draft",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="money_body",
                        serialize=False,
                        to="tickets.draft",
                    ),
                ),
                ("body", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for review"),
                            ("sent_back", "Sent back"),
                            ("decided", "Decided"),
                            ("taken_over", "Taken over"),
                        ],
                        default="waiting",
                        max_length=20,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("above_limit", "Above my limit"),
                            ("needs_decision", "Needs a decision"),
                            ("suspected_fraud", "Suspected fraud"),
                            ("unhappy", "The customer asks for a supervisor"),
                            ("legal", "A lawyer or regulator is involved"),
                            ("stuck", "I do not get further"),
                        ],
                        max_length=20,
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
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
                (
                    "decision",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.message",
                    ),
                ),
                (
                    "tried",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tickets.message"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Queue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, unique=True)),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("first_reply_minutes", models.PositiveIntegerField(default=480)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="queues", to="people.team"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=200)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("payment_failed", "Payment failed"),
                            ("wrong_amount", "Wrong amount"),
                            ("missing_or_duplicate", "Missing or duplicate transaction"),
                            ("unauthorised", "Unauthorised charge"),
                            ("refund_late", "Refund late"),
                            ("autopay", "Autopay"),
                            ("policy_change", "Policy change"),
                            ("promotion", "Promotion"),
                            ("proof_needed", "Proof needed"),
                            ("app_or_site", "App or site trouble"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=30,
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Urgent"), (2, "High"), (3, "Normal"), (4, "Low")], default=3
                    ),
                ),
                ("triage_reasons", models.JSONField(blank=True, default=list)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("open", "Open"),
                            ("waiting_customer", "Waits for the customer"),
                            ("waiting_others", "Waits for others"),
                            ("escalated", "With a supervisor"),
                            ("solved", "Solved"),
                            ("closed", "Closed"),
                        ],
                        default="new",
                        max_length=20,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("form", "Form"),
                            ("portal", "Portal"),
                            ("email", "Email"),
                            ("phone", "Phone"),
                            ("money_event", "Money event"),
                            ("import", "Import"),
                        ],
                        max_length=20,
                    ),
                ),
                ("language", models.CharField(default="en", max_length=10)),
                ("requester_name", models.CharField(blank=True, default="", max_length=200)),
                ("requester_email", models.EmailField(blank=True, default="", max_length=254)),
                ("about", models.CharField(blank=True, default="", max_length=120)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("waiting_since", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField()),
                (
                    "due_kind",
                    models.CharField(
                        choices=[("legal", "Legal deadline"), ("promise", "Promise"), ("sla", "Reply due")],
                        default="sla",
                        max_length=10,
                    ),
                ),
                ("legal_due_at", models.DateTimeField(blank=True, null=True)),
                ("promised_at", models.DateTimeField(blank=True, null=True)),
                ("first_reply_at", models.DateTimeField(blank=True, null=True)),
                ("solved_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("reopened_count", models.PositiveSmallIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=0)),
                ("source", models.CharField(blank=True, default="", max_length=40)),
                ("source_id", models.CharField(blank=True, default="", max_length=120)),
                ("search", django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="billing.customer",
                    ),
                ),
                (
                    "queue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tickets", to="tickets.queue"
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tickets_asked",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "permissions": [
                    ("read_tickets", "Can read tickets of own teams' queues"),
                    ("read_every_queue", "Can read tickets of every team"),
                    ("work_tickets", "Can answer and change tickets"),
                    ("review_escalations", "Can decide what agents escalate"),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["escalated", "new", "open"])),
                        fields=["queue", "due_at", "id"],
                        name="ticket_due_in_queue",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["escalated", "new", "open"])),
                        fields=["due_at", "id"],
                        name="ticket_due",
                    ),
                    models.Index(
                        condition=models.Q(("assignee__isnull", True), ("status__in", ["escalated", "new", "open"])),
                        fields=["due_at", "id"],
                        name="ticket_unassigned",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("status__in", ["escalated", "new", "open", "waiting_customer", "waiting_others"])
                        ),
                        fields=["assignee", "due_at", "id"],
                        name="ticket_of_agent",
                    ),
                    models.Index(fields=["queue", "-updated_at", "-id"], name="ticket_recent_in_queue"),
                    models.Index(fields=["-updated_at", "-id"], name="ticket_recent"),
                    models.Index(fields=["customer", "-created_at"], name="ticket_of_customer"),
                    models.Index(fields=["requester", "-updated_at", "-id"], name="ticket_of_requester"),
                    models.Index(
                        condition=models.Q(("status__in", ["escalated", "new", "open"])),
                        fields=["category", "due_at", "id"],
                        name="ticket_by_category",
                    ),
                    models.Index(
                        condition=models.Q(("promised_at__isnull", False), ("status", "waiting_others")),
                        fields=["promised_at"],
                        name="ticket_promised",
                    ),
                    django.contrib.postgres.indexes.GinIndex(fields=["search"], name="ticket_search"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("subject"), name="gin_trgm_ops"
                        ),
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("requester_name"), name="gin_trgm_ops"
                        ),
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("requester_email"), name="gin_trgm_ops"
                        ),
                        name="ticket_trigrams",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source", "source_id"),
                        name="ticket_once_per_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["new", "open", "waiting_customer", "waiting_others", "escalated", "solved", "closed"],
                            )
                        ),
                        name="ticket_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "category__in",
                                [
                                    "payment_failed",
                                    "wrong_amount",
                                    "missing_or_duplicate",
                                    "unauthorised",
                                    "refund_late",
                                    "autopay",
                                    "policy_change",
                                    "promotion",
                                    "proof_needed",
                                    "app_or_site",
                                    "other",
                                ],
                            )
                        ),
                        name="ticket_category_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("priority__in", [1, 2, 3, 4])), name="ticket_priority_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["open", "new", "escalated", "waiting_others", "waiting_customer"]),
                            ("solved_at__isnull", False),
                            _connector="OR",
                        ),
                        name="ticket_solved_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField()),
                ("writing", models.BooleanField(default=False)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="presences", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("ticket", "agent"), name="presence_once")],
            },
        ),
        migrations.AddField(
            model_name="message",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="tickets.ticket"
            ),
        ),
        migrations.CreateModel(
            name="EscalationHistory",
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
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for review"),
                            ("sent_back", "Sent back"),
                            ("decided", "Decided"),
                            ("taken_over", "Taken over"),
                        ],
                        default="waiting",
                        max_length=20,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("above_limit", "Above my limit"),
                            ("needs_decision", "Needs a decision"),
                            ("suspected_fraud", "Suspected fraud"),
                            ("unhappy", "The customer asks for a supervisor"),
                            ("legal", "A lawyer or regulator is involved"),
                            ("stuck", "I do not get further"),
                        ],
                        max_length=20,
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="tickets.escalation",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reviewed_by",
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
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="tickets.message",
                    ),
                ),
                (
                    "tried",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="tickets.message",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["pgh_xid", "pgh_id"], name="tickets_esc_pgh_xid_69f77b_idx")],
            },
        ),
        migrations.AddField(
            model_name="escalation",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="escalations", to="tickets.ticket"
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="tickets.ticket"
            ),
        ),
        migrations.CreateModel(
            name="TicketFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("current", models.BooleanField(default=True)),
                ("headline", models.CharField(max_length=300)),
                ("amount_minor", billing.models.fields.MinorField(blank=True, null=True)),
                ("currency", billing.models.fields.CurrencyField(blank=True, default="", max_length=3)),
                ("findings", models.JSONField(default=list)),
                ("found_at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.customer"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="findings", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["ticket", "-found_at"], name="finding_of_ticket")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("current", True)), fields=("ticket",), name="ticket_one_current_finding"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketHistory",
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
                ("subject", models.CharField(max_length=200)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("payment_failed", "Payment failed"),
                            ("wrong_amount", "Wrong amount"),
                            ("missing_or_duplicate", "Missing or duplicate transaction"),
                            ("unauthorised", "Unauthorised charge"),
                            ("refund_late", "Refund late"),
                            ("autopay", "Autopay"),
                            ("policy_change", "Policy change"),
                            ("promotion", "Promotion"),
                            ("proof_needed", "Proof needed"),
                            ("app_or_site", "App or site trouble"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=30,
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Urgent"), (2, "High"), (3, "Normal"), (4, "Low")], default=3
                    ),
                ),
                ("triage_reasons", models.JSONField(blank=True, default=list)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("open", "Open"),
                            ("waiting_customer", "Waits for the customer"),
                            ("waiting_others", "Waits for others"),
                            ("escalated", "With a supervisor"),
                            ("solved", "Solved"),
                            ("closed", "Closed"),
                        ],
                        default="new",
                        max_length=20,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("form", "Form"),
                            ("portal", "Portal"),
                            ("email", "Email"),
                            ("phone", "Phone"),
                            ("money_event", "Money event"),
                            ("import", "Import"),
                        ],
                        max_length=20,
                    ),
                ),
                ("language", models.CharField(default="en", max_length=10)),
                ("requester_name", models.CharField(blank=True, default="", max_length=200)),
                ("requester_email", models.EmailField(blank=True, default="", max_length=254)),
                ("about", models.CharField(blank=True, default="", max_length=120)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("waiting_since", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField()),
                (
                    "due_kind",
                    models.CharField(
                        choices=[("legal", "Legal deadline"), ("promise", "Promise"), ("sla", "Reply due")],
                        default="sla",
                        max_length=10,
                    ),
                ),
                ("legal_due_at", models.DateTimeField(blank=True, null=True)),
                ("promised_at", models.DateTimeField(blank=True, null=True)),
                ("first_reply_at", models.DateTimeField(blank=True, null=True)),
                ("solved_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("reopened_count", models.PositiveSmallIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=0)),
                ("source", models.CharField(blank=True, default="", max_length=40)),
                ("source_id", models.CharField(blank=True, default="", max_length=120)),
                (
                    "assignee",
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
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "queue",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="tickets.queue",
                    ),
                ),
                (
                    "requester",
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
                "indexes": [models.Index(fields=["pgh_xid", "pgh_id"], name="tickets_tic_pgh_xid_066707_idx")],
            },
        ),
        migrations.CreateModel(
            name="TicketLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("linked_at", models.DateTimeField()),
                (
                    "agreement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticket_links",
                        to="billing.agreement",
                    ),
                ),
                (
                    "dispute",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticket_links",
                        to="disputes.dispute",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticket_links",
                        to="billing.invoice",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticket_links",
                        to="billing.payment",
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticket_links",
                        to="billing.refund",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("agreement__isnull", False),
                                ("dispute", None),
                                ("invoice", None),
                                ("payment", None),
                                ("refund", None),
                            ),
                            models.Q(
                                ("agreement", None),
                                ("dispute", None),
                                ("invoice__isnull", False),
                                ("payment", None),
                                ("refund", None),
                            ),
                            models.Q(
                                ("agreement", None),
                                ("dispute", None),
                                ("invoice", None),
                                ("payment__isnull", False),
                                ("refund", None),
                            ),
                            models.Q(
                                ("agreement", None),
                                ("dispute", None),
                                ("invoice", None),
                                ("payment", None),
                                ("refund__isnull", False),
                            ),
                            models.Q(
                                ("agreement", None),
                                ("dispute__isnull", False),
                                ("invoice", None),
                                ("payment", None),
                                ("refund", None),
                            ),
                            _connector="OR",
                        ),
                        name="ticket_link_to_one",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("agreement__isnull", False)),
                        fields=("ticket", "agreement"),
                        name="ticket_link_agreement_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("invoice__isnull", False)),
                        fields=("ticket", "invoice"),
                        name="ticket_link_invoice_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("payment__isnull", False)),
                        fields=("ticket", "payment"),
                        name="ticket_link_payment_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("refund__isnull", False)),
                        fields=("ticket", "refund"),
                        name="ticket_link_refund_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("dispute__isnull", False)),
                        fields=("ticket", "dispute"),
                        name="ticket_link_dispute_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TimelineEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("categorised", "Categorised"),
                            ("prioritised", "Prioritised"),
                            ("assigned", "Assigned"),
                            ("released", "Released"),
                            ("moved", "Moved"),
                            ("customer_wrote", "Customer Wrote"),
                            ("replied", "Replied"),
                            ("noted", "Noted"),
                            ("status_changed", "Status Changed"),
                            ("diagnosed", "Diagnosed"),
                            ("money_event", "Money Event"),
                            ("refund_requested", "Refund Requested"),
                            ("refund_approved", "Refund Approved"),
                            ("refund_rejected", "Refund Rejected"),
                            ("refund_sent", "Refund Sent"),
                            ("refund_succeeded", "Refund Succeeded"),
                            ("refund_failed", "Refund Failed"),
                            ("dispute_opened", "Dispute Opened"),
                            ("dispute_changed", "Dispute Changed"),
                            ("dispute_closed", "Dispute Closed"),
                            ("escalated", "Escalated"),
                            ("escalation_sent_back", "Escalation Sent Back"),
                            ("escalation_decided", "Escalation Decided"),
                            ("escalation_taken_over", "Escalation Taken Over"),
                            ("solved", "Solved"),
                            ("confirmed_solved", "Confirmed Solved"),
                            ("reopened", "Reopened"),
                            ("card_number_removed", "Card Number Removed"),
                            ("linked", "Linked"),
                        ],
                        max_length=30,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("actor_name", models.CharField(blank=True, default="", max_length=200)),
                ("data", models.JSONField(blank=True, default=dict)),
                ("source_key", models.CharField(blank=True, default="", max_length=80)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dispute",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disputes.dispute",
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
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="timeline", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["ticket", "at", "id"], name="timeline_of_ticket")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "verb__in",
                                [
                                    "created",
                                    "categorised",
                                    "prioritised",
                                    "assigned",
                                    "released",
                                    "moved",
                                    "customer_wrote",
                                    "replied",
                                    "noted",
                                    "status_changed",
                                    "diagnosed",
                                    "money_event",
                                    "refund_requested",
                                    "refund_approved",
                                    "refund_rejected",
                                    "refund_sent",
                                    "refund_succeeded",
                                    "refund_failed",
                                    "dispute_opened",
                                    "dispute_changed",
                                    "dispute_closed",
                                    "escalated",
                                    "escalation_sent_back",
                                    "escalation_decided",
                                    "escalation_taken_over",
                                    "solved",
                                    "confirmed_solved",
                                    "reopened",
                                    "card_number_removed",
                                    "linked",
                                ],
                            )
                        ),
                        name="timeline_verb_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("source_key", ""), _negated=True),
                        fields=("ticket", "source_key"),
                        name="timeline_once_per_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MacroHistory",
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
                ("name", models.CharField(max_length=80)),
                ("body", models.TextField()),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("payment_failed", "Payment failed"),
                            ("wrong_amount", "Wrong amount"),
                            ("missing_or_duplicate", "Missing or duplicate transaction"),
                            ("unauthorised", "Unauthorised charge"),
                            ("refund_late", "Refund late"),
                            ("autopay", "Autopay"),
                            ("policy_change", "Policy change"),
                            ("promotion", "Promotion"),
                            ("proof_needed", "Proof needed"),
                            ("app_or_site", "App or site trouble"),
                            ("other", "Other"),
                        ],
                        default="",
                        max_length=30,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("active", models.BooleanField(default=True)),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="tickets.macro",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["pgh_xid", "pgh_id"], name="tickets_mac_pgh_xid_d7083e_idx")],
            },
        ),
        migrations.CreateModel(
            name="MessageMoneyBody",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="money_body",
                        serialize=False,
                        to="tickets.message",
                    ),
                ),
                ("shown_to_customer", models.BooleanField()),
                ("body", models.TextField()),
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
            ],
        ),
        migrations.CreateModel(
            name="QueueHistory",
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
                ("name", models.CharField(max_length=60)),
                ("slug", models.SlugField(db_index=False, max_length=60)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("first_reply_minutes", models.PositiveIntegerField(default=480)),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="tickets.queue",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="people.team",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["pgh_xid", "pgh_id"], name="tickets_que_pgh_xid_c6be6d_idx")],
            },
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["ticket", "created_at", "id"], name="message_of_ticket"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["customer", "reply", "note"])), name="message_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("quotes_payment_data", False), ("body", ""), _connector="OR"),
                name="message_quoting_is_sealed",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "customer"), _negated=True), ("quotes_payment_data", False), _connector="OR"
                ),
                name="message_of_customer_is_conversation",
            ),
        ),
        migrations.AddIndex(
            model_name="escalation",
            index=models.Index(
                condition=models.Q(("status", "waiting")), fields=["raised_at"], name="escalation_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "waiting")), fields=("ticket",), name="escalation_one_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["waiting", "sent_back", "decided", "taken_over"])),
                name="escalation_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason__in", ["above_limit", "needs_decision", "suspected_fraud", "unhappy", "legal", "stuck"])
                ),
                name="escalation_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reviewed_at", None), ("reviewed_by", None), ("status", "waiting")),
                    models.Q(
                        models.Q(("status", "waiting"), _negated=True),
                        ("reviewed_at__isnull", False),
                        ("reviewed_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="escalation_review_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(fields=("ticket", "agent"), name="draft_one_open"),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.CheckConstraint(
                condition=models.Q(("quotes_payment_data", False), ("body", ""), _connector="OR"),
                name="draft_quoting_is_sealed",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="macro",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tickets_macrohistory" ("active", "body", "category", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (NEW."active", NEW."body", NEW."category", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."position"); RETURN NULL;',
                    hash="7e764ae875cdbc1151f05f1a997646e7e40b7ad2",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_288ad",
                    table="tickets_macro",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="macro",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "tickets_macrohistory" ("active", "body", "category", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (NEW."active", NEW."body", NEW."category", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."position"); RETURN NULL;',
                    hash="6fd4e1261f3982fa1c57568786567343ce67b43d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_691e0",
                    table="tickets_macro",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="macro",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tickets_macrohistory" ("active", "body", "category", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (OLD."active", OLD."body", OLD."category", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."position"); RETURN NULL;',
                    hash="c867e17ba9d8044288c647af510f761c474f3e31",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_4f7a5",
                    table="tickets_macro",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="queue",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tickets_queuehistory" ("first_reply_minutes", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "slug", "team_id") VALUES (NEW."first_reply_minutes", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."position", NEW."slug", NEW."team_id"); RETURN NULL;',
                    hash="9aa3c847adda4fc90acfca4c43b09c7699940f58",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_58d21",
                    table="tickets_queue",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="queue",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "tickets_queuehistory" ("first_reply_minutes", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "slug", "team_id") VALUES (NEW."first_reply_minutes", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."position", NEW."slug", NEW."team_id"); RETURN NULL;',
                    hash="c7f2f289c7df30b215151092ce08948b57d39d22",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c4ab1",
                    table="tickets_queue",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="queue",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tickets_queuehistory" ("first_reply_minutes", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "slug", "team_id") VALUES (OLD."first_reply_minutes", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."position", OLD."slug", OLD."team_id"); RETURN NULL;',
                    hash="01b2f47117fafc9ac44b97457893fbaab2032bd9",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_0bd96",
                    table="tickets_queue",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ticket",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tickets_tickethistory" ("about", "assignee_id", "category", "channel", "confirmed_at", "created_at", "customer_id", "due_at", "due_kind", "first_reply_at", "id", "language", "legal_due_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "promised_at", "queue_id", "reopened_count", "requester_email", "requester_id", "requester_name", "solved_at", "source", "source_id", "status", "subject", "triage_reasons", "updated_at", "version", "waiting_since") VALUES (NEW."about", NEW."assignee_id", NEW."category", NEW."channel", NEW."confirmed_at", NEW."created_at", NEW."customer_id", NEW."due_at", NEW."due_kind", NEW."first_reply_at", NEW."id", NEW."language", NEW."legal_due_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."priority", NEW."promised_at", NEW."queue_id", NEW."reopened_count", NEW."requester_email", NEW."requester_id", NEW."requester_name", NEW."solved_at", NEW."source", NEW."source_id", NEW."status", NEW."subject", NEW."triage_reasons", NEW."updated_at", NEW."version", NEW."waiting_since"); RETURN NULL;',
                    hash="4d66694f17d0b91088a85240de425e2dfb815e8a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2d01a",
                    table="tickets_ticket",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ticket",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."about" IS DISTINCT FROM (NEW."about") OR OLD."assignee_id" IS DISTINCT FROM (NEW."assignee_id") OR OLD."category" IS DISTINCT FROM (NEW."category") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."confirmed_at" IS DISTINCT FROM (NEW."confirmed_at") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."customer_id" IS DISTINCT FROM (NEW."customer_id") OR OLD."due_at" IS DISTINCT FROM (NEW."due_at") OR OLD."due_kind" IS DISTINCT FROM (NEW."due_kind") OR OLD."first_reply_at" IS DISTINCT FROM (NEW."first_reply_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."legal_due_at" IS DISTINCT FROM (NEW."legal_due_at") OR OLD."priority" IS DISTINCT FROM (NEW."priority") OR OLD."promised_at" IS DISTINCT FROM (NEW."promised_at") OR OLD."queue_id" IS DISTINCT FROM (NEW."queue_id") OR OLD."reopened_count" IS DISTINCT FROM (NEW."reopened_count") OR OLD."requester_id" IS DISTINCT FROM (NEW."requester_id") OR OLD."requester_email" IS DISTINCT FROM (NEW."requester_email") OR OLD."requester_name" IS DISTINCT FROM (NEW."requester_name") OR OLD."solved_at" IS DISTINCT FROM (NEW."solved_at") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."source_id" IS DISTINCT FROM (NEW."source_id") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."subject" IS DISTINCT FROM (NEW."subject") OR OLD."triage_reasons" IS DISTINCT FROM (NEW."triage_reasons") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."waiting_since" IS DISTINCT FROM (NEW."waiting_since"))',
                    func='INSERT INTO "tickets_tickethistory" ("about", "assignee_id", "category", "channel", "confirmed_at", "created_at", "customer_id", "due_at", "due_kind", "first_reply_at", "id", "language", "legal_due_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "promised_at", "queue_id", "reopened_count", "requester_email", "requester_id", "requester_name", "solved_at", "source", "source_id", "status", "subject", "triage_reasons", "updated_at", "version", "waiting_since") VALUES (NEW."about", NEW."assignee_id", NEW."category", NEW."channel", NEW."confirmed_at", NEW."created_at", NEW."customer_id", NEW."due_at", NEW."due_kind", NEW."first_reply_at", NEW."id", NEW."language", NEW."legal_due_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."priority", NEW."promised_at", NEW."queue_id", NEW."reopened_count", NEW."requester_email", NEW."requester_id", NEW."requester_name", NEW."solved_at", NEW."source", NEW."source_id", NEW."status", NEW."subject", NEW."triage_reasons", NEW."updated_at", NEW."version", NEW."waiting_since"); RETURN NULL;',
                    hash="a3a3743f63b37344e01295ab053d1fb63dc3901b",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c6bd0",
                    table="tickets_ticket",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ticket",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tickets_tickethistory" ("about", "assignee_id", "category", "channel", "confirmed_at", "created_at", "customer_id", "due_at", "due_kind", "first_reply_at", "id", "language", "legal_due_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "promised_at", "queue_id", "reopened_count", "requester_email", "requester_id", "requester_name", "solved_at", "source", "source_id", "status", "subject", "triage_reasons", "updated_at", "version", "waiting_since") VALUES (OLD."about", OLD."assignee_id", OLD."category", OLD."channel", OLD."confirmed_at", OLD."created_at", OLD."customer_id", OLD."due_at", OLD."due_kind", OLD."first_reply_at", OLD."id", OLD."language", OLD."legal_due_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."priority", OLD."promised_at", OLD."queue_id", OLD."reopened_count", OLD."requester_email", OLD."requester_id", OLD."requester_name", OLD."solved_at", OLD."source", OLD."source_id", OLD."status", OLD."subject", OLD."triage_reasons", OLD."updated_at", OLD."version", OLD."waiting_since"); RETURN NULL;',
                    hash="f868eaedaab49c7a2460a20ea0c5f040277cebfb",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_84422",
                    table="tickets_ticket",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="escalation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tickets_escalationhistory" ("decision_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raised_at", "raised_by_id", "reason", "reviewed_at", "reviewed_by_id", "status", "ticket_id", "tried_id") VALUES (NEW."decision_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."raised_at", NEW."raised_by_id", NEW."reason", NEW."reviewed_at", NEW."reviewed_by_id", NEW."status", NEW."ticket_id", NEW."tried_id"); RETURN NULL;',
                    hash="143a17659d9ad261e475ac51ec96d96be298ad88",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_90922",
                    table="tickets_escalation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="escalation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "tickets_escalationhistory" ("decision_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raised_at", "raised_by_id", "reason", "reviewed_at", "reviewed_by_id", "status", "ticket_id", "tried_id") VALUES (NEW."decision_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."raised_at", NEW."raised_by_id", NEW."reason", NEW."reviewed_at", NEW."reviewed_by_id", NEW."status", NEW."ticket_id", NEW."tried_id"); RETURN NULL;',
                    hash="4df78ce1d6a22c7add8f60d9b838bb074ec5e4b9",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_40135",
                    table="tickets_escalation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="escalation",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "tickets_escalationhistory" ("decision_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raised_at", "raised_by_id", "reason", "reviewed_at", "reviewed_by_id", "status", "ticket_id", "tried_id") VALUES (OLD."decision_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."raised_at", OLD."raised_by_id", OLD."reason", OLD."reviewed_at", OLD."reviewed_by_id", OLD."status", OLD."ticket_id", OLD."tried_id"); RETURN NULL;',
                    hash="63d267cb627f11ed771a3b82facd11b613b81d43",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_32f51",
                    table="tickets_escalation",
                    when="AFTER",
                ),
            ),
        ),
    ]
