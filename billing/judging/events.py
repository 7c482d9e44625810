"""Histories told as a provider's events, each object in the states that it went through."""

from collections.abc import Iterator, Mapping
from datetime import date
from random import Random
from typing import Any

from billing.judging.event_parts import Event, Shape, day_second, method_details, second
from billing.judging.event_payments import payment_events, refund_events
from billing.judging.world import Agreement, Bill, Dispute, Line, Method, World

Json = dict[str, Any]


def as_events(world: World, random: Random, *, noise: float, live: bool) -> list[Json]:
    """Bodies as they arrive: in no order, and some of them twice."""
    shape = Shape(newer=random.random() < 0.5, default_on_customer=random.random() < 0.5)
    told = [event for event in _told(world, shape) if event.second <= second(world.at)]
    told = [event for event in told if not _lost(event, world, random)]
    bodies = [_body(world, number, event, live) for number, event in enumerate(told)]
    bodies += [body for body in bodies if random.random() < noise / 4]
    random.shuffle(bodies)
    return bodies


# What an object went through before its last state: of old ones it is often never told (endpoints are added late,
# and only the newest state is listed again).
PASSING = frozenset({"payment_intent.created", "invoice.created", "invoice.finalized", "payment_intent.processing",
                     "charge.pending", "customer.subscription.created", "charge.succeeded"})  # fmt: skip
LONG_AGO = 45 * 86_400


def _lost(event: Event, world: World, random: Random) -> bool:
    if event.kind == "charge.succeeded" and event.thing["captured"]:
        return False
    old = second(world.at) - event.second > LONG_AGO
    later = event.kind != "invoice.finalized" or any(bill.id == event.thing["id"] and bill.status == "paid"
                                                     for bill in world.bills)  # fmt: skip
    return old and later and event.kind in PASSING and random.random() < 0.7


def _body(world: World, number: int, event: Event, live: bool) -> Json:
    return {
        "id": f"evt_{world.id}n{number}",
        "object": "event",
        "type": event.kind,
        "created": event.second,
        "livemode": live,
        "api_version": "2024-06-20",
        "data": {"object": event.thing},
    }


def _told(world: World, shape: Shape) -> Iterator[Event]:
    yield from _customer(world, shape)
    for method in world.methods:
        yield from _method(world, method)
    for agreement in world.agreements:
        yield from _subscription(world, agreement, shape)
    for bill in world.bills:
        yield from _invoice(world, bill, shape)
    for payment in world.payments:
        yield from payment_events(world, payment, shape)
    for refund in world.refunds:
        yield from refund_events(world, refund)
    for dispute in world.disputes:
        yield from _dispute(world, dispute)


def _born(world: World) -> int:
    days = [bill.issued for bill in world.bills] + [payment.at.date() for payment in world.payments]
    return day_second(min([*days, world.at.date()])) - 86_400


def _customer(world: World, shape: Shape) -> Iterator[Event]:
    thing: Json = {"object": "customer", "id": f"cus_{world.id}", "name": f"Customer {world.id}"}
    if (default := _default_of(world, shape)) is not None:
        thing["invoice_settings"] = {"default_payment_method": default.id}
    yield Event("customer.created", _born(world), {**thing, "invoice_settings": {"default_payment_method": None}})
    yield Event("customer.updated", _born(world) + 3600, thing)


def _default_of(world: World, shape: Shape) -> Method | None:
    """Where all contracts charge one method, companies set it on the customer and not on each."""
    charged = {agreement.method.id: agreement.method for agreement in world.agreements if agreement.method}
    unset = any(agreement.method is None and agreement.autopay for agreement in world.agreements)
    return charged.popitem()[1] if shape.default_on_customer and len(charged) == 1 and not unset else None


def _method(world: World, method: Method) -> Iterator[Event]:
    thing = {"object": "payment_method", "id": method.id, "customer": f"cus_{world.id}", **method_details(method)}
    yield Event("payment_method.attached", _born(world) + 60, thing)
    if method.status == "detached":
        yield Event("payment_method.detached", second(world.at) - 7200, {**thing, "customer": None})


STATUSES: Mapping[str, str] = {
    "active": "active",
    "grace": "past_due",
    "lapsed": "unpaid",
    "pending": "incomplete",
    "cancelled": "canceled",
}


def _subscription(world: World, agreement: Agreement, shape: Shape) -> Iterator[Event]:
    bills = world.bills_of(agreement)
    first = day_second(bills[0].issued if bills else agreement.started or world.at.date())
    now = _subscription_now(world, agreement, shape, bills[-1].issued if bills else world.at.date())
    yield Event("customer.subscription.created", first, {**now, "status": "active", "ended_at": None})
    # The end of a period is told when the period begins; that it lapsed, when it did.
    last = day_second(bills[-1].issued) + 600 if bills else first + 600
    yield Event("customer.subscription.updated", last, {**now, "status": "active", "ended_at": None})
    ended = day_second(agreement.ended) + 7200 if agreement.ended else 0
    kind = "deleted" if agreement.status == "cancelled" else "updated"
    yield Event(f"customer.subscription.{kind}", min(max(last, ended) + 600, second(world.at)), now)


def _subscription_now(world: World, agreement: Agreement, shape: Shape, last: date) -> Json:
    interval = ("year", 1) if agreement.months == 12 else ("month", agreement.months)
    period_end = agreement.next_bill or last
    metadata = {"title": agreement.title, "kind": "policy" if agreement.policy else ""}
    if agreement.grace_until:
        metadata["grace_days"] = str((agreement.grace_until - last).days)
    method = None if _default_of(world, shape) else agreement.method
    price = {
        "object": "price",
        "id": f"price_{agreement.id}",
        "currency": world.currency.lower(),
        "unit_amount": agreement.amount,
        "recurring": {"interval": interval[0], "interval_count": interval[1]},
    }
    return {
        "object": "subscription",
        "id": agreement.id,
        "customer": f"cus_{world.id}",
        "status": STATUSES[agreement.status],
        "currency": world.currency.lower(),
        "collection_method": "charge_automatically" if agreement.autopay else "send_invoice",
        "default_payment_method": method.id if method else None,
        "start_date": day_second(agreement.started or last),
        "created": day_second(agreement.started or last),
        "current_period_start": day_second(last),
        "current_period_end": day_second(period_end),
        "ended_at": day_second(agreement.ended) if agreement.ended and agreement.status == "cancelled" else None,
        "metadata": metadata,
        "items": {"object": "list", "data": [{"quantity": 1, "price": price}]},
    }


def _invoice(world: World, bill: Bill, shape: Shape) -> Iterator[Event]:
    issued = day_second(bill.issued) + 3600
    draft = _bill(world, bill, shape) | {"status": "draft", "number": None}
    opened = _bill(world, bill, shape) | {"status": "open", "status_transitions": {"finalized_at": issued}}
    yield Event("invoice.created", issued - 3000, draft | {"status_transitions": {}})
    yield Event("invoice.finalized", issued, opened)
    payments = world.payments_for(bill)
    tries = [each.at for payment in payments for each in payment.attempts if each.outcome == "declined"]
    if tries and bill.status == "open":
        failed = opened | {"attempt_count": len(tries), "attempted": True}
        retry = second(bill.next_retry) if bill.next_retry else None
        yield Event("invoice.payment_failed", second(max(tries)) + 2, failed | {"next_payment_attempt": retry})
    if bill.status == "paid" and bill.paid_at:
        steps = {"finalized_at": issued, "paid_at": second(bill.paid_at)}
        yield Event("invoice.paid", second(bill.paid_at) + 1, opened | {"status": "paid", "status_transitions": steps})
    if bill.status == "void":
        yield Event("invoice.voided", second(world.at) - 3000, opened | {"status": "void"})


def _bill(world: World, bill: Bill, shape: Shape) -> Json:
    """The period on the bill itself is the one before, as the provider has it; the lines carry the one billed."""
    agreement = bill.agreement
    earlier = [each for each in world.bills_of(agreement) if each.issued < bill.issued]
    taxes = sum(line.amount for line in bill.lines if line.kind == "tax")
    off = -sum(line.amount for line in bill.lines if line.kind == "discount")
    thing: Json = {
        "object": "invoice",
        "id": bill.id,
        "customer": f"cus_{world.id}",
        "number": bill.number,
        "currency": world.currency.lower(),
        "created": day_second(bill.issued) + 600,
        "due_date": None if agreement.autopay else day_second(bill.due) + 3600,
        "collection_method": "charge_automatically" if agreement.autopay else "send_invoice",
        "period_start": day_second((earlier[-1] if earlier else bill).issued),
        "period_end": day_second(bill.issued),
        "total": bill.total,
        "total_tax_amounts": [{"amount": taxes, "inclusive": False}] if taxes else [],
        "total_discount_amounts": [{"amount": off}] if off else [],
        "lines": {"object": "list", "data": [_line(bill, line, at) for at, line in enumerate(bill.lines)
                                             if line.kind not in {"tax", "discount"}]},
    }  # fmt: skip
    if shape.newer:
        thing["parent"] = {"type": "subscription_details", "subscription_details": {"subscription": agreement.id}}
    else:
        thing["subscription"] = agreement.id
    return thing


def _line(bill: Bill, line: Line, number: int) -> Json:
    recurring = line.kind in {"premium", "plan", "rider"}
    start, end = bill.start, bill.end
    return {
        "id": f"il_{bill.id}{number}",
        "object": "line_item",
        "type": "subscription" if recurring else "invoiceitem",
        "proration": line.kind == "proration",
        "amount": line.amount,
        "description": line.text,
        "period": {"start": day_second(start), "end": day_second(end) + 86_400 if recurring else day_second(end)},
    }


def _dispute(world: World, dispute: Dispute) -> Iterator[Event]:
    for number, (status, at) in enumerate(dispute.steps):
        word = "created" if number == 0 else "closed" if status in {"won", "lost"} else "updated"
        moves = [{"amount": -dispute.amount, "fee": 1500, "currency": world.currency.lower()}]
        if status == "won":
            moves.append({"amount": dispute.amount, "fee": 0, "currency": world.currency.lower()})
        thing = {
            "object": "dispute",
            "id": dispute.id,
            "charge": f"ch_{dispute.payment.id}",
            "payment_intent": dispute.payment.id,
            "status": status,
            "reason": dispute.reason,
            "amount": dispute.amount,
            "currency": world.currency.lower(),
            "created": second(dispute.opened),
            "evidence_details": {"due_by": second(dispute.due) if dispute.due else None, "submission_count": number},
            "balance_transactions": moves,
        }
        yield Event(f"charge.dispute.{word}", second(at), thing)
