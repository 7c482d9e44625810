"""The demo's cases and the generator, on a small scale."""

from datetime import UTC, date, datetime
from random import Random

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from billing.access.scopes import seeing_as_system
from billing.diagnosis import diagnose
from billing.diagnosis_facts import diagnosis_facts
from billing.models import Customer, LedgerEntry, Payment, Refund
from billing.states import RefundStatus
from supportdesk.demo import conversations, histories
from supportdesk.demo.mails import newest_mails
from supportdesk.demo.sign_ins import AGENT
from supportdesk.people.models import User
from supportdesk.tickets.models import Message, Ticket
from supportdesk.tickets.queries.deciding import REFUNDS, to_decide_by
from tests.personas import sign_in

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def demo(db: None) -> None:
    call_command("load_demo", tickets=30, verbosity=0)


def test_the_demo_is_loaded_once(demo: None) -> None:
    before = Ticket.objects.count()

    call_command("load_demo", tickets=30, verbosity=0)

    assert (before, Ticket.objects.count()) == (41, 41)


def test_each_case_is_diagnosed_as_it_is_told(demo: None) -> None:
    """The finding that leads, by the customer whose case it is."""
    leading = {}
    with seeing_as_system():
        for customer in Customer.objects.filter(provider="simulated"):
            found = diagnose(diagnosis_facts(customer.pk, at=NOW), at=datetime.now(UTC)).findings
            leading[customer.name] = found[0].code

    assert leading == {
        "Lena Ortiz": "charged_twice",
        "Sam Okafor": "refund_late",
        "Mei Tanaka": "in_grace",
        "Jon Weiss": "bill_higher",
        "Ida Novak": "nothing_wrong",
        "Rosa Lind": "misapplied_payment",
        "Theo Brandt": "hold_falls_away",
        "Vera Kovacs": "card_expired",
        "Emil Dahl": "payment_declined",
        "Nadia Haddad": "nothing_wrong",
        "Hanna Berg": "refund_waiting",
    }


def test_a_refund_waits_for_the_supervisor(demo: None) -> None:
    lead = User.objects.get(email="supervisor@redress.example")

    assert to_decide_by(lead).counts == {REFUNDS: 1}
    page = sign_in(lead).get("/admin/billing/refund/?status__exact=requested").content.decode()
    assert "Above the requester&#x27;s limit of $200.00." in page
    with seeing_as_system():
        told = Refund.objects.values_list("requested_by__email", "customer__name", "case_ref")
        by, whose, case = told.get(status=RefundStatus.REQUESTED)
    assert (by, whose) == (AGENT.email, "Hanna Berg")
    assert Ticket.objects.values_list("assignee__email", flat=True).get(pk=case) == by


def test_the_books_of_the_demo_balance(demo: None) -> None:
    with seeing_as_system():
        assert sum(LedgerEntry.objects.values_list("amount_minor", flat=True)) == 0


def test_the_demo_is_refused_in_production(db: None, settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match="not loaded in production"):
        call_command("load_demo")
    assert Ticket.objects.count() == 0


def test_the_generator_loads_what_was_asked_for(demo: None) -> None:
    before = Ticket.objects.count(), Message.objects.count()
    with seeing_as_system():
        payments = Payment.objects.count()

    call_command("generate", tickets=40, seed=5, verbosity=0)

    assert (Ticket.objects.count() - before[0], Message.objects.count() - before[1]) == (40, 120)
    with seeing_as_system():
        assert Payment.objects.count() - payments == 10 * histories.INVOICES_EACH


def test_the_same_seed_gives_the_same_rows() -> None:
    first = histories.FirstIds(1, 1, 1, 1, 1, 1, 1)
    made = [histories.generate(Random("1:0"), count=20, first=first, today=date(2026, 11, 21)) for _ in range(2)]

    assert made[0] == made[1]
    desk = conversations.Desk(queues=(1, 2), agents=((1, "Ana Ruiz"),))
    ids = conversations.FirstIds(1, 1, 1, 1, 1)
    said = [
        conversations.generate(Random("1:0"), count=20, first=ids, people=made[0].people, desk=desk, now=NOW, run="x")
        for _ in range(2)
    ]
    assert said[0] == said[1]


@pytest.mark.parametrize("tickets", [0, -1, 10_000_001])
def test_a_size_that_makes_no_sense_is_refused(db: None, tickets: int) -> None:
    with pytest.raises(CommandError, match="1 to 10000000"):
        call_command("generate", tickets=tickets)


def test_mails_are_read_back_newest_first(settings: Settings, tmp_path: object) -> None:
    from django.core.mail import EmailMessage
    from django.core.mail.backends.filebased import EmailBackend

    settings.EMAIL_FILE_PATH = str(tmp_path)
    backend = EmailBackend(file_path=str(tmp_path))
    backend.send_messages(
        [EmailMessage(subject, f"Text of {subject} – ü", "desk@x.test", ["lena@x.test"]) for subject in ("one", "two")]
    )

    assert [(mail.subject, mail.to) for mail in newest_mails()] == [("two", "lena@x.test"), ("one", "lena@x.test")]
    assert "Text of two – ü" in newest_mails()[0].text
