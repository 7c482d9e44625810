"""Every record that a finding of the demo names can be looked at: its link leads to something on the page."""

import re
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from billing.access.scopes import seeing_as_system
from billing.models import Customer, Payment
from billing.queries import panel as panels
from supportdesk.people.models import User
from supportdesk.tickets.models import Ticket
from tests.personas import sign_in

CASES = 11
OWN_LINK = re.compile(r'href="(/my/[^"#?]*)')


@pytest.fixture
def agent_client(db: None) -> Client:
    call_command("load_demo", tickets=0, verbosity=0)
    return sign_in(User.objects.get(email="agent@redress.example"))


def fragments(page: str) -> set[str]:
    return set(re.findall(r'href="#([^"]+)"', page))


def present(page: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', page))


def money_sides(client: Client) -> Iterator[str]:
    """The panel of each case, with the disputes that it loads into itself."""
    for number in Ticket.objects.order_by("pk").values_list("pk", flat=True):
        parts = [client.get(reverse(name, args=[number])) for name in ("billing:panel", "disputes:of_case")]
        assert [part.status_code for part in parts] == [200, 200]
        yield "".join(part.content.decode() for part in parts)


def proofs(page: str) -> set[str]:
    return {link for found in re.findall(r'class="finding-proof">(.*?)</ul>', page) for link in fragments(found)}


def test_every_proof_in_the_panel_is_on_the_panel(agent_client: Client) -> None:
    pages = list(money_sides(agent_client))
    named = [proofs(page) for page in pages]

    assert len(pages) == CASES
    assert all(named)
    assert [links - present(page) for page, links in zip(pages, named, strict=True)] == [set()] * CASES
    assert {link.partition("-")[0] for links in named for link in links} >= {
        "payment",
        "invoice",
        "method",
        "agreement",
    }


@pytest.mark.parametrize("shown", [0, 1])
def test_no_link_in_the_panel_is_dead_however_few_rows_it_shows(
    agent_client: Client, monkeypatch: pytest.MonkeyPatch, shown: int
) -> None:
    for name in ("SHOWN_PAYMENTS", "SHOWN_INVOICES", "SHOWN_REFUNDS"):
        monkeypatch.setattr(panels, name, shown)

    for page in money_sides(agent_client):
        assert fragments(page) - present(page) == set()


def test_the_comparison_links_to_what_the_panel_shows(agent_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "SHOWN_PAYMENTS", 1)
    linked = named = 0
    for number in Ticket.objects.order_by("pk").values_list("pk", flat=True):
        pasted = {"text": statement_of(number)}
        address = f"/billing/case/{number}/compare/"
        panel = agent_client.get(f"/billing/case/{number}/panel/").content.decode()
        inside = agent_client.post(address, pasted, headers={"HX-Request": "true"}).content.decode()
        alone = agent_client.post(address, pasted).content.decode()
        assert fragments(inside) <= present(panel)
        assert fragments(alone) <= present(alone)
        linked += len(fragments(inside))
        named += inside.count('class="ref"')

    assert 0 < linked < named


def statement_of(number: int) -> str:
    """What the bank of the case's customer would show: each payment on a line."""
    with seeing_as_system():
        customer = Ticket.objects.values_list("customer", flat=True).get(pk=number)
        rows = Payment.objects.filter(customer=customer).order_by("created_at")
        return "\n".join(
            f"{row.created_at:%d %b %Y} {row.descriptor or 'ACME'} {row.amount_minor / 100:.2f}" for row in rows
        )


def test_every_link_of_the_portal_leads_somewhere(agent_client: Client) -> None:
    """The demo's login is each customer in turn: what is said of bills, payments and refunds, and all they link to."""
    login = User.objects.get(email="customer@redress.example")
    client = Client()
    client.force_login(login, backend="supportdesk.people.backends.RightsBackend")
    with seeing_as_system():
        customers = list(Customer.objects.filter(provider="simulated").values_list("pk", flat=True))
    seen = set()
    for customer in customers:
        with seeing_as_system():
            Customer.objects.filter(user=login).update(user=None)
            Customer.objects.filter(pk=customer).update(user=login)
        seen |= followed(client)

    assert len(customers) == CASES
    assert {address.split("/")[2] for address in seen} >= {"bills", "payments", "refunds"}


def followed(client: Client) -> set[str]:
    """Everything that can be reached from the bills and payments, each address once."""
    todo, seen = ["/my/bills/", "/my/payments/"], set()
    while todo:
        address = todo.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code == 200, address
        page = answer.content.decode()
        assert fragments(page) - present(page) == set(), address
        todo += [
            link for link in OWN_LINK.findall(page) if link.startswith(("/my/bills/", "/my/payments/", "/my/refunds/"))
        ]
    return seen
