"""The comparison in the panel and in the portal, and what was seen of a diagnosis."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.models import Customer, Payment, PaymentRead, Refund, Sighting
from billing.states import RefundStatus
from supportdesk.people.models import Team, User
from supportdesk.tickets.models import Ticket
from tests.billing.records import Records, records_of
from tests.tickets.factories import make_queue, make_ticket

PASTED = "12 Sep 2026 ACME 125.00\n4242 4242 4242 4242\n14 Sep 2026 SHOP 9.00"


@pytest.fixture
def records(customer: User) -> Records:
    record = Customer.objects.create(reference="C-own", name="Lena Ortiz", email=customer.email, user=customer)
    made = records_of(record)
    with seeing_as_system():
        Payment.objects.filter(pk=made.payment.pk).update(captured_at=made.attempt.at, created_at=made.attempt.at)
    return made


@pytest.fixture
def ticket(records: Records, team: Team) -> Ticket:
    make_queue(team)
    return make_ticket(customer=records.customer)


def test_a_customer_compares_their_own_lines(records: Records, customer_client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = customer_client.post("/my/compare/", {"text": PASTED}).content.decode()

    assert [word in page for word in ("Matched", "Not from us", "Our payment of $125.00")] == [True, True, True]
    assert "4242 4242 4242 4242" not in page
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert not any("ACME" in statement or "4242" in statement for statement in written)
    assert PaymentRead.objects.filter(reading="own", customer_id=records.customer.pk).count() == 1


def test_a_file_is_as_good_as_pasted_lines(records: Records, customer_client: Client) -> None:
    file = SimpleUploadedFile("bank.csv", "12.09.2026;ACME;-125,00\n".encode("latin-1"))

    assert "Matched" in customer_client.post("/my/compare/", {"file": file}).content.decode()


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("bank.pdf", b"%PDF-1.7", "This is not text."),
        ("bank.txt", b"x" * 200_001, "This file is larger than 200 kB."),
    ],
)
def test_what_cannot_be_compared_is_refused(
    name: str, raw: bytes, said: str, records: Records, customer_client: Client
) -> None:
    answer = customer_client.post("/my/compare/", {"file": SimpleUploadedFile(name, raw)})

    assert (answer.status_code, said in answer.content.decode()) == (422, True)


def test_nothing_pasted_is_said_beside_the_field(records: Records, customer_client: Client) -> None:
    answer = customer_client.post("/my/compare/", {"text": "  "})

    assert (answer.status_code, "Please paste at least one line." in answer.content.decode()) == (422, True)


def test_an_agent_compares_for_the_case(ticket: Ticket, agent_client: Client) -> None:
    address, told = f"/billing/case/{ticket.pk}/compare/", {"text": PASTED}
    alone = agent_client.post(address, told).content.decode()
    in_the_panel = agent_client.post(address, told, headers={"HX-Request": "true"}).content.decode()

    assert ["Matched" in page for page in (alone, in_the_panel)] == [True, True]
    assert ["#payment-" in page for page in (alone, in_the_panel)] == [False, True]


def test_a_diagnosis_is_kept_as_it_was_seen(ticket: Ticket, records: Records, agent_client: Client) -> None:
    first = agent_client.get(f"/billing/case/{ticket.pk}/panel/").content.decode()
    agent_client.get(f"/billing/case/{ticket.pk}/panel/")
    with seeing_as_system():
        Refund.objects.filter(pk=records.refund.pk).update(status=RefundStatus.REJECTED, requested_at=timezone.now())
    changed = agent_client.get(f"/billing/case/{ticket.pk}/panel/").content.decode()

    with seeing_as_system():
        seen = list(Sighting.objects.order_by("pk").values_list("case_ref", "seen_by__email", "customer_id"))
        codes = [set(codes) for codes in Sighting.objects.order_by("pk").values_list("codes", flat=True)]
    assert seen == [(str(ticket.pk), "agent@desk.test", records.customer.pk)] * 2
    assert ("refund_waiting" in codes[0], "refund_rejected" in codes[1]) == (True, True)
    assert ("Changed since" in first, "Changed since" in changed) == (False, True)
    assert "Refund of $1.00 was asked for and not approved. Over: " in changed
    assert "; Refund of $1.00 waits for approval since " in changed


def test_what_was_seen_cannot_be_changed(ticket: Ticket, agent_client: Client) -> None:
    agent_client.get(f"/billing/case/{ticket.pk}/panel/")

    with seeing_as_system(), pytest.raises(Exception, match=r"permission denied|append-only"):
        Sighting.objects.update(seen_at=timezone.now() - timedelta(days=1))


def test_taken_twice_is_said_to_whoever_reads_it(
    records: Records, ticket: Ticket, customer_client: Client, agent_client: Client
) -> None:
    with seeing_as_system():
        payment = Payment.objects.get(pk=records.payment.pk)
        moment = payment.created_at + timedelta(seconds=40)
        again = Payment.objects.get(pk=payment.pk)
        again.pk, again.reference, again.external_id = None, "P-again", "again"
        again.save()
        Payment.objects.filter(pk=again.pk).update(captured_at=moment, created_at=moment)
    pasted = {"text": "12 Sep 2026 ACME 125.00\n12 Sep 2026 ACME 125.00"}

    own = customer_client.post("/my/compare/", pasted).content.decode()
    ours = agent_client.post(f"/billing/case/{ticket.pk}/compare/", pasted).content.decode()

    assert "<strong>You were charged twice.</strong> We are sorry." in own
    assert '<a href="/contact/charged-twice/?about=P-' in own
    assert ("You were charged twice" in ours, "/contact/charged-twice/" in ours) == (False, False)
    assert "Taken twice" in ours
