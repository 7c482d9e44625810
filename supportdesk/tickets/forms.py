"""The shape of what the desk's pages send. Nothing here saves, and no rule about a ticket lives here."""

from collections.abc import Iterable
from typing import Any

from django import forms

from billing.access.idempotency import KeyField
from billing.redaction.forms import CardFree
from billing.states import RefundReason
from billing.text.moments import moment_of
from supportdesk.people.models import User
from supportdesk.tickets.access import colleagues_for, queues_visible_to
from supportdesk.tickets.models import Queue, Ticket
from supportdesk.tickets.queries.queue import Filters, Key
from supportdesk.tickets.refund_asked import RefundAsked
from supportdesk.tickets.states import Category, EscalationReason, Priority, TicketStatus
from supportdesk.tickets.widgets import PlainSelect

LONGEST_TEXT = 20_000
LARGEST = 2**63 - 1  # what a bigint holds


class FilterForm(CardFree, forms.Form):
    """Which tickets. Anything unknown means "any": an old bookmark must not break."""

    state = forms.ChoiceField(
        choices=[("due", "To do"), ("waiting", "Waiting"), ("solved", "Solved"), ("all", "All")],
        required=False,
        widget=PlainSelect,
    )
    whose = forms.ChoiceField(
        label="Whose",
        choices=[("", "Everybody's"), ("mine", "Mine"), ("unassigned", "Nobody's")],
        required=False,
        widget=PlainSelect,
    )
    queue = forms.SlugField(required=False, widget=PlainSelect)
    category = forms.ChoiceField(choices=[("", "Any"), *Category.choices], required=False, widget=PlainSelect)
    priority = forms.TypedChoiceField(
        choices=[("", "Any"), *Priority.choices], required=False, coerce=int, empty_value=None, widget=PlainSelect
    )
    due = forms.ChoiceField(
        choices=[("", "Any time"), ("overdue", "Overdue"), ("today", "Today")], required=False, widget=PlainSelect
    )

    def offer(self, queues: Iterable[Queue]) -> None:
        """The queues to choose from. A slug of another team's queue is no error: nothing of it is found."""
        choices = [("", "All queues"), *((queue.slug, queue.name) for queue in queues)]
        self.fields["queue"].widget = PlainSelect(choices=choices)

    def filters(self) -> Filters:
        self.is_valid()
        known = self.cleaned_data
        return Filters(
            queue=known.get("queue", ""),
            whose=known.get("whose", ""),
            category=known.get("category", ""),
            priority=known.get("priority"),
            state=known.get("state") or "due",
            due=known.get("due", ""),
        )


class KeyForm(forms.Form):
    """Where a page begins: ``after`` or ``before`` a row, as "moment_number". Anything else is the first page."""

    after = forms.CharField(required=False, max_length=60)
    before = forms.CharField(required=False, max_length=60)

    def key(self) -> Key | None:
        self.is_valid()
        for name, backwards in (("after", False), ("before", True)):
            moment, _, number = self.cleaned_data.get(name, "").partition("_")
            at = moment_of(moment)
            if at is not None and number.isascii() and number.isdecimal() and len(number) < 19:
                return Key(at, int(number), backwards)
        return None


class WriteForm(CardFree, forms.Form):
    """The composer: a reply or a note, and where the ticket goes with a reply."""

    mode = forms.ChoiceField(choices=[("reply", "Reply"), ("note", "Note")], required=False)
    text = forms.CharField(
        max_length=LONGEST_TEXT,
        error_messages={"required": "Write something first.", "max_length": "This is too long for one message."},
    )
    then = forms.ChoiceField(
        label="Afterwards",
        choices=[
            (TicketStatus.WAITING_CUSTOMER, "wait for them"),
            (TicketStatus.WAITING_OTHERS, "wait for others"),
            (TicketStatus.OPEN, "stay with it"),
            (TicketStatus.SOLVED, "it is solved"),
        ],
        required=False,
    )
    version = forms.IntegerField(min_value=0)
    key = KeyField()


class RefundWriteForm(WriteForm):
    """A reply that refunds: with it, exactly what was on the screen."""

    payment_id = forms.IntegerField(min_value=1)
    amount_minor = forms.IntegerField(min_value=1)
    currency = forms.RegexField(r"^[A-Z]{3}$")
    reason = forms.ChoiceField(choices=RefundReason.choices)
    confirmed = forms.BooleanField(required=False)

    def refund(self) -> RefundAsked:
        return _refund_of(self.cleaned_data)


class DraftForm(CardFree, forms.Form):
    """What is typed so far, with the refund that may hang on it."""

    text = forms.CharField(max_length=LONGEST_TEXT, required=False, strip=False)
    version = forms.IntegerField(min_value=0)
    key = KeyField()
    payment_id = forms.IntegerField(min_value=1, max_value=LARGEST, required=False)
    amount_minor = forms.IntegerField(min_value=1, max_value=LARGEST, required=False)
    currency = forms.RegexField(r"^[A-Z]{3}$", required=False)
    reason = forms.ChoiceField(choices=[("", ""), *RefundReason.choices], required=False)

    def refund(self) -> RefundAsked | None:
        """Whole, or none: half a refund is nobody's wish."""
        parts = ("payment_id", "amount_minor", "currency", "reason")
        return _refund_of(self.cleaned_data) if all(self.cleaned_data[part] for part in parts) else None


def _refund_of(sent: dict[str, Any]) -> RefundAsked:
    return RefundAsked(
        payment_id=sent["payment_id"],
        amount_minor=sent["amount_minor"],
        currency=sent["currency"],
        reason=RefundReason(sent["reason"]),
    )


class PropertiesForm(CardFree, forms.Form):
    """What the ticket is, how pressing, and where it waits."""

    category = forms.ChoiceField(choices=Category.choices)
    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=int)
    queue = forms.ModelChoiceField(queryset=Queue.objects.none(), empty_label=None)

    def __init__(self, *args: Any, user: User, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"category": ticket.category, "priority": ticket.priority, "queue": ticket.queue_id}
        self.fields["queue"].queryset = queues_visible_to(user)  # type: ignore[attr-defined]


class AssignForm(CardFree, forms.Form):
    """Only colleagues of the queue's team can be chosen, whatever id is sent."""

    to = forms.ModelChoiceField(queryset=User.objects.none(), label="Give it to", empty_label=None)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"to": ticket.assignee_id}
        self.fields["to"].queryset = colleagues_for(ticket)  # type: ignore[attr-defined]


class WaitForm(CardFree, forms.Form):
    on = forms.ChoiceField(
        label="Who has the next move?",
        choices=[
            (TicketStatus.WAITING_CUSTOMER, "The customer"),
            (TicketStatus.WAITING_OTHERS, "Somebody else: the bank, the provider, a colleague"),
        ],
        widget=forms.RadioSelect,
    )
    promised_at = forms.DateTimeField(
        label="What did you promise?",
        help_text="The ticket comes back an hour before.",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class EscalateForm(CardFree, forms.Form):
    reason = forms.ChoiceField(choices=EscalationReason.choices, widget=forms.RadioSelect)
    tried = forms.CharField(
        label="What did you try?",
        help_text="The supervisor reads this first. It becomes an internal note.",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what you tried, so that nobody tries it twice."},
    )
    key = KeyField()


class ReviewForm(CardFree, forms.Form):
    """The supervisor's answer to an escalation."""

    answer = forms.ChoiceField(choices=[("decide", "Decide"), ("send_back", "Send back"), ("take_over", "Take over")])
    words = forms.CharField(
        label="Your words to the agent",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what the agent should do or know."},
    )
    key = KeyField()


class SearchForm(CardFree, forms.Form):
    q = forms.CharField(required=False, max_length=200)


class RecogniseForm(CardFree, forms.Form):
    customer = forms.IntegerField(min_value=1)
