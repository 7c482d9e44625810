"""Replies, notes and what customers write: once each, in order, sealed where they quote payment data."""

from datetime import timedelta

import pytest

from billing.access.scopes import seeing_as_agent, seeing_as_customer
from billing.models import OutboxMessage
from supportdesk.people.models import User
from supportdesk.tickets.actions.conversation import add_note, customer_replies, reply
from supportdesk.tickets.actions.drafts import autosave_draft
from supportdesk.tickets.actions.status import confirm_solved, solve
from supportdesk.tickets.errors import CardNumberRefused, ChangedMeanwhile, SecondUseOfKey, StepRefused
from supportdesk.tickets.models import Draft, Message, MessageMoneyBody, Queue, Ticket
from supportdesk.tickets.states import Channel, TicketStatus
from tests.billing.records import a_customer
from tests.tickets.factories import NOW, as_it_is, make_ticket, new_key, verbs

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
CARD = "4242 4242 4242 4242"


def answer(ticket: Ticket, by: User, text: str = "We look into it.", **more: object) -> Message:
    sent = {"version": ticket.version, "key": new_key(), "at": LATER} | more
    return reply(ticket, text, by=by, **sent)  # type: ignore[arg-type]


def customer_writes(ticket: Ticket, text: str, *, at: object = LATER, key: str | None = None) -> Message:
    return customer_replies(
        ticket,
        text,
        by=None,
        channel=Channel.PORTAL,
        key=key or new_key(),
        at=at,  # type: ignore[arg-type]
    )


def test_reply_answers_and_waits(ticket: Ticket, agent: User) -> None:
    message = answer(ticket, agent)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since, ticket.first_reply_at, ticket.assignee, ticket.version) == (
        TicketStatus.WAITING_CUSTOMER,
        None,
        LATER,
        agent,
        1,
    )
    assert verbs(ticket) == ["created", "replied", "status_changed"]
    assert OutboxMessage.objects.filter(key=f"ticket-answered:{message.pk}").count() == 1


def test_first_reply_is_counted_once(ticket: Ticket, agent: User) -> None:
    answer(ticket, agent)
    ticket.refresh_from_db()
    answer(ticket, agent, "And more.", at=LATER + timedelta(days=1))

    ticket.refresh_from_db()
    assert ticket.first_reply_at == LATER


def test_reply_twice_is_one_reply(ticket: Ticket, agent: User) -> None:
    key = new_key()

    first, second = answer(ticket, agent, key=key), answer(ticket, agent, key=key)

    assert first == second
    assert verbs(ticket) == ["created", "replied", "status_changed"]


def test_key_with_other_words_is_refused(ticket: Ticket, agent: User) -> None:
    key = new_key()
    answer(ticket, agent, key=key)
    before = as_it_is(ticket)

    with pytest.raises(SecondUseOfKey):
        answer(ticket, agent, "Something else.", key=key)

    assert as_it_is(ticket) == before


def test_reply_to_a_conversation_that_went_on_is_refused(ticket: Ticket, agent: User) -> None:
    customer_writes(ticket, "One more thing.")
    before = as_it_is(ticket)

    with pytest.raises(ChangedMeanwhile):
        answer(ticket, agent)

    assert as_it_is(ticket) == before
    assert not OutboxMessage.objects.filter(key__startswith="ticket-answered").exists()


def test_card_number_in_a_reply_or_note_is_refused(ticket: Ticket, agent: User) -> None:
    before = as_it_is(ticket)

    with pytest.raises(CardNumberRefused):
        answer(ticket, agent, f"Your card {CARD}.")
    with pytest.raises(CardNumberRefused):
        add_note(ticket, f"Card {CARD}", by=agent, key=new_key(), at=LATER)
    with pytest.raises(CardNumberRefused):
        autosave_draft(ticket, f"Card {CARD}", by=agent, version=0, key=new_key(), at=LATER)

    assert as_it_is(ticket) == before
    assert not Draft.objects.exists()


def test_closed_ticket_takes_no_reply(ticket: Ticket, agent: User, customer: User) -> None:
    confirm_solved(ticket, by=customer, at=NOW)
    before = as_it_is(ticket)

    with pytest.raises(StepRefused):
        answer(ticket, agent)

    assert as_it_is(ticket) == before


def test_note_leaves_the_clock_alone(ticket: Ticket, agent: User) -> None:
    before = (ticket.due_at, ticket.waiting_since, ticket.status)

    add_note(ticket, "She called as well.", by=agent, key=new_key(), at=LATER)

    ticket.refresh_from_db()
    assert (ticket.due_at, ticket.waiting_since, ticket.status) == before
    assert verbs(ticket) == ["created", "noted"]


def test_customer_writes_and_the_desk_owes_the_next_move(ticket: Ticket, agent: User) -> None:
    answer(ticket, agent)

    customer_writes(ticket, "Thank you, but no.", at=LATER + timedelta(hours=1))

    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since) == (TicketStatus.OPEN, LATER + timedelta(hours=1))


def test_waits_since_the_oldest_unanswered_message(ticket: Ticket) -> None:
    customer_writes(ticket, "Are you there?")

    ticket.refresh_from_db()
    assert ticket.waiting_since == NOW


@pytest.mark.parametrize("closed", [False, True])
def test_customer_writes_on_a_solved_ticket_and_it_opens(
    ticket: Ticket, agent: User, customer: User, closed: bool
) -> None:
    solve(ticket, by=agent, at=NOW)
    if closed:
        confirm_solved(ticket, by=customer, at=NOW)

    customer_writes(ticket, "It happened again.")

    ticket.refresh_from_db()
    assert (ticket.status, ticket.reopened_count, ticket.solved_at, ticket.confirmed_at) == (
        TicketStatus.OPEN,
        1,
        None,
        None,
    )


def test_number_split_over_two_messages_is_removed_from_both(ticket: Ticket) -> None:
    customer_writes(ticket, "My card: 4242 4242", at=LATER)
    customer_writes(ticket, "4242 4242 thanks", at=LATER + timedelta(seconds=20))

    bodies = list(Message.objects.filter(ticket=ticket).order_by("pk").values_list("body", flat=True))
    assert "4242 4242" not in " ".join(bodies[1:])
    assert "card_number_removed" in verbs(ticket)


class TestSealed:
    """What quotes payment data stands behind row-level security."""

    QUOTE = "You were charged $125.00 twice."

    @pytest.fixture
    def money_ticket(self, queue: Queue) -> Ticket:
        return make_ticket(customer=a_customer())

    def test_note(self, money_ticket: Ticket, agent: User) -> None:
        message = add_note(money_ticket, self.QUOTE, by=agent, key=new_key(), at=LATER)

        assert (message.body, message.quotes_payment_data) == ("", True)
        assert list(MessageMoneyBody.objects.all()) == []
        with seeing_as_agent():
            assert MessageMoneyBody.objects.get(message=message).body == self.QUOTE
        with seeing_as_customer(money_ticket.customer_id or 0):
            assert list(MessageMoneyBody.objects.all()) == []

    def test_reply_shows_to_its_customer_and_to_no_other(self, money_ticket: Ticket, agent: User) -> None:
        message = answer(money_ticket, agent, self.QUOTE)

        with seeing_as_customer(money_ticket.customer_id or 0):
            assert MessageMoneyBody.objects.get(message=message).body == self.QUOTE
        with seeing_as_customer(a_customer("Sam Okafor").pk):
            assert list(MessageMoneyBody.objects.all()) == []

    def test_reply_to_somebody_unrecognised_is_readable(self, ticket: Ticket, agent: User) -> None:
        assert answer(ticket, agent, self.QUOTE).body == self.QUOTE

    def test_draft(self, money_ticket: Ticket, agent: User) -> None:
        draft = autosave_draft(money_ticket, self.QUOTE, by=agent, version=0, key=new_key(), at=LATER)

        assert draft is not None
        assert (draft.body, draft.quotes_payment_data) == ("", True)


def test_draft_is_one_for_each_agent_and_goes_when_sent(ticket: Ticket, agent: User, lead: User) -> None:
    for text in ("Hello", "Hello Lena"):
        autosave_draft(ticket, text, by=agent, version=0, key=new_key(), at=LATER)
    autosave_draft(ticket, "Mine", by=lead, version=0, key=new_key(), at=LATER)

    answer(ticket, agent)

    assert list(Draft.objects.values_list("agent", "body")) == [(lead.pk, "Mine")]


def test_emptied_draft_is_dropped(ticket: Ticket, agent: User) -> None:
    autosave_draft(ticket, "Hello", by=agent, version=0, key=new_key(), at=LATER)

    assert autosave_draft(ticket, " \n", by=agent, version=0, key=new_key(), at=LATER) is None
    assert not Draft.objects.exists()
