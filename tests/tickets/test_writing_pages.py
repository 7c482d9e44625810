"""The composer, the refund that goes with an answer, and the small forms: done once, or refused with the text kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from billing.access.scopes import seeing_as_agent, seeing_as_system
from billing.models import OutboxMessage, Payment, Refund
from billing.states import PaymentStatus, RefundStatus
from supportdesk.people.models import User
from supportdesk.tickets.actions.conversation import customer_replies
from supportdesk.tickets.models import Draft, Escalation, Macro, Message, Queue, Ticket
from supportdesk.tickets.states import Category, Channel, Priority, TicketStatus
from tests.billing.records import Records, a_customer, records_of
from tests.personas import age_factor, make_staff
from tests.tickets.factories import as_it_is, make_ticket, new_key

pytestmark = pytest.mark.django_db
CARD = "4242 4242 4242 4242"


def url(ticket: Ticket, deed: str = "") -> str:
    return f"/desk/tickets/{ticket.pk}/" + (f"{deed}/" if deed else "")


def typed(ticket: Ticket, text: str = "We look into it.", **more: object) -> dict[str, object]:
    return {"text": text, "version": ticket.version, "key": new_key(), "then": "waiting_customer"} | more


class TestComposer:
    def test_reply(self, agent_client: Client, ticket: Ticket) -> None:
        answer = agent_client.post(url(ticket, "write"), typed(ticket))

        assert (answer.status_code, answer["Location"]) == (302, url(ticket))
        assert list(Message.objects.filter(kind="reply").values_list("body", flat=True)) == ["We look into it."]

    def test_note(self, agent_client: Client, ticket: Ticket) -> None:
        agent_client.post(url(ticket, "write"), typed(ticket, mode="note"))

        assert Message.objects.filter(kind="note").count() == 1
        assert not OutboxMessage.objects.filter(key__startswith="ticket-answered").exists()

    def test_double_click(self, agent_client: Client, ticket: Ticket) -> None:
        form = typed(ticket)
        for _ in range(2):
            assert agent_client.post(url(ticket, "write"), form).status_code == 302

        assert Message.objects.filter(kind="reply").count() == 1

    def test_the_customer_wrote_meanwhile(self, agent_client: Client, ticket: Ticket) -> None:
        form = typed(ticket, "An answer that took long.")
        customer_replies(ticket, "Never mind!", by=None, channel=Channel.PORTAL, key=new_key(), at=timezone.now())

        answer = agent_client.post(url(ticket, "write"), form)

        page = answer.content.decode()
        assert answer.status_code == 422
        for shown in ("Somebody wrote on this ticket meanwhile", "Never mind!", "An answer that took long."):
            assert shown in page
        assert 'name="version" value="1"' in page  # now it has been read, and may be sent
        assert not Message.objects.filter(kind="reply").exists()

    @pytest.mark.parametrize(
        ("text", "why"),
        [("", "Write something first."), (" ", "Write something first."), (f"Card {CARD}", "holds a card number")],
    )
    def test_refused(self, agent_client: Client, ticket: Ticket, text: str, why: str) -> None:
        before = as_it_is(ticket)

        answer = agent_client.post(url(ticket, "write"), typed(ticket, text))

        assert answer.status_code == 422
        assert why in answer.content.decode()
        assert as_it_is(ticket) == before

    def test_unknown_words_change_nothing(self, agent_client: Client, ticket: Ticket) -> None:
        before = as_it_is(ticket)

        answer = agent_client.post(url(ticket, "write"), typed(ticket, then="closed", status="closed", id=9))

        assert answer.status_code == 422
        assert as_it_is(ticket) == before

    def test_draft(self, agent: User, agent_client: Client, ticket: Ticket) -> None:
        assert agent_client.post(url(ticket, "draft"), typed(ticket, "Hello")).status_code == 204
        assert agent_client.post(url(ticket, "draft"), typed(ticket, f"Card {CARD}")).status_code == 422

        assert list(Draft.objects.values_list("agent", "body")) == [(agent.pk, "Hello")]
        assert "Hello</textarea>" in agent_client.get(url(ticket)).content.decode()

    def test_a_draft_that_comes_after_its_message_is_dropped(self, agent_client: Client, ticket: Ticket) -> None:
        form = typed(ticket)
        agent_client.post(url(ticket, "write"), form)

        assert agent_client.post(url(ticket, "draft"), form).status_code == 204
        assert not Draft.objects.exists()

    def test_macros_are_filled_once(self, agent_client: Client, queue: Queue) -> None:
        Macro.objects.create(name="Hello", body="Hello {{ customer.first_name }}, about “{{ ticket.subject }}”.")
        Macro.objects.create(name="Other", body="x", category=Category.AUTOPAY)
        ticket = make_ticket(subject="{{ agent.name }}")

        page = agent_client.get(url(ticket, "macros")).content.decode()

        assert "Hello Lena, about “{{ agent.name }}”." in page
        assert "Other" not in page


class TestRefund:
    @pytest.fixture
    def records(self, queue: Queue) -> Records:
        records = records_of(a_customer())
        with seeing_as_system():
            Refund.objects.filter(pk=records.refund.pk).update(status=RefundStatus.REJECTED)
            Payment.objects.filter(pk=records.payment.pk).update(
                status=PaymentStatus.SUCCEEDED, captured_minor=12500, refund_held_minor=0
            )
        return records

    @pytest.fixture
    def ticket(self, records: Records) -> Ticket:
        return make_ticket(customer=records.customer)

    def asked(self, ticket: Ticket, records: Records, **more: object) -> dict[str, object]:
        refund = {"payment_id": records.payment.pk, "amount_minor": 12500, "currency": "USD", "reason": "duplicate"}
        return typed(ticket, "Your $125.00 is on its way.", then="waiting_others") | refund | more

    def refunds(self, records: Records) -> list[tuple[int, str]]:
        with seeing_as_agent():
            made = Refund.objects.exclude(pk=records.refund.pk).filter(payment=records.payment)
            return list(made.values_list("amount_minor", "case_ref"))

    def test_shown_first_done_when_confirmed(self, agent_client: Client, ticket: Ticket, records: Records) -> None:
        form = self.asked(ticket, records)

        shown = agent_client.post(url(ticket, "refund"), form)

        page = shown.content.decode()
        for word in ("125.00", "USD", records.payment.reference, "Visa •••• 4242", "Your $125.00 is on its way."):
            assert word in page
        assert self.refunds(records) == []
        for _ in range(2):
            assert agent_client.post(url(ticket, "refund"), form | {"confirmed": "on"}).status_code == 204
        assert self.refunds(records) == [(12500, str(ticket.pk))]
        ticket.refresh_from_db()
        assert (ticket.status, Message.objects.filter(kind="reply").count()) == (TicketStatus.WAITING_OTHERS, 1)

    @pytest.mark.parametrize(
        "wrong", [{"currency": "EUR"}, {"amount_minor": -1}, {"amount_minor": ""}, {"payment_id": 999_999}]
    )
    def test_what_was_not_on_the_screen(
        self, agent_client: Client, ticket: Ticket, records: Records, wrong: dict[str, object]
    ) -> None:
        before = as_it_is(ticket)

        answer = agent_client.post(url(ticket, "refund"), self.asked(ticket, records, confirmed="on") | wrong)

        assert answer.status_code == 422
        assert (as_it_is(ticket), self.refunds(records)) == (before, [])

    def test_another_customers_payment(self, agent_client: Client, ticket: Ticket, records: Records) -> None:
        theirs = records_of(a_customer("Sam"))
        before = as_it_is(ticket)

        form = self.asked(ticket, records, payment_id=theirs.payment.pk, confirmed="on")

        assert agent_client.post(url(ticket, "refund"), form).status_code == 422
        assert (as_it_is(ticket), self.refunds(theirs)) == (before, [])

    def test_both_or_neither(self, agent_client: Client, ticket: Ticket, records: Records) -> None:
        before = as_it_is(ticket)

        answer = agent_client.post(
            url(ticket, "refund"), self.asked(ticket, records, amount_minor=12501, confirmed="on")
        )

        assert answer.status_code == 422
        assert "can still be sent back" in answer.content.decode()
        assert (as_it_is(ticket), self.refunds(records)) == (before, [])

    def test_kept_with_the_draft_and_locked_with_it(
        self, agent_client: Client, ticket: Ticket, records: Records
    ) -> None:
        form = self.asked(ticket, records)
        assert agent_client.post(url(ticket, "draft"), form).status_code == 204

        page = agent_client.get(url(ticket)).content.decode()
        assert f'name="payment_id" value="{records.payment.pk}"' in page
        assert "Send and refund $125.00" in page

        age_factor(agent_client, timedelta(minutes=61))
        page = agent_client.get(url(ticket)).content.decode()
        assert ("$125.00" in page, 'name="payment_id" value' in page) == (False, False)
        assert "You have a draft that quotes payment data." in page

    @pytest.mark.parametrize("without", ["payment_id", "amount_minor", "currency", "reason"])
    def test_half_a_refund_is_not_kept(
        self, agent_client: Client, ticket: Ticket, records: Records, without: str
    ) -> None:
        agent_client.post(url(ticket, "draft"), self.asked(ticket, records))
        agent_client.post(url(ticket, "draft"), self.asked(ticket, records) | {without: ""})

        page = agent_client.get(url(ticket)).content.decode()
        assert ("Your $125.00 is on its way." in page, "Send and refund $" in page) == (True, False)

    @pytest.mark.parametrize("minutes", [6, 61])
    def test_money_wants_a_factor_of_five_minutes(
        self, agent_client: Client, ticket: Ticket, records: Records, minutes: int
    ) -> None:
        age_factor(agent_client, timedelta(minutes=minutes))
        before = as_it_is(ticket)

        answer = agent_client.post(
            url(ticket, "refund"), self.asked(ticket, records, confirmed="on"), headers={"HX-Request": "true"}
        )

        page = answer.content.decode()
        assert "data-lock" in page
        assert "Nothing was sent, and what you typed is kept." in page
        assert answer["HX-Retarget"] == "#prove-body"  # beside the reply and the form, not in their place
        assert (as_it_is(ticket), self.refunds(records)) == (before, [])


class TestDeeds:
    def done(self, client: Client, ticket: Ticket, deed: str, **form: Any) -> Ticket:
        assert client.post(url(ticket, deed), form).status_code == 302
        ticket.refresh_from_db()
        return ticket

    def test_take_and_put_back(self, agent: User, agent_client: Client, ticket: Ticket) -> None:
        assert self.done(agent_client, ticket, "claim").assignee == agent
        assert self.done(agent_client, ticket, "release").assignee is None

    def test_give(self, agent_client: Client, lead: User, ticket: Ticket) -> None:
        assert self.done(agent_client, ticket, "assign", to=lead.pk).assignee == lead

    def test_given_to_nobody_of_the_team(self, agent_client: Client, outsider: User, ticket: Ticket) -> None:
        assert agent_client.post(url(ticket, "assign"), {"to": outsider.pk}).status_code == 422
        ticket.refresh_from_db()
        assert ticket.assignee is None

    def test_change(self, agent_client: Client, ticket: Ticket) -> None:
        form = {"category": Category.AUTOPAY, "priority": Priority.URGENT, "queue": ticket.queue_id}

        changed = self.done(agent_client, ticket, "properties", **form)

        assert (changed.category, changed.priority) == (Category.AUTOPAY, Priority.URGENT)

    def test_wait_solve_reopen(self, agent_client: Client, ticket: Ticket) -> None:
        assert self.done(agent_client, ticket, "wait", on="waiting_others").status == TicketStatus.WAITING_OTHERS
        assert self.done(agent_client, ticket, "solve").status == TicketStatus.SOLVED
        assert self.done(agent_client, ticket, "reopen").status == TicketStatus.OPEN

    def test_escalate(self, agent_client: Client, ticket: Ticket) -> None:
        self.done(agent_client, ticket, "escalate", reason="stuck", tried="Everything.", key=new_key())

        assert Escalation.objects.get().tried.body == "Everything."

    def test_a_form_says_what_is_wrong(self, agent_client: Client, ticket: Ticket) -> None:
        answer = agent_client.post(url(ticket, "escalate"), {"reason": "stuck"})

        assert answer.status_code == 422
        assert "Say what you tried" in answer.content.decode()

    def test_a_dialog_asks_for_the_page_again(self, agent_client: Client, ticket: Ticket) -> None:
        answer = agent_client.post(url(ticket, "wait"), {"on": "waiting_others"}, headers={"HX-Request": "true"})

        assert (answer.status_code, "HX-Location" in answer) == (204, True)

    @pytest.mark.parametrize("deed", ["assign", "properties", "wait", "escalate"])
    def test_the_forms_show(self, agent_client: Client, ticket: Ticket, deed: str) -> None:
        assert 'id="deed-form"' in agent_client.get(url(ticket, deed)).content.decode()

    @pytest.mark.parametrize("deed", ["claim", "solve", "escalate", "wait"])
    def test_a_refusal_says_why_and_changes_nothing(self, agent_client: Client, ticket: Ticket, deed: str) -> None:
        Ticket.objects.filter(pk=ticket.pk).update(
            status="solved", solved_at=timezone.now(), assignee=make_staff("tom@desk.test", "agent")
        )
        before = as_it_is(ticket)

        page = agent_client.post(url(ticket, deed), follow=True).content.decode()

        assert "already" in page or "is solved" in page
        assert as_it_is(ticket) == before

    @pytest.mark.parametrize(
        "deed", ["write", "draft", "claim", "release", "assign", "solve", "reopen", "recognise", "presence"]
    )
    def test_another_teams_ticket_does_not_exist(self, outsider_client: Client, ticket: Ticket, deed: str) -> None:
        before = as_it_is(ticket)

        assert outsider_client.post(url(ticket, deed), typed(ticket)).status_code == 404
        assert as_it_is(ticket) == before


class TestNext:
    def test_taken(self, agent: User, agent_client: Client, ticket: Ticket) -> None:
        answer = agent_client.post("/desk/next/")

        ticket.refresh_from_db()
        assert (answer["Location"], ticket.assignee) == (url(ticket), agent)

    def test_nothing_waits(self, agent_client: Client, queue: Queue) -> None:
        assert "Nothing waits for you" in agent_client.post("/desk/next/", follow=True).content.decode()


class TestPerson:
    def test_recognised_among_the_offered(self, agent_client: Client, queue: Queue) -> None:
        lena, sam = a_customer(), a_customer("Sam")
        type(sam).objects.filter(pk=sam.pk).update(email="sam@example.org")
        ticket = make_ticket(email=lena.email)
        page = agent_client.get(url(ticket, "person")).content.decode()
        assert (f"This is {lena}" in page, f"This is {sam}" in page) == (True, False)

        assert agent_client.post(url(ticket, "recognise"), {"customer": sam.pk}).status_code == 404
        assert agent_client.post(url(ticket, "recognise"), {"customer": lena.pk}).status_code == 302

        ticket.refresh_from_db()
        assert ticket.customer == lena

    def test_earlier_tickets(self, agent_client: Client, queue: Queue) -> None:
        lena = a_customer()
        make_ticket(customer=lena, subject="Long ago", status="closed", solved_at=timezone.now())

        page = agent_client.get(url(make_ticket(customer=lena), "person")).content.decode()

        assert "1 other ticket, all solved" in page
        assert "Long ago" in page
