from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from billing.audit.history import recorded
from billing.models import Customer
from billing.models.fields import CurrencyField, MinorField
from supportdesk.people.models import Team
from supportdesk.tickets.states import UNSOLVED, WITH_US, Category, Channel, DueKind, Priority, TicketStatus


@recorded()
class Queue(models.Model):
    """Where tickets wait. A queue belongs to a team; only that team sees its tickets."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="queues")
    position = models.PositiveSmallIntegerField(default=0)
    first_reply_minutes = models.PositiveIntegerField(default=8 * 60)
    # What triage sends here; a category that no queue names goes to the first one.
    categories = ArrayField(models.CharField(max_length=30, choices=Category), default=list, blank=True)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


@recorded(exclude=["search"])  # bulky, and made from the rest by a trigger
class Ticket(models.Model):
    """One trouble of one person. Its number is its primary key; nothing here is payment data."""

    subject = models.CharField(max_length=200)
    category = models.CharField(max_length=30, choices=Category, default=Category.OTHER)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    triage_reasons = models.JSONField(default=list, blank=True)
    status = models.CharField(max_length=20, choices=TicketStatus, default=TicketStatus.NEW)
    channel = models.CharField(max_length=20, choices=Channel)
    language = models.CharField(max_length=10, default="en")
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="tickets")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets"
    )
    # Whose money it is about. Empty until somebody recognised the writer.
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets")
    # Who may read it in the portal; follows the person, not the typed address.
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets_asked"
    )
    requester_name = models.CharField(max_length=200, default="", blank=True)
    requester_email = models.EmailField(max_length=254, default="", blank=True)
    # The line under the subject in the queue: "Motor policy 44-1907". Names an agreement, never an amount.
    about = models.CharField(max_length=120, default="", blank=True)

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True, blank=True)  # the customer's oldest unanswered message
    # When the desk must act, and the queue's order; clocks.py says how it follows from the three dates below it.
    due_at = models.DateTimeField()
    due_kind = models.CharField(max_length=10, choices=DueKind, default=DueKind.SLA)
    legal_due_at = models.DateTimeField(null=True, blank=True)  # the earliest open dispute's own date
    promised_at = models.DateTimeField(null=True, blank=True)  # what an agent told the customer
    first_reply_at = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)

    # Where it came from, so that the same complaint or event never makes two tickets.
    source = models.CharField(max_length=40, default="", blank=True)
    source_id = models.CharField(max_length=120, default="", blank=True)
    search = SearchVectorField(null=True, editable=False)

    class Meta:
        permissions = [
            ("read_tickets", "Can read tickets of own teams' queues"),
            ("read_every_queue", "Can read tickets of every team"),
            ("work_tickets", "Can answer and change tickets"),
            ("review_escalations", "Can decide what agents escalate"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~Q(source=""), name="ticket_once_per_source"
            ),
            models.CheckConstraint(condition=Q(status__in=TicketStatus.values), name="ticket_status_known"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="ticket_category_known"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="ticket_priority_known"),
            models.CheckConstraint(
                condition=Q(status__in=sorted(UNSOLVED)) | Q(solved_at__isnull=False), name="ticket_solved_dated"
            ),
        ]
        indexes = [
            # The queue list: what is with us, due first, paged by key.
            models.Index(
                fields=["queue", "due_at", "id"], name="ticket_due_in_queue", condition=Q(status__in=sorted(WITH_US))
            ),
            models.Index(fields=["due_at", "id"], name="ticket_due", condition=Q(status__in=sorted(WITH_US))),
            models.Index(
                fields=["due_at", "id"],
                name="ticket_unassigned",
                condition=Q(status__in=sorted(WITH_US), assignee__isnull=True),
            ),
            models.Index(
                fields=["assignee", "due_at", "id"], name="ticket_of_agent", condition=Q(status__in=sorted(UNSOLVED))
            ),
            models.Index(fields=["queue", "-updated_at", "-id"], name="ticket_recent_in_queue"),
            models.Index(fields=["-updated_at", "-id"], name="ticket_recent"),
            models.Index(fields=["customer", "-created_at"], name="ticket_of_customer"),
            models.Index(fields=["requester", "-updated_at", "-id"], name="ticket_of_requester"),
            models.Index(
                fields=["category", "due_at", "id"], name="ticket_by_category", condition=Q(status__in=sorted(WITH_US))
            ),
            models.Index(
                fields=["promised_at"],
                name="ticket_promised",
                condition=Q(status=TicketStatus.WAITING_OTHERS, promised_at__isnull=False),
            ),
            GinIndex(fields=["search"], name="ticket_search"),
            # Half-typed words and addresses. Upper, because Django's case-insensitive lookups compare in upper case.
            GinIndex(
                OpClass(Upper("subject"), name="gin_trgm_ops"),
                OpClass(Upper("requester_name"), name="gin_trgm_ops"),
                OpClass(Upper("requester_email"), name="gin_trgm_ops"),
                name="ticket_trigrams",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    @property
    def noticed_by_us(self) -> bool:
        """Opened by what happened to the money, before anybody asked."""
        return self.channel == Channel.MONEY_EVENT

    @property
    def ended_by_itself(self) -> bool:
        """Its customer asked nothing and nobody of the desk took it up, so nobody is asked whether it is solved."""
        return (
            self.noticed_by_us
            and self.category == Category.PAYMENT_FAILED
            and self.status == TicketStatus.SOLVED
            and self.assignee_id is None
        )


class TicketFinding(models.Model):
    """The diagnosis as it was seen for a ticket, and the amount the queue shows. Payment data: row-level security."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="findings")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    current = models.BooleanField(default=True)
    headline = models.CharField(max_length=300)
    amount_minor = MinorField[int | None, int | None](null=True, blank=True)
    currency = CurrencyField(default="", blank=True)
    findings = models.JSONField(default=list)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(current=True), name="ticket_one_current_finding"),
        ]
        indexes = [models.Index(fields=["ticket", "-found_at"], name="finding_of_ticket")]

    def __str__(self) -> str:
        return self.headline
