"""What happens to money reaches one ticket, once, in whatever order; and opens one where nobody asked yet."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from billing.access.scopes import seeing_as_agent, seeing_as_system
from billing.actions import events
from billing.actions.reconciliation.run import reconcile
from billing.models import Agreement, Discrepancy, Invoice, MoneyEvent, OutboxMessage, Refund
from billing.states import AgreementStatus, EventKind, InvoiceStatus
from disputes.models import Dispute
from supportdesk.people import roles
from supportdesk.people.models import User
from supportdesk.tickets.actions.findings import refresh_findings
from supportdesk.tickets.actions.links import link_record
from supportdesk.tickets.actions.money import record_money_event
from supportdesk.tickets.actions.status import mark_waiting, solve
from supportdesk.tickets.errors import NotOfThisTicket
from supportdesk.tickets.models import Queue, Ticket, TicketFinding, TicketLink, TimelineEvent
from supportdesk.tickets.states import DueKind, Priority, TicketStatus
from supportdesk.tickets.tasks import hear_money_event
from tests.billing.reconciliation.records import a_line, an_expected
from tests.billing.records import Records, a_customer, records_of
from tests.personas import make_staff, make_user, sign_in
from tests.tickets.factories import NOW, make_ticket, verbs

pytestmark = pytest.mark.django_db
DUE = NOW + timedelta(days=9)


@pytest.fixture
def records(queue: Queue) -> Records:
    customer = a_customer()
    customer.user = make_user("lena@home.test")
    customer.save(update_fields=["user"])
    return records_of(customer)


def happened(kind: EventKind, records: Records, **more: object) -> MoneyEvent:
    with seeing_as_system():
        return events.record(
            kind=kind,
            at=NOW,
            customer=records.customer,
            payment=records.payment,
            **more,  # type: ignore[arg-type]
        )


def a_dispute(records: Records, *, due: datetime = DUE, status: str = "needs_response") -> Dispute:
    with seeing_as_system():
        return Dispute.objects.create(
            customer=records.customer,
            payment=records.payment,
            reference=f"D-{Dispute.objects.count() + 1}",
            status=status,
            reason="fraudulent",
            amount_minor=12500,
            currency="USD",
            opened_at=NOW,
            due_at=due,
        )


def test_a_failed_charge_opens_a_ticket(records: Records) -> None:
    event = happened(EventKind.PAYMENT_FAILED, records)

    (ticket,) = record_money_event(event.pk, at=NOW)

    assert (ticket.customer, ticket.requester, ticket.channel, ticket.category, ticket.subject) == (
        records.customer,
        records.customer.user,
        "money_event",
        "payment_failed",
        "A payment needs attention",
    )
    assert verbs(ticket) == ["created", "linked", "money_event"]
    assert list(TicketLink.objects.values_list("ticket", "payment")) == [(ticket.pk, records.payment.pk)]
    assert set(OutboxMessage.objects.filter(key__startswith="ticket-").values_list("key", flat=True)) == {
        f"ticket-diagnose:{ticket.pk}:money:{event.pk}",
        f"ticket-money-news:{ticket.pk}:{event.pk}",
    }


def test_heard_however_often_it_is_one(records: Records) -> None:
    event = happened(EventKind.PAYMENT_FAILED, records)
    for _ in range(3):
        hear_money_event(event_id=event.pk)

    (ticket,) = Ticket.objects.all()
    assert verbs(ticket) == ["created", "linked", "money_event"]


def test_the_next_failure_goes_to_the_same_ticket(records: Records) -> None:
    for _ in range(2):
        record_money_event(happened(EventKind.PAYMENT_FAILED, records).pk, at=NOW)

    (ticket,) = Ticket.objects.all()
    assert verbs(ticket) == ["created", "linked", "money_event", "money_event"]


def _noticed(records: Records) -> Ticket:
    record_money_event(happened(EventKind.PAYMENT_FAILED, records).pk, at=NOW)
    (ticket,) = Ticket.objects.all()
    return ticket


def _pay(records: Records) -> None:
    with seeing_as_system():
        Invoice.objects.filter(pk=records.invoice.pk).update(status=InvoiceStatus.PAID, paid_at=NOW)
    record_money_event(happened(EventKind.INVOICE_PAID, records, invoice=records.invoice).pk, at=NOW)


def test_what_we_noticed_ourselves_ends_with_its_bill(records: Records) -> None:
    ticket = _noticed(records)
    _pay(records)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.ended_by_itself, verbs(ticket)[-2:]) == ("solved", True, ["money_event", "solved"])
    assert not OutboxMessage.objects.filter(key__startswith="ticket-solved").exists()


def test_what_somebody_took_up_stays_theirs(records: Records, agent: User) -> None:
    ticket = _noticed(records)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=agent)
    _pay(records)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.ended_by_itself) == ("new", False)


def test_a_failure_after_it_was_solved_is_new(records: Records, agent: User) -> None:
    record_money_event(happened(EventKind.PAYMENT_FAILED, records).pk, at=NOW)
    solve(Ticket.objects.get(), by=agent, at=NOW)

    record_money_event(happened(EventKind.PAYMENT_FAILED, records).pk, at=NOW)

    assert Ticket.objects.count() == 2


@pytest.mark.parametrize("kind", [EventKind.PAYMENT_SUCCEEDED, EventKind.INVOICE_ISSUED, EventKind.EVENT_HELD])
def test_good_news_open_nothing(records: Records, kind: EventKind) -> None:
    assert record_money_event(happened(kind, records).pk, at=NOW) == []
    assert not Ticket.objects.exists()


def test_good_news_are_told_where_there_is_a_ticket(records: Records) -> None:
    ticket = make_ticket(customer=records.customer)
    link_record(ticket, records.payment, by=None, at=NOW)

    record_money_event(happened(EventKind.PAYMENT_SUCCEEDED, records).pk, at=NOW)

    assert verbs(ticket) == ["created", "linked", "money_event"]


def test_another_customers_ticket_stays_out_of_it(records: Records) -> None:
    sam = make_ticket(customer=a_customer("Sam Okafor"))

    record_money_event(happened(EventKind.PAYMENT_FAILED, records).pk, at=NOW)

    assert verbs(sam) == ["created"]
    with pytest.raises(NotOfThisTicket):
        link_record(sam, records.payment, by=None, at=NOW)


class TestRefunds:
    @pytest.fixture
    def ticket(self, records: Records) -> Ticket:
        return make_ticket(customer=records.customer)

    def told(self, kind: EventKind, records: Records, ticket: Ticket) -> None:
        event = happened(kind, records, refund=records.refund, case_ref=str(ticket.pk))
        record_money_event(event.pk, at=NOW)

    def test_whose_deed_it_was(self, records: Records, ticket: Ticket, agent: User) -> None:
        with seeing_as_system():
            Refund.objects.filter(pk=records.refund.pk).update(requested_by=agent)

        self.told(EventKind.REFUND_REQUESTED, records, ticket)

        line = TimelineEvent.objects.get(ticket=ticket, verb="refund_requested")
        assert (line.actor, line.refund_id) == (agent, records.refund.pk)

    @pytest.mark.parametrize("solved", [False, True])
    def test_a_failed_one_brings_the_ticket_back(
        self, records: Records, ticket: Ticket, agent: User, solved: bool
    ) -> None:
        if solved:
            solve(ticket, by=agent, at=NOW)
        else:
            mark_waiting(ticket, TicketStatus.WAITING_OTHERS, by=agent, at=NOW)

        self.told(EventKind.REFUND_FAILED, records, ticket)

        ticket.refresh_from_db()
        assert (ticket.status, ticket.reopened_count) == (TicketStatus.OPEN, int(solved))
        assert Ticket.objects.count() == 1

    @pytest.mark.parametrize(
        ("before", "after", "deeds"),
        [
            (Priority.LOW, Priority.HIGH, ["prioritised"]),
            (Priority.NORMAL, Priority.HIGH, ["prioritised"]),
            (Priority.HIGH, Priority.HIGH, []),
            (Priority.URGENT, Priority.URGENT, []),
        ],
    )
    def test_a_refund_that_came_back_is_an_alarm(
        self, records: Records, ticket: Ticket, before: Priority, after: Priority, deeds: list[str]
    ) -> None:
        Ticket.objects.filter(pk=ticket.pk).update(priority=before)

        self.told(EventKind.REFUND_FAILED, records, ticket)

        ticket.refresh_from_db()
        assert (ticket.priority, [verb for verb in verbs(ticket) if verb == "prioritised"]) == (after, deeds)

    def test_the_customer_hears_of_the_money(self, records: Records, ticket: Ticket) -> None:
        for kind in (EventKind.REFUND_REQUESTED, EventKind.REFUND_APPROVED, EventKind.REFUND_SENT):
            self.told(kind, records, ticket)

        assert OutboxMessage.objects.filter(task__endswith="mail_money_news").count() == 1


class TestDisputes:
    def test_due_when_the_bank_says(self, records: Records) -> None:
        dispute = a_dispute(records)
        (ticket,) = record_money_event(happened(EventKind.DISPUTE_OPENED, records, dispute_id=dispute.pk).pk, at=NOW)

        assert (ticket.legal_due_at, ticket.due_kind) == (DUE, DueKind.SLA)
        assert ticket.due_at == NOW + timedelta(hours=2)

    def test_the_law_outranks_when_it_is_near(self, records: Records, agent: User) -> None:
        ticket = make_ticket(customer=records.customer)
        link_record(ticket, records.payment, by=None, at=NOW)
        dispute = a_dispute(records, due=NOW + timedelta(days=2))

        record_money_event(happened(EventKind.DISPUTE_OPENED, records, dispute_id=dispute.pk).pk, at=NOW)

        ticket.refresh_from_db()
        assert (ticket.due_kind, ticket.due_at) == (DueKind.LEGAL, NOW - timedelta(days=1))

    def test_closed_and_the_date_is_gone(self, records: Records) -> None:
        dispute = a_dispute(records)
        record_money_event(happened(EventKind.DISPUTE_OPENED, records, dispute_id=dispute.pk).pk, at=NOW)
        with seeing_as_system():
            Dispute.objects.filter(pk=dispute.pk).update(status="won")

        record_money_event(happened(EventKind.DISPUTE_CLOSED, records, dispute_id=dispute.pk).pk, at=NOW)

        assert Ticket.objects.get().legal_due_at is None


def test_a_dispute_before_its_charge_and_customer_are_known(queue: Queue) -> None:
    with seeing_as_system():
        dispute = Dispute.objects.create(
            reference="D-1",
            status="needs_response",
            reason="fraudulent",
            amount_minor=1,
            currency="USD",
            opened_at=NOW,
            due_at=DUE,
        )
        event = events.record(kind=EventKind.DISPUTE_OPENED, at=NOW, dispute_id=dispute.pk)

    (ticket,) = record_money_event(event.pk, at=NOW)

    assert (ticket.customer, ticket.legal_due_at) == (None, DUE)


class TestFindings:
    def test_kept_as_seen_and_once(self, records: Records) -> None:
        ticket = make_ticket(customer=records.customer)
        for _ in range(2):
            refresh_findings(ticket, at=timezone.now())

        assert list(TicketFinding.objects.all()) == []
        with seeing_as_agent():
            (finding,) = TicketFinding.objects.all()
        assert finding.headline
        assert verbs(ticket) == ["created", "diagnosed"]
        assert TimelineEvent.objects.get(verb="diagnosed").data == {"finding": finding.pk}

    def test_another_diagnosis_replaces_it(self, records: Records) -> None:
        ticket = make_ticket(customer=records.customer)
        refresh_findings(ticket, at=timezone.now())
        with seeing_as_system():
            Agreement.objects.filter(pk=records.agreement.pk).update(status=AgreementStatus.LAPSED, ended_on=NOW.date())

        refresh_findings(ticket, at=timezone.now())

        with seeing_as_agent():
            assert [row.current for row in TicketFinding.objects.order_by("pk")] == [False, True]

    def test_nobody_recognised_nothing_found(self, ticket: Ticket) -> None:
        assert refresh_findings(ticket, at=timezone.now()) is None


def test_what_finance_asks_on_the_workbench_opens_a_ticket_that_the_discrepancy_names(records: Records) -> None:
    """From the button to the desk: the form, the event, the ticket, and its number beside what is off."""
    with seeing_as_system():
        an_expected(records.payment)
        line = a_line(amount_minor=12000, end_to_end_id=records.payment.reference)
        reconcile(at=timezone.now())
        off = Discrepancy.objects.get()
    finance = sign_in(make_staff("fin@desk.example", roles.FINANCE))
    ask = f"/finance/reconciliation/discrepancies/{off.pk}/ask/"

    for _ in range(2):
        assert "The customer is asked" in finance.post(ask, {"line": line.pk}, follow=True).content.decode()
    with seeing_as_system():
        (asked,) = MoneyEvent.objects.filter(kind=EventKind.MONEY_QUESTIONED)
    hear_money_event(event_id=asked.pk)

    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.subject) == (records.customer, "Finance asks about a payment")
    with seeing_as_system():
        off.refresh_from_db()
    assert (off.status, off.case_ref) == ("asked", str(ticket.pk))
    sheet = finance.get(f"/finance/reconciliation/lines/{line.pk}/").content.decode()
    assert f"Ticket #{ticket.pk}." in sheet
