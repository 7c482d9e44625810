"""How long a provider waits for our answer, against a bare view that inserts one row."""

import hashlib
import hmac
import json
import time
from http.client import HTTPConnection

import psycopg

from tests.benchmarks.client import Page, ask
from tests.benchmarks.desk import UVICORN, Desk, desk_with, serving
from tests.benchmarks.pages import FLOOR, SMALL
from tests.benchmarks.results import Figure, at_most, seen

SECRET = "whsec_of_the_bench"  # opens the bench's own server alone
TIMES_FLOOR = 2.0


def webhook(tickets: int, rounds: int = 400) -> list[Figure]:
    desk = desk_with(SMALL)
    _make_floor(desk)
    with serving(desk, FLOOR, ready="/list/") as floor, serving(desk, UVICORN, STRIPE_WEBHOOK_SECRETS=SECRET) as ours:
        floor_page, our_page = _measure(floor, ours, rounds)
    ratio = our_page.median / floor_page.median
    return [
        seen("bare view that inserts one row, median", floor_page.median * 1000, "ms"),
        seen("webhook acknowledged, median", our_page.median * 1000, "ms"),
        at_most("webhook acknowledged", ratio, "times the floor", TIMES_FLOOR),
    ]


def _measure(floor: int, ours: int, rounds: int) -> tuple[Page, Page]:
    floor_page = Page(floor, "/insert/", "ok", {"Content-Type": "application/json"}, "POST")
    our_page = Page(ours, "/hooks/stripe/", "", {}, "POST")
    connections = HTTPConnection("127.0.0.1", floor, timeout=60), HTTPConnection("127.0.0.1", ours, timeout=60)
    for number in range(rounds + 20):
        body = _event(number)
        floor_page.body = our_page.body = body
        our_page.headers = {"Stripe-Signature": _signature(body), "Content-Type": "application/json"}
        for connection, page in zip(connections, (floor_page, our_page), strict=True):
            seconds = ask(connection, page)
            if number >= 20:
                page.times.append(seconds)
    return floor_page, our_page


def _event(number: int) -> bytes:
    charge = {
        "id": f"ch_bench_{time.time_ns()}_{number}",
        "object": "charge",
        "amount": 2500,
        "currency": "usd",
        "paid": True,
        "status": "succeeded",
        "captured": True,
        "created": int(time.time()),
        "livemode": False,
        "customer": "cus_bench",
    }
    return json.dumps(
        {
            "id": f"evt_bench_{time.time_ns()}_{number}",
            "object": "event",
            "type": "charge.succeeded",
            "api_version": "2024-06-20",
            "created": int(time.time()),
            "livemode": False,
            "data": {"object": charge},
        }
    ).encode()


def _signature(body: bytes) -> str:
    at = int(time.time())
    digest = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def _make_floor(desk: Desk) -> None:
    with psycopg.connect(f"host={desk.host} dbname={desk.name} user=redress_owner", autocommit=True) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS bench_floor (id bigserial PRIMARY KEY, payload jsonb NOT NULL)")
        owner.execute("GRANT INSERT, SELECT ON bench_floor TO redress_app")
        owner.execute("GRANT USAGE ON SEQUENCE bench_floor_id_seq TO redress_app")
