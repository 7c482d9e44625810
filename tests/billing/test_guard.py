"""The first line: who sees payment data, what is written down about it, and that nothing shows when anything fails."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver
from pytest_django import Settings

from billing.access.policies import declared_by
from billing.access.scopes import seeing_as_system
from billing.audit.history import history_of
from billing.models import Customer, Payment, PaymentRead
from supportdesk.people import roles
from supportdesk.people.models import User
from supportdesk.people.urlmap import doors
from tests.billing.records import Records, a_customer, records_of
from tests.personas import Factor, age_factor, make_staff, make_user, sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.billing.guarded_urls")]


@pytest.fixture(autouse=True)
def case_authority(settings: Settings) -> None:
    settings.BILLING_CASE_AUTHORITY = "tests.billing.guarded_urls.authority"


@pytest.fixture
def lena() -> Records:
    return records_of(a_customer())


@pytest.fixture
def agent() -> User:
    return make_staff("ana@desk.example", roles.AGENT)


def page(client: Client, lena: Records, name: str, method: str = "get", **request: Any) -> Any:
    return getattr(client, method)(f"/case/C{lena.customer.pk}/{name}/", **request)


def log() -> list[tuple[str, str]]:
    return list(PaymentRead.objects.order_by("id").values_list("outcome", "refusal"))


def test_an_agent_with_a_fresh_factor_sees_and_is_written_down(lena: Records, agent: User) -> None:
    client = sign_in(agent)

    answer = page(client, lena, "panel", headers={"user-agent": "Browser 1"})

    assert (answer.status_code, answer.content.decode()) == (200, lena.payment.reference)
    assert answer["Cache-Control"] == "no-store, private"
    row = PaymentRead.objects.get()
    facts = {
        "outcome": "seen",
        "refusal": "",
        "reading": "panel",
        "view": "tests.billing.guarded_urls.panel",
        "actor_id": agent.pk,
        "actor_name": "ana@desk.example",
        "real_actor_id": None,
        "role": "agent",
        "ip": "127.0.0.1",
        "case_ref": f"C{lena.customer.pk}",
        "customer_id": lena.customer.pk,
    }
    assert {name: getattr(row, name) for name in facts} == facts
    assert row.factor_age_seconds is not None
    assert row.factor_age_seconds < 60
    assert str(row.request_id) == answer["X-Request-ID"]
    assert len(row.session_hash) == len(row.user_agent_hash) == 32
    assert row.session_hash not in {"", client.session.session_key}


def test_a_view_that_lost_its_guard_shows_no_row(lena: Records, agent: User) -> None:
    answer = page(sign_in(agent), lena, "unguarded")

    assert (answer.status_code, answer.content.decode()) == (200, "none")


@pytest.mark.parametrize(
    ("role", "factor", "name", "status", "why"),
    [
        (roles.AGENT, "stale", "panel", 302, "factor_stale"),
        (roles.AGENT, "none", "panel", 302, "no_factor"),
        (roles.ADMINISTRATOR, "fresh", "panel", 403, "no_permission"),
        (roles.AGENT, "fresh", "approvers", 403, "no_permission"),
        (roles.AGENT, "fresh", "move", 405, "method"),
    ],
)
def test_who_is_refused_is_written_down(
    lena: Records, role: str, factor: Factor, name: str, status: int, why: str
) -> None:
    client = sign_in(make_staff("tom@desk.example", role), factor=factor)

    answer = page(client, lena, name)

    assert answer.status_code == status
    assert lena.payment.reference not in answer.content.decode()
    assert log() == [("refused", why)]


def test_a_customer_and_a_stranger_are_refused(lena: Records) -> None:
    assert page(sign_in(make_user("c@example.org")), lena, "panel").status_code == 403
    assert page(Client(), lena, "panel").status_code == 302
    assert log() == [("refused", "wrong_audience")]  # strangers could fill the table; the web server's log has them


def test_another_ones_case_is_not_there(lena: Records, agent: User) -> None:
    answer = sign_in(agent).get("/case/X7\x1b[31m/panel/")

    assert answer.status_code == 404
    assert log() == [("refused", "not_found")]
    assert PaymentRead.objects.get().case_ref == "X7[31m"


def test_a_stale_factor_on_a_fragment_becomes_the_lock_and_tells_only_how_much(lena: Records, agent: User) -> None:
    answer = page(sign_in(agent, factor="stale"), lena, "panel", headers={"hx-request": "true"})

    assert answer.status_code == 200
    text = answer.content.decode()
    assert "1 payment" in text
    assert lena.payment.reference not in text
    assert log() == [("refused", "factor_stale")]


def test_what_moves_money_wants_a_younger_factor(lena: Records, agent: User) -> None:
    client = sign_in(agent)
    age_factor(client, timedelta(minutes=4))
    assert page(client, lena, "move", "post").content == b"1"

    age_factor(client, timedelta(minutes=2))
    assert page(client, lena, "panel").status_code == 200
    assert page(client, lena, "move", "post").status_code == 302
    assert log() == [("seen", ""), ("seen", ""), ("refused", "factor_stale")]


def test_history_knows_who_changed_a_record_and_from_where(lena: Records, agent: User) -> None:
    answer = page(sign_in(agent), lena, "move", "post")

    with seeing_as_system():
        oldest, newest = history_of(lena.payment).values_list("pgh_context", flat=True)
    facts = {"actor_id": str(agent.pk), "actor_name": agent.email, "role": "agent", "ip": "127.0.0.1", "method": "POST"}
    assert {name: newest[name] for name in facts} == facts
    assert newest["path"] == f"/case/C{lena.customer.pk}/move/"
    assert newest["request_id"] == answer["X-Request-ID"]
    assert oldest is None  # made outside any request


def test_an_answer_is_rendered_inside_the_guard(lena: Records, agent: User) -> None:
    assert page(sign_in(agent), lena, "lazy").content.decode() == lena.payment.reference
    assert Payment.objects.count() == 0


def test_nothing_is_streamed(lena: Records, agent: User) -> None:
    with pytest.raises(TypeError, match="cannot be streamed"):
        page(sign_in(agent), lena, "streamed")

    assert log() == [("failed", "TypeError")]


def test_a_look_that_fails_leaves_a_row_and_nothing_else(lena: Records, agent: User) -> None:
    client = sign_in(agent)

    assert page(client, lena, "gone").status_code == 404
    with pytest.raises(LookupError):
        page(client, lena, "broken")

    assert log() == [("refused", "not_found"), ("failed", "LookupError")]
    assert not Payment._base_manager.filter(refund_blocked=True).exists()


def test_whatever_goes_wrong_in_the_checks_denies(agent: User) -> None:
    with pytest.raises(ConnectionError):
        sign_in(agent).get("/case/broken/panel/")

    assert log() == [("failed", "ConnectionError")]


def test_what_cannot_be_recorded_is_not_shown(
    lena: Records, agent: User, owner_connection: "psycopg.Connection[tuple[Any, ...]]"
) -> None:
    client = sign_in(agent)
    client.raise_request_exception = False
    owner_connection.execute("REVOKE INSERT ON billing_paymentread FROM redress_app")
    try:
        answer = page(client, lena, "panel")
    finally:
        owner_connection.execute("GRANT INSERT ON billing_paymentread TO redress_app")

    assert answer.status_code == 500
    assert lena.payment.reference not in answer.content.decode()
    assert log() == []


def test_across_cases_each_look_is_one_row(lena: Records, agent: User) -> None:
    sam = records_of(a_customer("Sam"))
    client = sign_in(agent)

    for _ in range(3):
        assert client.get("/every/").content.decode() == f"{lena.payment.reference},{sam.payment.reference}"

    assert log() == [("seen", "")] * 3


def test_a_customer_sees_their_own(lena: Records) -> None:
    records_of(a_customer("Sam"))
    user = make_user("lena@example.org")
    Customer.objects.filter(pk=lena.customer.pk).update(user=user)

    assert sign_in(user).get("/own/").content.decode() == lena.payment.reference
    assert PaymentRead.objects.values_list("reading", "customer_id", "role").get() == (
        "own",
        lena.customer.pk,
        "customer",
    )


def test_a_sign_in_without_records_is_told_so(lena: Records) -> None:
    answer = sign_in(make_user("new@example.org")).get("/own/")

    assert answer.status_code == 200
    assert "We have no bills" in answer.content.decode()
    assert log() == []


def test_staff_have_no_own_bills_here(lena: Records, agent: User) -> None:
    assert sign_in(agent).get("/own/").status_code == 403
    assert log() == [("refused", "wrong_audience")]


def test_nothing_of_the_scope_is_left_for_the_next_request(lena: Records, agent: User) -> None:
    client = sign_in(agent)
    page(client, lena, "panel")

    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('redress.scope', true), '')")
        assert cursor.fetchone() == ("",)
    assert page(client, lena, "unguarded").content == b"none"


# --- masked values -----------------------------------------------------------------------------------------


def address(records: Records, *, kind: str = "payment_method", field: str = "details") -> str:
    return f"/billing/case/C{records.customer.pk}/reveal/{kind}/{records.method.pk}/{field}/"


def test_a_masked_value_opens_with_a_reason_that_is_asked_once(lena: Records, agent: User) -> None:
    client = sign_in(agent)

    asked = client.get(address(lena), headers={"hx-request": "true"})
    assert "Why do you open the card details?" in asked.content.decode()
    assert "First Bank" not in asked.content.decode()

    opened = client.post(address(lena), {"reason": "suspected_fraud"}, headers={"hx-request": "true"})
    assert "•••• 4242 · First Bank" in opened.content.decode()
    again = client.get(address(lena, field="provider_reference"), headers={"hx-request": "true"})
    assert "none" in again.content.decode()

    assert list(PaymentRead.objects.order_by("id").values_list("reading", "object_kind", "field", "reason")) == [
        ("record", "payment_method", "details", ""),
        ("reveal", "payment_method", "details", "suspected_fraud"),
        ("reveal", "payment_method", "provider_reference", "suspected_fraud"),
    ]
    assert set(PaymentRead.objects.values_list("object_id", flat=True)) == {lena.method.pk}


def test_without_htmx_it_is_a_page(lena: Records, agent: User) -> None:
    answer = sign_in(agent).post(address(lena), {"reason": "suspected_fraud"})

    assert "<html" in answer.content.decode()
    assert "•••• 4242 · First Bank" in answer.content.decode()


@pytest.mark.parametrize("reason", ["", "because", "x' OR 1=1"])
def test_no_reason_no_value(lena: Records, agent: User, reason: str) -> None:
    answer = sign_in(agent).post(address(lena), {"reason": reason})

    assert answer.status_code == 422
    assert "Choose a reason." in answer.content.decode()
    assert "First Bank" not in answer.content.decode()


def test_only_fields_that_are_listed_of_this_customers_records(lena: Records, agent: User) -> None:
    sam = records_of(a_customer("Sam"))
    client = sign_in(agent)
    foreign = address(lena).replace(f"/{lena.method.pk}/", f"/{sam.method.pk}/")

    for wrong in (foreign, address(lena, field="fingerprint"), address(lena, kind="customer")):
        assert client.post(wrong, {"reason": "suspected_fraud"}).status_code == 404
    assert log() == [("refused", "not_found")] * 3


def test_a_number_too_large_for_a_record_is_not_found(lena: Records, agent: User) -> None:
    beyond = address(lena).replace(f"/{lena.method.pk}/", f"/{2**63}/")

    assert sign_in(agent).post(beyond, {"reason": "suspected_fraud"}).status_code == 404
    assert log() == [("refused", "not_found")]


def test_who_may_look_may_not_always_reveal(lena: Records) -> None:
    answer = sign_in(make_staff("aud@desk.example", roles.AUDITOR)).post(address(lena), {"reason": "suspected_fraud"})

    assert answer.status_code == 403
    assert log() == [("refused", "no_permission")]


# --- the registry ------------------------------------------------------------------------------------------

# Views of billing and disputes that show no payment data to staff: what a provider posts, the demo's own provider,
# counts of lines while a file is read, and a customer's way to the provider (in their own scope, see seeing_own).
EXEMPT = {
    "hooks:stripe",
    "billing:simulated_page",
    "billing:statement_progress",
    "billing:pay_bill",
    "billing:change_method",
}


@pytest.mark.urls("config.urls")
def test_every_url_of_billing_and_disputes_is_guarded() -> None:
    mine = [
        door
        for door in doors()
        if isinstance(door.pattern, URLPattern)
        and (getattr(door.pattern.callback, "__module__", "") or "").split(".")[0] in {"billing", "disputes"}
        and not door.route.startswith("/admin/")
    ]

    assert len(mine) > 5
    unguarded = {door.name for door in mine if not getattr(door.pattern.callback, "payment_guarded", False)}
    assert unguarded - EXEMPT == set()
    assert all(declared_by(door.pattern.callback) for door in mine)
    assert get_resolver().url_patterns
