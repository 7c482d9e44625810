"""A ticket comes to be once, with a clock, a queue and clean words."""

import pytest

from billing.models import OutboxMessage, StreamEvent
from supportdesk.people.models import Team
from supportdesk.tickets.actions.opening import Sorting, Writer, import_complaint, open_ticket
from supportdesk.tickets.errors import SecondUseOfKey
from supportdesk.tickets.models import Message, Queue, Ticket
from supportdesk.tickets.states import Category, Channel, DueKind, Priority, TicketStatus
from tests.tickets.factories import NOW, make_queue, make_ticket, new_key, verbs

pytestmark = pytest.mark.django_db
CARD = "4242 4242 4242 4242"


def test_opened(queue: Queue) -> None:
    ticket = make_ticket()

    message = Message.objects.get(ticket=ticket)
    assert (ticket.status, ticket.queue, ticket.waiting_since, ticket.due_kind, ticket.version) == (
        TicketStatus.NEW,
        queue,
        NOW,
        DueKind.SLA,
        0,
    )
    assert (message.body, message.author_name, message.kind) == (
        "My September premium was taken two times.",
        "Lena Ortiz",
        "customer",
    )
    assert verbs(ticket) == ["created"]


def test_told_and_announced(queue: Queue) -> None:
    ticket = make_ticket()

    assert list(OutboxMessage.objects.values_list("key", flat=True)) == [f"ticket-received:{ticket.pk}"]
    assert set(StreamEvent.objects.values_list("topic", flat=True)) == {f"ticket:{ticket.pk}", "queue:payments"}


def test_the_queue_that_names_the_category_takes_it(queue: Queue, other_team: Team) -> None:
    refunds = make_queue(other_team, "Refunds", position=9, categories=[Category.REFUND_LATE])

    assert make_ticket(category=Category.REFUND_LATE).queue == refunds
    assert make_ticket(category=Category.AUTOPAY).queue == queue


def test_same_form_twice_is_one_ticket(queue: Queue) -> None:
    key = new_key()

    def send() -> Ticket:
        return open_ticket(
            writer=Writer(name="Lena"), subject="Twice", text="Twice.", channel=Channel.FORM, key=key, at=NOW
        )

    assert send() == send()
    assert Ticket.objects.count() == Message.objects.count() == 1


def test_same_key_with_other_words_is_refused(queue: Queue) -> None:
    key = new_key()
    open_ticket(writer=Writer(), subject="One", text="One.", channel=Channel.FORM, key=key, at=NOW)

    with pytest.raises(SecondUseOfKey):
        open_ticket(writer=Writer(), subject="Two", text="Two.", channel=Channel.FORM, key=key, at=NOW)

    assert list(Message.objects.values_list("body", flat=True)) == ["One."]
    assert Ticket.objects.count() == 1


def test_card_number_never_reaches_the_database(queue: Queue) -> None:
    ticket = make_ticket(subject=f"Card {CARD}", text=f"My card is {CARD}, code 123.", name=f"Lena {CARD}")

    message = Message.objects.get(ticket=ticket)
    found = Ticket.objects.filter(pk=ticket.pk).values_list("subject", "requester_name", "search").get()
    assert "4242 4242" not in " ".join([*map(str, found), message.body, message.author_name])
    assert verbs(ticket) == ["created", "card_number_removed"]


def test_import_is_one_ticket_however_often(queue: Queue) -> None:
    def run() -> tuple[Ticket, bool]:
        return import_complaint(
            source="cfpb",
            source_id="3310917",
            writer=Writer(),
            subject="Charged me twice",
            text="They charged me twice.",
            sorting=Sorting(Category.MISSING_OR_DUPLICATE, Priority.HIGH, queue, ["Issue column"]),
            asked_at=NOW,
            at=NOW,
        )

    (first, new), (second, again) = run(), run()

    assert (first, new, again) == (second, True, False)
    assert (Ticket.objects.count(), first.triage_reasons, first.priority) == (1, ["Issue column"], Priority.HIGH)
    assert not OutboxMessage.objects.exists()


def test_a_desk_without_queues_loses_no_question() -> None:
    Queue.objects.all().delete()

    first, second = (
        open_ticket(writer=Writer(), subject="Twice", text="Paid twice", channel=Channel.FORM, key=key, at=NOW)
        for key in ("first", "second")
    )

    assert (first.queue.name, first.queue.team.name) == ("Inbox", "Desk")
    assert second.queue == first.queue
