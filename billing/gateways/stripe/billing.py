"""Customers, subscriptions and invoices, in every shape since 2012."""

from collections.abc import Iterator, Sequence
from typing import Final

from billing.gateways.facts import CustomerFacts, Facts, InvoiceFacts, LineFacts, SubscriptionFacts
from billing.gateways.stripe.addresses import envelope
from billing.gateways.stripe.fields import (
    Json,
    amount,
    choice,
    currency,
    flag,
    items,
    moment,
    needed_id,
    needed_moment,
    part,
    reference,
    text,
)
from billing.gateways.stripe.payments import read_invoice_payment
from billing.states import AgreementStatus, InvoiceStatus, LineKind

AGREEMENT_STATUS: Final = {
    "incomplete": AgreementStatus.PENDING,
    "trialing": AgreementStatus.ACTIVE,
    "active": AgreementStatus.ACTIVE,
    "past_due": AgreementStatus.GRACE,
    "unpaid": AgreementStatus.LAPSED,
    "paused": AgreementStatus.LAPSED,
    "incomplete_expired": AgreementStatus.LAPSED,
    "canceled": AgreementStatus.CANCELLED,
}
INVOICE_STATUS: Final = {status.value: status for status in InvoiceStatus}
GRACE_DAYS: Final = 14
MONTHS: Final = {"month": 1, "year": 12}  # a week or a day is billed within the month


def read_customer(source: Json, *, deleted: bool = False) -> CustomerFacts:
    languages = source.get("preferred_locales")
    language = languages[0] if isinstance(languages, list) and languages and isinstance(languages[0], str) else ""
    return CustomerFacts(
        object_id=needed_id(source),
        name=text(source, "name", 200),
        email=text(source, "email", 254),
        phone=text(source, "phone", 40),
        address=envelope(source),
        country=text(part(source, "address"), "country", 2),
        language=language[:10],
        default_method=reference(part(source, "invoice_settings"), "default_payment_method")
        or reference(source, "default_source"),
        deleted=deleted or flag(source, "deleted"),
    )


def read_subscription(source: Json) -> SubscriptionFacts:
    plans = [_plan(item) for item in items(source, "items")] or [_plan(source)]
    first, metadata = plans[0], part(source, "metadata")
    ends = [moment(item, "current_period_end") for item in items(source, "items")]
    return SubscriptionFacts(
        object_id=needed_id(source),
        customer=reference(source, "customer"),
        method=reference(source, "default_payment_method") or reference(source, "default_source"),
        status=choice(text(source, "status"), AGREEMENT_STATUS, "status"),
        policy=text(metadata, "kind") == "policy" or bool(text(metadata, "policy_number")),
        title=text(metadata, "title", 200) or text(source, "description", 200) or _title(first[0]),
        amount_minor=sum(cost for plan, cost in plans if text(plan, "currency") == text(first[0], "currency")),
        currency=currency(source if source.get("currency") else first[0]),
        interval_months=_months(first[0]),
        autopay=text(source, "collection_method") != "send_invoice" and text(source, "billing") != "send_invoice",
        started=moment(source, "start_date") or moment(source, "start") or moment(source, "created"),
        period_end=moment(source, "current_period_end") or max((end for end in ends if end), default=None),
        grace_ends=_grace_ends(source),
        ended=moment(source, "ended_at"),
    )


def _grace_ends(source: Json) -> int:
    """The provider retries for two weeks from the day that the period was due; a policy may say another number."""
    starts = [moment(each, "current_period_start") for each in (source, *items(source, "items"))]
    days = text(part(source, "metadata"), "grace_days", 3)
    due = next((start for start in starts if start), None)
    due = due or moment(source, "start") or needed_moment(source, "created")
    return due + (int(days) if days.isascii() and days.isdigit() else GRACE_DAYS) * 24 * 3600


def _plan(item: Json) -> tuple[Json, int]:
    """A subscription's item: what is sold, and what it costs a period."""
    plan = part(item, "price") or part(item, "plan")
    each = amount(plan, "unit_amount") or amount(plan, "amount")
    return plan, max(0, each * (amount(item, "quantity", 1)))


def _title(plan: Json) -> str:
    return text(plan, "nickname", 200) or text(plan, "name", 200) or text(plan, "id", 200)


def _months(plan: Json) -> int:
    repeats = part(plan, "recurring") or plan
    return max(1, min(120, MONTHS.get(text(repeats, "interval"), 1) * amount(repeats, "interval_count", 1)))


def invoice_and_parts(source: Json) -> Iterator[Facts]:
    if not source.get("id"):
        return  # a preview of a bill to come: nothing was billed yet
    invoice = read_invoice(source)
    yield invoice
    for payment in items(source, "payments"):
        if payment.get("id") and part(payment, "payment"):
            yield read_invoice_payment({"invoice": invoice.object_id, **payment})


def read_invoice(source: Json) -> InvoiceFacts:
    steps = part(source, "status_transitions")
    total, money = amount(source, "total"), currency(source)
    status = _invoice_status(source)
    subscription = part(part(source, "parent"), "subscription_details")
    start, end = _billed_period(source)
    return InvoiceFacts(
        object_id=needed_id(source),
        customer=reference(source, "customer"),
        subscription=reference(source, "subscription") or reference(subscription, "subscription"),
        intent=reference(source, "payment_intent"),
        charge=reference(source, "charge"),
        number=text(source, "number", 40),
        status=status,
        currency=money,
        total_minor=total,
        issued=moment(steps, "finalized_at") or moment(source, "created") or needed_moment(source, "date"),
        due=moment(source, "due_date"),
        period_start=start or moment(source, "period_start"),
        period_end=end or moment(source, "period_end"),
        paid_at=moment(steps, "paid_at"),
        next_retry=moment(source, "next_payment_attempt") if status == InvoiceStatus.OPEN else None,
        attempts=amount(source, "attempt_count"),
        lines=tuple(_lines(source, total)),
    )


def _billed_period(source: Json) -> tuple[int | None, int | None]:
    """The days that the recurring lines are for. The period on the bill itself is, by then, the one before."""
    recurring = [line for line in items(source, "lines") if _recurs(line) and not _prorates(line)]
    starts = [start for line in recurring if (start := moment(part(line, "period"), "start"))]
    ends = [end for line in recurring if (end := moment(part(line, "period"), "end"))]
    return min(starts, default=None), max(ends, default=None)


def _invoice_status(source: Json) -> str:
    if text(source, "status"):
        return choice(text(source, "status"), INVOICE_STATUS, "status")
    # Before 2018 an invoice was paid, forgiven, closed, or none of them.
    if flag(source, "paid"):
        return InvoiceStatus.PAID
    if flag(source, "forgiven"):
        return InvoiceStatus.UNCOLLECTIBLE
    if flag(source, "closed"):
        return InvoiceStatus.VOID
    return InvoiceStatus.OPEN if flag(source, "attempted") else InvoiceStatus.DRAFT


def _lines(source: Json, total: int) -> Iterator[LineFacts]:
    """The bill's lines; what they do not add up to (tax, discount, lines past the first page) is a line as well."""
    lines = [_line(line) for line in items(source, "lines")]
    tax, discount = _tax(source), -_sum(source, "total_discount_amounts")
    if tax:
        lines.append(LineFacts(description="Tax", amount_minor=tax, line_kind=LineKind.TAX))
    if discount:
        lines.append(LineFacts(description="Discount", amount_minor=discount, line_kind=LineKind.DISCOUNT))
    yield from lines
    rest = total - sum(line.amount_minor for line in lines)
    if rest and part(source, "lines").get("has_more") is True:
        yield LineFacts(description="Further lines, listed at the provider", amount_minor=rest)
    elif rest:
        yield LineFacts(description="Adjustment", amount_minor=rest)


def _line(source: Json) -> LineFacts:
    cost = amount(source, "amount")
    return LineFacts(
        description=text(source, "description", 300) or _title(part(source, "price") or part(source, "plan")) or "Item",
        amount_minor=cost,
        line_kind=_line_kind(source, cost),
        since=moment(part(source, "period"), "start"),
        external_id=text(source, "id"),
    )


def _line_kind(source: Json, cost: int) -> LineKind:
    named = text(part(source, "metadata"), "kind")
    if named in LineKind.values:
        return LineKind(named)
    if _prorates(source):
        return LineKind.PRORATION
    if cost < 0:
        return LineKind.CREDIT
    return LineKind.PLAN if _recurs(source) else LineKind.OTHER


def _prorates(line: Json) -> bool:
    details = part(line, "parent")
    places = (line, part(details, "subscription_item_details"), part(details, "invoice_item_details"))
    return any(flag(place, "proration") for place in places)


def _recurs(line: Json) -> bool:
    return text(line, "type") == "subscription" or text(part(line, "parent"), "type") == "subscription_item_details"


def _tax(source: Json) -> int:
    """Tax on top of the lines, not the tax their prices include."""
    listed: Sequence[Json] = [*items(source, "total_taxes")] or [*items(source, "total_tax_amounts")]
    if not listed:
        return amount(source, "tax")
    on_top = (tax for tax in listed if not flag(tax, "inclusive") and tax.get("tax_behavior") != "inclusive")
    return sum(amount(tax, "amount") for tax in on_top)


def _sum(source: Json, name: str) -> int:
    return sum(amount(each, "amount") for each in items(source, name))
