"""The contact form: one question at a time, nothing lost, nothing twice."""

import pytest
from django.core.cache import cache
from django.test import Client

from billing.models import Customer
from supportdesk.helpsite.actions.articles import save_topic
from supportdesk.people.models import User
from supportdesk.tickets.models import Message, Queue, Ticket, TicketLink
from tests.billing.records import a_customer, records_of
from tests.personas import make_user, sign_in
from tests.tickets.factories import make_queue, new_key

CARD = "4111 1111 1111 1111"


@pytest.fixture(autouse=True)
def desk(db: None, team: object) -> Queue:
    cache.clear()
    save_topic(
        slug="charged-twice",
        title="I was charged twice",
        summary="Check",
        ticket_category="missing_or_duplicate",
        position=0,
    )
    return make_queue(team)  # type: ignore[arg-type]  # the fixture's type is Team


def words(**changed: str) -> dict[str, str]:
    return {
        "name": "Lena Ortiz",
        "email": "lena@home.test",
        "subject": "Charged twice",
        "text": "Two times 125.00.",
        "key": new_key(),
    } | changed


def test_a_stranger_asks_and_is_told_the_number(client: Client) -> None:
    response = client.post("/contact/charged-twice/", words())

    ticket = Ticket.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, "/contact/sent/")
    assert (ticket.subject, ticket.category, ticket.requester_email) == (
        "Charged twice",
        "missing_or_duplicate",
        "lena@home.test",
    )
    assert (ticket.requester, ticket.customer) == (None, None)
    assert str(ticket.pk) in client.get("/contact/sent/").content.decode()
    assert "Two times 125.00." not in Client().get("/contact/sent/").content.decode()


def test_a_typed_address_is_nobody(customer: User) -> None:
    """Whoever types a customer's address gets neither their name nor their bills."""
    Customer.objects.create(reference="C-1", name="Lena Ortiz", email=customer.email, user=customer)

    Client().post("/contact/charged-twice/", words(email=customer.email))

    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.customer) == (None, None)


def test_a_customer_asks_as_themselves(customer: User) -> None:
    record = Customer.objects.create(reference="C-1", name="Lena Ortiz", email=customer.email, user=customer)

    response = sign_in(customer).post("/contact/charged-twice/", words(name="Somebody Else", email="other@home.test"))

    ticket = Ticket.objects.get()
    assert response.headers["Location"] == f"/my/questions/{ticket.pk}/"
    assert (ticket.requester, ticket.customer, ticket.requester_email) == (customer, record, customer.email)


def test_the_same_form_sent_twice_is_one_question(client: Client) -> None:
    sent = words()

    for _ in range(3):
        client.post("/contact/charged-twice/", sent)

    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)


def test_a_card_number_is_gone_before_it_is_stored(client: Client) -> None:
    client.post(
        "/contact/charged-twice/", words(subject=f"Card {CARD}", text=f"It is {CARD}, cvc 123.", name=f"Lena {CARD}")
    )

    ticket, message = Ticket.objects.get(), Message.objects.get()
    stored = f"{ticket.subject} {ticket.requester_name} {message.body} {message.author_name}"
    assert "1111 1111" not in stored
    assert "4111" not in stored
    assert "123" not in message.body


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"subject": ""}, "In a few words, for example"),
        ({"text": "  "}, "Write something first."),
        ({"text": "x" * 20_001}, "This is too long"),
        ({"email": "lena"}, "This is not an email address"),
        ({"email": ""}, "We need an address to answer to."),
        ({"name": ""}, "Tell us your name."),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(
    client: Client, wrong: dict[str, str], sentence: str
) -> None:
    response = client.post("/contact/charged-twice/", words(**wrong))

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    if "subject" not in wrong:
        assert 'value="Charged twice"' in page
    assert Ticket.objects.count() == 0


def test_unknown_names_in_the_body_change_nothing(client: Client) -> None:
    extra = {
        "status": "solved",
        "priority": "1",
        "queue": "99",
        "assignee": "1",
        "customer": "1",
        "id": "77",
        "pk": "77",
    }

    client.post("/contact/charged-twice/", words(**extra))

    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.assignee, ticket.customer) == ("new", None, None)
    assert ticket.pk != 77


def test_a_flood_from_one_address_is_stopped_and_keeps_the_words(client: Client) -> None:
    answers = [client.post("/contact/charged-twice/", words(text=f"No. {n}")).status_code for n in range(12)]

    assert answers == [302] * 10 + [429] * 2
    assert Ticket.objects.count() == 10


def test_the_form_suggests_articles_while_somebody_types(client: Client) -> None:
    response = client.post("/contact/suggestions/", {"subject": "charged twice", "text": "\0 <b>"})

    assert response.status_code == 200


def test_everything_works_as_plain_links(client: Client) -> None:
    assert 'href="/contact/charged-twice/"' in client.get("/contact/").content.decode()
    page = client.get("/contact/charged-twice/").content.decode()
    assert '<form class="form" method="post"' in page
    assert client.get("/contact/nothing-such/").status_code == 404


def test_somebody_else_does_not_read_it(customer: User) -> None:
    mine = sign_in(customer)
    mine.post("/contact/charged-twice/", words())
    number = Ticket.objects.get().pk

    assert mine.get(f"/my/questions/{number}/").status_code == 200
    assert sign_in(make_user("other@home.test")).get(f"/my/questions/{number}/").status_code == 404


@pytest.mark.parametrize("whose", ["own", "another"])
def test_the_bill_somebody_came_from_is_linked_if_it_is_theirs(customer: User, whose: str) -> None:
    mine = records_of(Customer.objects.create(reference="C-own", name="Lena Ortiz", user=customer))
    asked = mine if whose == "own" else records_of(a_customer("Somebody Else"))
    lena = sign_in(customer)
    topics = lena.get("/contact/", {"about": asked.payment.reference}).content.decode()
    form = lena.get("/contact/charged-twice/", {"about": asked.payment.reference}).content.decode()

    for reference in (asked.payment.reference, asked.invoice.number):
        lena.post("/contact/charged-twice/", words(about=reference))

    links = TicketLink.objects.order_by("pk").values_list("payment_id", "invoice_id")
    assert f"/contact/charged-twice/?about={asked.payment.reference}" in topics
    assert f'name="about" value="{asked.payment.reference}"' in form
    assert Ticket.objects.count() == 2
    assert list(links) == ([(mine.payment.pk, None), (None, mine.invoice.pk)] if whose == "own" else [])
