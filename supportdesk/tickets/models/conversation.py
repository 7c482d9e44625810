from django.conf import settings
from django.db import models
from django.db.models import Q

from billing.audit.history import recorded
from billing.models import Customer
from supportdesk.tickets.models.tickets import Ticket
from supportdesk.tickets.states import Category, Channel, MessageKind


class Message(models.Model):
    """Something somebody wrote. Card numbers were removed before this row was first written."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10, choices=MessageKind)
    channel = models.CharField(max_length=20, choices=Channel)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    author_name = models.CharField(max_length=200, default="", blank=True)
    # Empty where the text quotes payment data: it then stands in MessageMoneyBody, behind row-level security.
    body = models.TextField(default="", blank=True)
    quotes_payment_data = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    # Made with the form, so that a double click or a retry is one message.
    idempotency_key = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MessageKind.values), name="message_kind_known"),
            models.CheckConstraint(
                condition=Q(quotes_payment_data=False) | Q(body=""), name="message_quoting_is_sealed"
            ),
            models.CheckConstraint(
                condition=~Q(kind=MessageKind.CUSTOMER) | Q(quotes_payment_data=False),
                name="message_of_customer_is_conversation",
            ),
        ]
        indexes = [models.Index(fields=["ticket", "created_at", "id"], name="message_of_ticket")]

    def __str__(self) -> str:
        return f"{self.kind} in #{self.ticket_id}"


class MessageMoneyBody(models.Model):
    """The text of a note or reply that quotes payment data. Row-level security stands under it."""

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.PROTECT, related_name="money_body")
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # A note is never shown to the customer; a reply is. The policy reads this column.
    shown_to_customer = models.BooleanField()
    body = models.TextField()

    def __str__(self) -> str:
        return f"text of message {self.message_id}"


class Draft(models.Model):
    """What an agent has typed and not sent, kept until sent. One for each agent and ticket.

    A draft that quotes payment data is locked like the answer it will become: its text stands in DraftMoneyBody.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="drafts")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    body = models.TextField(default="", blank=True)
    quotes_payment_data = models.BooleanField(default=False)
    ticket_version = models.PositiveIntegerField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "agent"], name="draft_one_open"),
            models.CheckConstraint(condition=Q(quotes_payment_data=False) | Q(body=""), name="draft_quoting_is_sealed"),
        ]

    def __str__(self) -> str:
        return f"draft in #{self.ticket_id}"


class DraftMoneyBody(models.Model):
    """The text of a draft that quotes payment data, and the refund that is to go with it. Row-level security stands
    under it; no customer ever sees it."""

    draft = models.OneToOneField(Draft, primary_key=True, on_delete=models.CASCADE, related_name="money_body")
    body = models.TextField()
    # As it would be sent, or nothing. It is asked for only when the answer is sent, and checked then.
    refund_payment_id = models.BigIntegerField(null=True, blank=True)
    refund_amount_minor = models.BigIntegerField(null=True, blank=True)
    refund_currency = models.CharField(max_length=3, default="", blank=True)
    refund_reason = models.CharField(max_length=30, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    refund_payment_id__isnull=True,
                    refund_amount_minor__isnull=True,
                    refund_currency="",
                    refund_reason="",
                )
                | Q(refund_payment_id__isnull=False, refund_amount_minor__gt=0, refund_currency__regex="^[A-Z]{3}$"),
                name="draft_refund_whole_or_none",
            )
        ]

    def __str__(self) -> str:
        return f"text of draft {self.draft_id}"


@recorded()
class Macro(models.Model):
    """A prepared answer. Placeholders come from an allow-list and are filled once."""

    name = models.CharField(max_length=80, unique=True)
    body = models.TextField()
    category = models.CharField(max_length=30, choices=Category, default="", blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name
