"""The desk's search: by number, words and person; by the reference of a record only with payment data open."""

from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from billing.access.scopes import seeing_as_system
from billing.models import Customer, Invoice, Payment, PaymentRead, ProviderObject
from supportdesk.people.models import User
from supportdesk.tickets.models import Queue, Ticket
from tests.billing.records import Records, a_customer, records_of
from tests.personas import sign_in
from tests.tickets.factories import make_ticket

pytestmark = pytest.mark.django_db
CARD = "4242 4242 4242 4242"


def test_search(agent: User, queue: Queue) -> None:
    client = sign_in(agent)
    ticket = make_ticket(subject="Réfund missing", name="Lena Ortiz", email="lena@home.test")

    def found(text: str) -> list[int]:
        return [row.number for row in client.get("/desk/search/", {"q": text}).context["rows"]]

    for text in (str(ticket.pk), f"#{ticket.pk}", "refunds", "september premium", "orti", "LENA@home", "éfund"):
        assert found(text) == [ticket.pk], text
    for text in ("", "x", "' OR 1=1 --", "\\", "%", "9" * 30, '"', "-", ":*&|!"):
        assert found(text) == [], text


class TestSearchByReference:
    @pytest.fixture
    def named(self) -> Records:
        """Every record with a name of ours and one of the provider."""
        records = records_of(a_customer())
        with seeing_as_system():
            for name in ("payment", "refund", "agreement", "invoice"):
                record = getattr(records, name)
                record.provider, record.external_id = "stripe", f"{name[:2]}_1AbC"
                record.save(update_fields=["provider", "external_id"])
            Payment.objects.filter(pk=records.payment.pk).update(provider_intent_id="pi_3Pay")
            Payment.objects.filter(pk=records.payment.pk).update(reference="P-YEJZ-XRMW-WWQZ")
            records.payment.refresh_from_db()
            Invoice.objects.filter(pk=records.invoice.pk).update(
                provider_intent_id="pi_4Bill", number="RG-Köln 17/2026"
            )
            records.invoice.refresh_from_db()
            Customer.objects.filter(pk=records.customer.pk).update(provider="stripe", external_id="cus_1AbC")
            ProviderObject.objects.create(
                provider="stripe", kind="charge", external_id="ch_1AbC", version=[1], facts={}, parent_id="pa_1AbC"
            )
        return records

    def names_of(self, records: Records) -> list[str]:
        ours = [records.customer.reference, records.payment.reference, records.refund.reference, records.invoice.number]
        theirs = ["pa_1AbC", "re_1AbC", "ag_1AbC", "in_1AbC", "pi_3Pay", "pi_4Bill"]
        said = ["p-yejz-xrmw-wwqz", "PYEJZXRMWWWQZ", "p yejz xrmw wwqz", records.refund.reference.lower()]
        return [*ours, records.agreement.reference, *said, *theirs, "cus_1AbC", "ch_1AbC"]

    def found(self, client: Client, text: str) -> list[int]:
        return [row.number for row in client.get("/desk/search/", {"q": text}).context["rows"]]

    def test_it_finds_the_tickets_of_whose_money_it_is(self, agent: User, queue: Queue, named: Records) -> None:
        ticket = make_ticket(customer=named.customer)
        make_ticket(customer=a_customer("Sam Okafor"))
        client = sign_in(agent)

        assert {text: self.found(client, text) for text in self.names_of(named)} == {
            text: [ticket.pk] for text in self.names_of(named)
        }
        nearly = (named.payment.reference[:-1], f"{named.payment.reference} x")
        for text in (*nearly, "PI_3PAY", "pi_%", "Visa", "12500", "\u2028P-1", "x" * 101):
            assert self.found(client, text) == [], text

    def test_only_with_payment_data_open(self, agent: User, queue: Queue, named: Records) -> None:
        make_ticket(customer=named.customer)
        client = sign_in(agent, factor="stale")

        assert [text for text in self.names_of(named) if self.found(client, text)] == []
        page = client.get("/desk/search/", {"q": named.refund.reference}).content.decode()
        assert "With payment data open" in page
        assert f"/factor/prove/?next={quote(f'/desk/search/?q={named.refund.reference}', safe='')}" in page

    def test_who_never_sees_payment_data_is_not_told_to_prove(self, agent: User, named: Records) -> None:
        group = Group.objects.create(name="agent without billing")
        group.permissions.set(Permission.objects.filter(codename__in=["read_tickets", "work_tickets"]))
        agent.groups.set([group])
        client = sign_in(agent)

        assert self.found(client, named.invoice.number) == []
        assert "With payment data open" not in client.get("/desk/search/", {"q": "x"}).content.decode()

    def test_of_other_teams_it_finds_nothing(self, outsider: User, queue: Queue, named: Records) -> None:
        make_ticket(customer=named.customer)

        assert self.found(sign_in(outsider), named.invoice.number) == []

    def test_the_look_is_recorded(self, agent: User, queue: Queue, named: Records) -> None:
        self.found(sign_in(agent), named.invoice.number)

        looks = PaymentRead.objects.filter(view="tickets.search", outcome="seen", actor_id=agent.pk)
        assert list(looks.order_by("pk").values_list("customer_id", flat=True)) == [None, named.customer.pk]

    def test_tickets_that_say_it_have_room_beside_many_others(self, agent: User, queue: Queue, named: Records) -> None:
        says = make_ticket(subject=f"About {named.agreement.reference}", customer=named.customer)
        for _ in range(30):
            make_ticket(customer=named.customer)

        assert says.pk in self.found(sign_in(agent), named.agreement.reference)


def test_search_refuses_card_numbers(agent_client: Client, ticket: Ticket) -> None:
    response = agent_client.get("/desk/search/", {"q": CARD}, follow=True)

    assert response.redirect_chain == [("/desk/search/", 302)]
    page = response.content.decode()
    assert "This holds a card number, so nothing was looked up." in page
    assert CARD not in page
