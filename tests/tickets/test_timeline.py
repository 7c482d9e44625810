"""Every deed has its words for every reader, and none of them leaks while payment data is locked."""

from types import SimpleNamespace
from typing import cast

import pytest

from billing.states import EventKind
from supportdesk.tickets.models import TimelineEvent
from supportdesk.tickets.states import Category, EscalationReason, Priority, TicketStatus, Verb
from supportdesk.tickets.timeline import MONEY_EVENTS, SENTENCES, Locked, Reader, say

# Planted, so that a leak would show: an amount, a reference, a headline.
SECRETS = ("125.00", "D-771", "charged twice")
DATA = {
    "channel": "form",
    "from": TicketStatus.OPEN,
    "to": TicketStatus.WAITING_CUSTOMER,
    "to_name": "Tom Baker",
    "reason": EscalationReason.ABOVE_LIMIT,
    "kind": EventKind.PAYMENT_FAILED,
}
SPECIAL: dict[Verb, dict[str, object]] = {
    Verb.CATEGORISED: {"to": Category.AUTOPAY},
    Verb.PRIORITISED: {"to": Priority.HIGH},
    Verb.LINKED: {"kind": "payment"},
}


def event(verb: Verb, **data: object) -> TimelineEvent:
    made = SimpleNamespace(
        verb=verb,
        actor_name="Ana Ruiz",
        data={**DATA, **SPECIAL.get(verb, {}), **data},
        refund=SimpleNamespace(amount_minor=12500, currency="USD"),
        credit_note=SimpleNamespace(amount_minor=12500, currency="USD"),
        dispute=SimpleNamespace(reference="D-771"),
        headline="charged twice",
    )
    return cast(TimelineEvent, made)


def test_every_verb_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Verb)


@pytest.mark.parametrize("verb", Verb)
def test_every_verb_is_said_to_staff(verb: Verb) -> None:
    assert say(event(verb), Reader.AGENT_FRESH).strip()
    assert say(event(verb), Reader.AGENT_LOCKED).strip()


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("reader", [Reader.AGENT_LOCKED, Reader.CUSTOMER])
def test_nothing_leaks(verb: Verb, reader: Reader) -> None:
    words = say(event(verb), reader)

    assert not [secret for secret in SECRETS if secret in words]


def test_the_plant_would_have_leaked() -> None:
    said = " ".join(say(event(verb), Reader.AGENT_FRESH) for verb in Verb)

    assert [secret for secret in SECRETS if secret in said] == list(SECRETS)


def test_the_rule_says_which_verbs_are_redacted() -> None:
    money = {verb for verb in Verb if verb.value.startswith(("refund_", "credit_", "dispute_"))}

    hidden = {verb for verb in Verb if SENTENCES[verb].rule is Locked.HIDDEN}

    assert hidden == money | {Verb.DIAGNOSED, Verb.MONEY_EVENT}
    assert {verb for verb in Verb if SENTENCES[verb].locked} == hidden


def test_every_money_event_is_a_verb_or_has_words() -> None:
    own = {kind for kind in EventKind if kind.value in Verb.values}

    assert set(MONEY_EVENTS) == set(EventKind) - own


@pytest.mark.parametrize("kind", MONEY_EVENTS)
def test_money_events(kind: EventKind) -> None:
    words = MONEY_EVENTS[kind][0].replace("{who}", "Ana Ruiz").replace("{amount}", " of $125.00")
    assert say(event(Verb.MONEY_EVENT, kind=kind), Reader.AGENT_FRESH) == words
    assert say(event(Verb.MONEY_EVENT, kind=kind), Reader.CUSTOMER) == MONEY_EVENTS[kind][1]


@pytest.mark.parametrize(
    ("made", "reader", "words"),
    [
        (event(Verb.ASSIGNED, to_name="Ana Ruiz"), Reader.AGENT_FRESH, "Ana Ruiz took it"),
        (event(Verb.ASSIGNED), Reader.AGENT_FRESH, "Ana Ruiz gave it to Tom Baker"),
        (event(Verb.ASSIGNED), Reader.CUSTOMER, "Tom looks at your question"),
        (event(Verb.STATUS_CHANGED), Reader.AGENT_LOCKED, "Ana Ruiz: waits for the customer"),
        (event(Verb.STATUS_CHANGED), Reader.CUSTOMER, "We wait for your answer"),
        (event(Verb.STATUS_CHANGED, to=TicketStatus.OPEN), Reader.CUSTOMER, ""),
        (event(Verb.REFUND_REQUESTED), Reader.AGENT_FRESH, "Ana Ruiz asked for a refund of $125.00"),
        (event(Verb.REFUND_REQUESTED), Reader.AGENT_LOCKED, "A refund · opens with the payment data"),
        (event(Verb.CREDIT_REQUESTED), Reader.AGENT_FRESH, "Ana Ruiz asked for a credit of $125.00"),
        (event(Verb.CREDIT_ISSUED), Reader.AGENT_LOCKED, "A credit · opens with the payment data"),
        (event(Verb.CREDIT_ISSUED), Reader.CUSTOMER, "We put a credit on your bill"),
        (event(Verb.DISPUTE_OPENED), Reader.AGENT_FRESH, "The bank opened dispute D-771"),
        (event(Verb.ESCALATED), Reader.AGENT_LOCKED, "Ana Ruiz asked a supervisor: above my limit"),
        (event(Verb.REOPENED, by_customer=True), Reader.CUSTOMER, "You said something is still wrong"),
        (event(Verb.REOPENED), Reader.CUSTOMER, "We opened it again"),
        (event(Verb.NOTED), Reader.CUSTOMER, ""),
    ],
)
def test_words(made: TimelineEvent, reader: Reader, words: str) -> None:
    assert say(made, reader) == words


@pytest.mark.parametrize("nobody", [Verb.SOLVED, Verb.REFUND_FAILED])
def test_a_deed_of_nobody_is_the_desks(nobody: Verb) -> None:
    made = event(nobody)
    made.actor_name = ""

    assert "Ana" not in say(made, Reader.AGENT_FRESH)
