"""A small Stripe on 127.0.0.1: refunds with idempotency keys, lists in pages, events; and every way to go wrong.

with stripe_server() as server:
    server.misbehave = ["500 done", "hang"]      # one for each request, then it behaves
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]


@dataclass
class FakeStripe:
    address: str = ""
    refunds: dict[str, Json] = field(default_factory=dict)  # by id
    sessions: dict[str, Json] = field(default_factory=dict)  # by id
    told: list[tuple[str, Json]] = field(default_factory=list)  # everything else that was posted: path and body
    keys: dict[str, tuple[str, Json]] = field(default_factory=dict)  # by idempotency key: the body, the answer
    events: list[Json] = field(default_factory=list)  # newest first, as Stripe lists them
    moves: dict[str, list[Json]] = field(default_factory=dict)  # of a payout
    requests: list[str] = field(default_factory=list)
    misbehave: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def post(self, path: str, key: str, raw: str) -> tuple[int, Json]:
        if path == "/v1/refunds":
            return self.create_refund(key, raw)
        if key in self.keys:
            known, answer = self.keys[key]
            return (200, answer) if known == raw else (400, _error("idempotency_error", "Used once."))
        told = {name: values[0] for name, values in parse_qs(raw).items()}
        if path == "/v1/checkout/sessions":
            answer = self._open_session(told)
        elif path.endswith("/expire"):
            session = self.sessions[path.split("/")[-2]]
            if session["status"] != "open":
                return 400, _error("invalid_request_error", "Only open sessions can be expired.")
            session["status"] = "expired"
            answer = session
        else:
            self.told.append((path, told))
            answer = {"id": f"told_{len(self.told)}", "object": path.split("/")[2].rstrip("s")}
        if key:
            self.keys[key] = (raw, answer)
        return 200, answer

    def _open_session(self, told: Json) -> Json:
        session_id = f"cs_{len(self.sessions) + 1}"
        session = {
            "id": session_id,
            "object": "checkout.session",
            "status": "open",
            "url": f"https://checkout.stripe.com/c/pay/{session_id}",
            "asked": told,
        }
        self.sessions[session_id] = session
        return session

    def create_refund(self, key: str, raw: str) -> tuple[int, Json]:
        if key in self.keys:
            known, answer = self.keys[key]
            if known != raw:
                return 400, _error("idempotency_error", "Keys for idempotent requests can only be used once.")
            return 200, answer
        told = {name: values[0] for name, values in parse_qs(raw).items()}
        refund = {
            "id": f"re_{len(self.refunds) + 1}",
            "object": "refund",
            "amount": int(told["amount"]),
            "charge": told.get("charge"),
            "payment_intent": told.get("payment_intent"),
            "currency": "usd",
            "created": 1_795_000_000,
            "metadata": {"redress_refund": told["metadata[redress_refund]"]},
            "reason": told.get("reason"),
            "status": "pending",
        }
        self.refunds[str(refund["id"])] = refund
        self.keys[key] = (raw, refund)
        return 200, refund


def _error(kind: str, message: str, code: str = "") -> Json:
    return {"error": {"type": kind, "message": message, "code": code}}


class _Handler(BaseHTTPRequestHandler):
    stripe: FakeStripe
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path, key = urlsplit(self.path).path, self.headers.get("Idempotency-Key") or ""
        self._answer(lambda: self.stripe.post(path, key, raw))

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(split.query).items()}
        self._answer(lambda: self._read(split.path, asked))

    def _read(self, path: str, asked: Json) -> tuple[int, Json]:
        if path == "/v1/balance_transactions":
            return 200, _page(path, self.stripe.moves.get(asked["payout"], []), asked)
        if path == "/v1/events":
            since = int(asked.get("created[gte]", 0))
            return 200, _page(path, [each for each in self.stripe.events if each["created"] >= since], asked)
        if path == "/v1/refunds":
            target = asked.get("charge") or asked.get("payment_intent")
            found = [
                each for each in self.stripe.refunds.values() if target in {each["charge"], each["payment_intent"]}
            ]
            return 200, _page(path, list(reversed(found)), asked)
        known = self.stripe.sessions if path.startswith("/v1/checkout/sessions/") else self.stripe.refunds
        found_one = known.get(path.rpartition("/")[2])
        return (200, found_one) if found_one else (404, _error("invalid_request_error", "No such object", "missing"))

    def _answer(self, work: Any) -> None:
        self.stripe.requests.append(f"{self.command} {urlsplit(self.path).path}")
        how = self.stripe.misbehave.pop(0) if self.stripe.misbehave else ""
        if "done" in how:
            work()
        if how.startswith("hang"):
            self.stripe.closing.wait(30)
        if how.startswith(("hang", "drop")):
            self.close_connection = True
            return
        if how.startswith("garbage"):
            self._send(200, b"<html>It works!</html>")
        elif how:
            status, _, code = how.replace(" done", "").partition(" ")
            kind = {"400": "invalid_request_error", "402": "card_error"}.get(status, "api_error")
            self._send(int(status), json.dumps(_error(kind, "No.", code)).encode())
        else:
            status_code, body = work()
            self._send(status_code, json.dumps(body).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the tests ask what was requested."""


def _page(path: str, found: list[Json], asked: Json) -> Json:
    ids = [each["id"] for each in found]
    start = ids.index(asked["starting_after"]) + 1 if "starting_after" in asked else 0
    end = start + int(asked.get("limit", 10))
    return {"object": "list", "url": path, "data": found[start:end], "has_more": end < len(found)}


@contextmanager
def stripe_server() -> Iterator[FakeStripe]:
    stripe = FakeStripe()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"stripe": stripe}))
    server.daemon_threads = True
    stripe.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield stripe
    finally:
        stripe.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
