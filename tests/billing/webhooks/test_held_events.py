"""Held events in the admin: who sees them, who decides, and with how fresh a factor."""

from typing import Any

import pytest

from billing.access.scopes import seeing_as_system
from billing.models import Payment, PaymentRead, ProviderEvent
from supportdesk.people import roles
from tests.billing.webhooks.inbox import deliver, statuses
from tests.fakes.stripe_objects import T0, charge, event
from tests.personas import make_staff, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def held() -> ProviderEvent:
    with seeing_as_system():
        deliver([event("charge.succeeded", charge(description="Home policy"), T0, livemode=True)])
        return ProviderEvent.objects.get()


def finance() -> Any:
    return sign_in(make_staff("fin@desk.example", roles.FINANCE))


def told() -> tuple[str, str]:
    with seeing_as_system():
        return next(iter(statuses().values()))


def test_the_list_and_the_page_say_why(held: ProviderEvent) -> None:
    client = finance()
    listed = client.get("/admin/billing/providerevent/?status__exact=held").content.decode()
    page = client.get(f"/admin/billing/providerevent/{held.pk}/change/").content.decode()

    for shown in (listed, page):
        assert "It is a live event and we run in test mode." in shown
    assert "Home policy" in page
    assert PaymentRead.objects.filter(outcome="seen", view="admin:billing.providerevent").count() == 2


def test_applied_all_the_same(held: ProviderEvent) -> None:
    answer = finance().post(f"/admin/billing/providerevent/{held.pk}/change/", {"decision": "apply", "note": ""})

    assert (answer.status_code, told()[0]) == (302, "applied")
    with seeing_as_system():
        assert Payment.objects.get().external_id == "ch_1"


def test_discarded_with_a_reason(held: ProviderEvent) -> None:
    client, address = finance(), f"/admin/billing/providerevent/{held.pk}/change/"

    refused = client.post(address, {"decision": "discard", "note": " "})
    assert (refused.status_code, told()[0]) == (422, "held")
    assert "Say why it is not for us." in refused.content.decode()

    assert client.post(address, {"decision": "discard", "note": "Staging."}).status_code == 302
    assert told() == ("ignored", "Staging.")
    again = client.post(address, {"decision": "apply", "note": ""})
    assert (again.status_code, told()) == (409, ("ignored", "Staging."))


def test_what_still_contradicts_stays_held(held: ProviderEvent) -> None:
    with seeing_as_system():
        deliver([event("charge.succeeded", charge(currency="eur"), T0 - 5)])

    answer = finance().post(f"/admin/billing/providerevent/{held.pk}/change/", {"decision": "apply", "note": ""})

    assert answer.status_code == 302
    with seeing_as_system():
        assert statuses()[held.event_id] == ("held", "The payment was in EUR; the event says USD.")


@pytest.mark.parametrize("role", [roles.AGENT, roles.SUPERVISOR, roles.AUDITOR, roles.ADMINISTRATOR])
def test_nobody_else_decides(held: ProviderEvent, role: str) -> None:
    client = sign_in(make_staff("other@desk.example", role))

    answer = client.post(f"/admin/billing/providerevent/{held.pk}/change/", {"decision": "apply", "note": ""})

    assert answer.status_code in {302, 403, 404}
    assert told()[0] == "held"


def test_a_stale_factor_decides_nothing(held: ProviderEvent) -> None:
    client = sign_in(make_staff("fin@desk.example", roles.FINANCE), factor="stale")

    client.post(f"/admin/billing/providerevent/{held.pk}/change/", {"decision": "apply", "note": ""})

    assert told()[0] == "held"
