"""Nobody is shown a way that is closed to them: each role follows every link it meets, from where signing in leads.

Addresses of one shape (tickets, colleagues, rows of the admin) are followed once. With an old second factor a link may
lead to the question for it, which is an answer too.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from supportdesk.helpsite.actions.articles import save_topic
from supportdesk.people import roles
from tests.personas import Factor, sign_in
from tests.security.examples import prepare
from tests.security.world import Caller, World, build

BEGIN = ("/factor/", "/")
NUMBERS = re.compile(r"\d+")
EVERYBODY = {
    Caller.CUSTOMER: {"/my/", "/my/bills/", "/my/payments/", "/contact/"},
    Caller.AGENT: {"/desk/", "/factor/devices/"},
    Caller.SUPERVISOR: {"/desk/", "/admin/", "/factor/staff/", "/admin/billing/refund/"},
    Caller.FINANCE: {"/desk/", "/admin/", "/finance/statements/", "/finance/reconciliation/"},
    Caller.AUDITOR: {"/desk/", "/admin/"},
    Caller.ADMINISTRATOR: {"/admin/", "/factor/staff/", "/factor/staff/invite/", "/admin/billing/refundlimit/"},
}


@pytest.fixture
def world(db: None) -> World:
    made = build()
    prepare(made)
    # Bills lead to this topic. The articles stay away: their words are for customers, whoever reads them.
    save_topic(slug="wrong-bill", title="My bill", summary="", ticket_category="wrong_amount", position=0)
    return made


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (address := dict(attrs).get("href")):
            self.found.append(address)


def links_of(page: str, at: str) -> Iterator[str]:
    reader = Links()
    reader.feed(page)
    for address in reader.found:
        parts = urlsplit(urljoin(at, address))
        if not parts.netloc and parts.scheme == "":
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def walk(client: Client) -> tuple[dict[str, str], list[str]]:
    """Where each shape of address was met first, and what did not answer with a page."""
    met, closed = dict.fromkeys(BEGIN, "the start"), []
    todo = list(BEGIN)
    while todo:
        address = todo.pop()
        answer = client.get(address, follow=True)
        if answer.status_code != 200:
            closed.append(f"{address}, met on {met[_shape(address)]}: {answer.status_code}")
            continue
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        at = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        for link in links_of(b"".join(answer).decode(), at):
            if _shape(link) not in met:
                met[_shape(link)] = at
                todo.append(link)
    return met, closed


def _shape(address: str) -> str:
    return NUMBERS.sub("0", urlsplit(address).path)


def test_every_role_is_walked() -> None:
    assert {caller.value for caller in EVERYBODY} == {"customer", *roles.ROLES}


@pytest.mark.parametrize("factor", ["fresh", "stale"])
@pytest.mark.parametrize("caller", EVERYBODY)
def test_every_link_that_a_role_is_shown_opens(world: World, caller: Caller, factor: Factor) -> None:
    met, closed = walk(sign_in(world.people[caller], factor=factor))

    assert closed == []
    # The walk went through the parts that this role works in, and did not end at the first page.
    behind_the_lock = {"/factor/staff/invite/"} if factor == "stale" else set()
    assert EVERYBODY[caller] - set(met) == behind_the_lock & EVERYBODY[caller]


def test_a_link_that_is_closed_is_found(world: World) -> None:
    """The walk itself: an administrator sent to the desk."""
    client = sign_in(world.people[Caller.ADMINISTRATOR])

    assert client.get("/desk/").status_code == 403
    assert list(links_of('<a href="/desk/?due=today">x</a><a href="https://bank.test/">y</a>', "/admin/")) == [
        "/desk/?due=today"
    ]
