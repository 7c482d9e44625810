"""The webhook's door: who is let in, what is answered, and what is left behind."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe
from django.conf import settings
from django.test import Client
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.gateways.stripe.bodies import DEEPEST, LARGEST_BODY
from billing.gateways.stripe.signatures import BadSignature, sign, verify_signature
from billing.models import OutboxMessage, ProviderEvent, WebhookRejection
from tests.fakes.stripe_objects import T0, charge, event

SECRET = settings.STRIPE_WEBHOOK_SECRETS[0]
AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BODY = event("charge.succeeded", charge(), T0)


def post(raw: bytes, header: str | None = None, **more: Any) -> Any:
    header = sign(raw, secret=SECRET, at=timezone.now()) if header is None else header
    options: dict[str, Any] = {"content_type": "application/json", "HTTP_STRIPE_SIGNATURE": header, **more}
    return Client(enforce_csrf_checks=True).post("/hooks/stripe/", raw, **options)


def stored() -> list[tuple[str, int, str]]:
    with seeing_as_system():
        return list(ProviderEvent.objects.order_by("pk").values_list("event_id", "deliveries", "status"))


def rejections() -> dict[str, int]:
    return dict(WebhookRejection.objects.values_list("reason", "count"))


@pytest.mark.django_db
def test_a_signed_event_is_stored_and_queued_before_it_is_answered() -> None:
    response = post(json.dumps(BODY).encode())

    assert (response.status_code, response.content) == (200, b"")
    assert stored() == [(BODY["id"], 1, "received")]
    with seeing_as_system():
        row = ProviderEvent.objects.get()
    assert (row.provider, row.kind, row.object_id, row.live) == ("stripe", "charge.succeeded", "ch_1", False)
    assert (row.payload, row.happened_at) == (BODY, datetime.fromtimestamp(T0, tz=UTC))
    messages = OutboxMessage.objects.values_list("task", "key", "payload")
    assert list(messages) == [("billing.tasks.apply_provider_event", f"provider-event:{row.pk}", {"event_id": row.pk})]


@pytest.mark.django_db
def test_repeats_are_counted_and_start_no_work() -> None:
    raw = json.dumps(BODY).encode()

    assert [post(raw).status_code for _ in range(50)] == [200] * 50

    assert stored() == [(BODY["id"], 50, "received")]
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db
def test_an_event_of_a_kind_nobody_knows_is_stored() -> None:
    strange = event("moon.phase_changed", {"id": "moon_1", "object": "moon"}, T0)

    assert post(json.dumps(strange).encode()).status_code == 200
    assert stored() == [(strange["id"], 1, "received")]


RAW = json.dumps(BODY).encode()
NOW = timezone.now
REFUSED_SIGNATURES: dict[str, Callable[[], str]] = {
    "absent": lambda: "",
    "malformed": lambda: "v1=abc",
    "malformed twice": lambda: "t=1,t=2,v1=abc",
    "malformed digits": lambda: f"t={'١٢٣'},v1=abc",
    "mismatch": lambda: sign(RAW, secret="whsec_of_somebody_else", at=NOW()),
    "mismatch of the body": lambda: sign(RAW + b" ", secret=SECRET, at=NOW()),
    "mismatch of letters": lambda: f"t={int(NOW().timestamp())},v1=ünïcode",
    "stale by ten minutes": lambda: sign(RAW, secret=SECRET, at=NOW() - timedelta(minutes=10)),
    "stale from the future": lambda: sign(RAW, secret=SECRET, at=NOW() + timedelta(minutes=10)),
    "stale for ever": lambda: f"t={'9' * 40},v1=abc",
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", REFUSED_SIGNATURES)
def test_who_does_not_prove_it_leaves_a_count_and_a_hash(name: str) -> None:
    response = post(RAW, REFUSED_SIGNATURES[name]())

    assert (response.status_code, response.content) == (400, b"Refused.\n")
    assert (stored(), OutboxMessage.objects.count()) == ([], 0)
    assert rejections() == {name.split()[0]: 1}
    assert "ch_1" not in repr(list(WebhookRejection.objects.values()))


@pytest.mark.django_db
def test_refusals_of_an_hour_share_a_row() -> None:
    for _ in range(5):
        post(RAW, "")

    assert rejections() == {"absent": 5}


def test_the_limits_of_the_clock_both_ways() -> None:
    for seconds, good in [(-301, False), (-300, True), (300, True), (301, False)]:
        header = sign(RAW, secret=SECRET, at=AT + timedelta(seconds=seconds))
        try:
            verify_signature(RAW, header, secrets=[SECRET], at=AT)
            accepted = True
        except BadSignature:
            accepted = False
        assert accepted is good, seconds


def test_any_of_two_secrets_and_any_of_several_signatures_will_do() -> None:
    header = sign(RAW, secret="whsec_new", at=AT)
    several = f"{header},v1={'0' * 64},v0=abc"

    verify_signature(RAW, several, secrets=["whsec_old", "whsec_new"], at=AT)
    with pytest.raises(BadSignature):
        verify_signature(RAW, several, secrets=["whsec_old"], at=AT)
    with pytest.raises(BadSignature):
        verify_signature(RAW, several, secrets=[], at=AT)


def test_the_official_library_accepts_what_we_sign() -> None:
    header = sign(RAW, secret=SECRET, at=NOW())

    assert stripe.WebhookSignature.verify_header(RAW.decode(), header, SECRET, tolerance=300)


UNREADABLE = {
    "nothing": b"",
    "not JSON": b"{",
    "two documents": b"{}{}",
    "a list": b"[]",
    "latin-1": '{"id":"\xe9"}'.encode("latin-1"),
    "utf-16": json.dumps(BODY).encode("utf-16"),
    "a key twice": b'{"id":"evt_1","id":"evt_2"}',
    "a key twice, deep": b'{"data":{"object":{"amount":1,"amount":2}}}',
    "nested 10,000 deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "nested lists": b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "nested just too deep": b'{"a":' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1),
    "a zero character": json.dumps(event("x", charge(description="a\x00b"), T0)).encode(),
    "a zero character in a key": json.dumps(event("x", {**charge(), "a\x00": 1}, T0)).encode(),
    "half a surrogate pair": b'{"id":"\\ud800"}',
    "not a number": b'{"created":NaN}',
    "infinity": b'{"created":1e999}',
    "a huge number": b'{"created":' + b"9" * 5000 + b"}",
    "a long number": b'{"created":9999999999999999999}',
    "no mode": json.dumps({**BODY, "livemode": None}).encode(),
    "no id": json.dumps({**BODY, "id": ""}).encode(),
    "no object": json.dumps({**BODY, "data": {"object": "ch_1"}}).encode(),
    "no time": json.dumps({**BODY, "created": "yesterday"}).encode(),
    "no event": json.dumps({**BODY, "object": "charge"}).encode(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", UNREADABLE)
def test_signed_rubbish_is_refused_and_never_an_error(name: str) -> None:
    response = post(UNREADABLE[name])

    assert response.status_code == 400
    assert (stored(), rejections()) == ([], {"unreadable": 1})


@pytest.mark.django_db
def test_another_charset_is_refused() -> None:
    assert post(RAW, content_type="application/json; charset=latin-1").status_code == 400
    assert post(RAW, content_type='application/json; charset="UTF-8"').status_code == 200


@pytest.mark.django_db
def test_a_body_above_the_cap_is_refused_by_what_it_says_and_by_what_it_is() -> None:
    exact = RAW + b" " * (LARGEST_BODY - len(RAW))

    assert post(exact).status_code == 200
    assert post(exact + b" ").status_code == 413
    assert post(RAW, CONTENT_LENGTH=str(LARGEST_BODY + 1)).status_code == 413
    assert rejections() == {"too_large": 2}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "head", "options"])
def test_other_methods_are_not_allowed(method: str) -> None:
    assert getattr(Client(), method)("/hooks/stripe/").status_code == 405


@pytest.mark.django_db
def test_what_must_never_be_stored_is_not() -> None:
    card = {"object": "card", "id": "card_1", "number": "4242424242424242", "cvc": "123", "last4": "4242"}
    item = charge(source=card, description="my card is 5555 5555 5555 4444", client_secret="pi_1_secret_x")
    item["other"] = [{"number": 4242424242424242}]

    assert post(json.dumps(event("charge.succeeded", item, T0)).encode()).status_code == 200

    with seeing_as_system():
        kept = json.dumps(ProviderEvent.objects.get().payload)
    assert [leak for leak in ("4242424242", "5555 5555", '"123"', "secret_x") if leak in kept] == []
    assert '"last4": "4242"' in kept


@pytest.mark.django_db
def test_an_invoice_keeps_its_number() -> None:
    told = event("invoice.paid", {"id": "in_1", "object": "invoice", "number": "C93E45D7-0001"}, T0)

    assert post(json.dumps(told).encode()).status_code == 200

    with seeing_as_system():
        assert ProviderEvent.objects.get().payload == told
