"""One customer's records as plain facts for the diagnosis, in seven queries whatever the history.

Called inside a scope: the database shows what the one who asks may see, and nothing else.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.module_loading import import_string

from billing.diagnosis.facts import Facts
from billing.diagnosis.records import (
    AgreementFact,
    AttemptFact,
    CreditFact,
    DisputeFact,
    InvoiceFact,
    LineFact,
    MethodFact,
    PaymentFact,
    PromiseFact,
    RefundFact,
)
from billing.models import (
    Agreement,
    CreditNote,
    Invoice,
    InvoiceLine,
    Payment,
    PaymentAttempt,
    PaymentMethod,
    Promise,
    Refund,
)
from billing.states import (
    AgreementStatus,
    AttemptOutcome,
    CreditKind,
    CreditStatus,
    InvoiceStatus,
    LineKind,
    MethodKind,
    MethodStatus,
    OwedBack,
    PaymentStatus,
    RefundStatus,
)

# Older records explain nothing that is asked today; an unpaid bill stays in view whatever its age.
YEARS_READ = 5
# Lines explain the last bill by the one before, which is a year older where bills are yearly.
LINES_READ = timedelta(days=800)

_AGREEMENT = ("id", "reference", "title", "kind", "amount_minor", "currency", "interval_months", "autopay",
              "started_on", "next_bill_on", "grace_until", "ended_on")  # fmt: skip
_METHOD = ("id", "brand", "last4", "exp_month", "exp_year", "fingerprint")
_INVOICE = ("id", "total_minor", "currency", "issued_on", "due_on", "period_start", "period_end", "agreement_id",
            "next_retry_at", "credited_minor", "carried_minor", "corrects_id", "transferred_minor",
            "written_off_minor")  # fmt: skip
_PAYMENT = ("id", "reference", "amount_minor", "currency", "created_at", "captured_minor", "refunded_minor",
            "disputed_lost_minor", "invoice_id", "intended_invoice_id", "agreement_id", "method_id", "authorised_at",
            "hold_expires_at", "captured_at", "failed_at", "descriptor", "refund_blocked")  # fmt: skip
_REFUND = ("id", "reference", "payment_id", "amount_minor", "currency", "requested_at", "sent_at", "settled_at",
           "expected_on", "bank_reference", "failed_at", "failure_reason")  # fmt: skip
_PROMISE = ("id", "reference", "amount_minor", "currency", "starts_on", "ends_on", "agreement_id")
_LINE = ("kind", "description", "amount_minor", "since_on")
_CREDIT = ("kind", "amount_minor", "owed_back", "owed_minor")
_ATTEMPT = ("number", "at", "outcome", "decline_code", "network_code", "advice_code", "network", "next_retry_at")


def diagnosis_facts(customer_id: int, *, at: datetime) -> Facts:
    return diagnosis_facts_of([customer_id], at=at)[customer_id]


def diagnosis_facts_of(customer_ids: Sequence[int], *, at: datetime) -> dict[int, Facts]:
    """Of several customers, in as many queries as of one."""
    since = at - timedelta(days=365 * YEARS_READ)
    read: dict[str, Any] = {
        "agreements": _by_customer(_agreements(customer_ids)),
        "methods": _by_customer(_methods(customer_ids)),
        "invoices": _by_customer(_invoices(customer_ids, since=since.date(), at=at)),
        "payments": _by_customer(_payments(customer_ids, since=since)),
        "refunds": _by_customer(_refunds(customer_ids, since=since)),
        "disputes": _by_customer(_disputes(customer_ids)),
        "promises": _by_customer(_promises(customer_ids)),
    }
    return {
        customer_id: Facts(
            customer_id=customer_id,
            time_zone=settings.TIME_ZONE,
            **_of(read, customer_id),
        )
        for customer_id in customer_ids
    }


def _of(read: dict[str, Any], customer_id: int) -> dict[str, Any]:
    return {name: tuple(found.get(customer_id, ())) for name, found in read.items()}


def _by_customer(rows: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for customer_id, fact in rows:
        found.setdefault(customer_id, []).append(fact)
    return found


def _agreements(customer_ids: Sequence[int]) -> Iterable[tuple[int, AgreementFact]]:
    rows = Agreement.objects.filter(customer_id__in=customer_ids).order_by("id")
    for row in rows.values(*_AGREEMENT, "customer_id", "status", "payment_method_id"):
        method_id, status = row.pop("payment_method_id"), AgreementStatus(row.pop("status"))
        yield row.pop("customer_id"), AgreementFact(**row, status=status, method_id=method_id)


def _methods(customer_ids: Sequence[int]) -> Iterable[tuple[int, MethodFact]]:
    rows = PaymentMethod.objects.filter(customer_id__in=customer_ids).order_by("id")
    for row in rows.values(*_METHOD, "customer_id", "kind", "status"):
        kind, status = MethodKind(row.pop("kind")), MethodStatus(row.pop("status"))
        yield row.pop("customer_id"), MethodFact(**row, kind=kind, status=status)


def _invoices(customer_ids: Sequence[int], *, since: date, at: datetime) -> Iterable[tuple[int, InvoiceFact]]:
    lines = InvoiceLine.objects.filter(invoice=OuterRef("pk"), invoice__issued_on__gte=at.date() - LINES_READ).order_by(
        "position"
    )
    credits = CreditNote.objects.filter(invoice=OuterRef("pk"), status=CreditStatus.ISSUED).order_by("id")
    rows = (
        Invoice.objects.filter(customer_id__in=customer_ids)
        .filter(Q(issued_on__gte=since) | Q(status=InvoiceStatus.OPEN))
        .order_by("id")
        .annotate(read_lines=_as_objects(lines, _LINE), read_credits=_as_objects(credits, _CREDIT))
    )
    for row in rows.values(*_INVOICE, "customer_id", "number", "status", "read_lines", "read_credits"):
        reference, status = row.pop("number"), InvoiceStatus(row.pop("status"))
        lines_read = tuple(_line(each) for each in row.pop("read_lines"))
        credits_read = tuple(_credit(each) for each in row.pop("read_credits"))
        yield (
            row.pop("customer_id"),
            InvoiceFact(**row, reference=reference, status=status, lines=lines_read, credits=credits_read),
        )


def _payments(customer_ids: Sequence[int], *, since: datetime) -> Iterable[tuple[int, PaymentFact]]:
    attempts = PaymentAttempt.objects.filter(payment=OuterRef("pk")).order_by("number")
    rows = (
        Payment.objects.filter(customer_id__in=customer_ids)
        .filter(Q(created_at__gte=since) | Q(invoice__status=InvoiceStatus.OPEN))
        .order_by("id")
        .annotate(read_attempts=_as_objects(attempts, _ATTEMPT))
    )
    for row in rows.values(*_PAYMENT, "customer_id", "status", "read_attempts"):
        status, read = PaymentStatus(row.pop("status")), row.pop("read_attempts")
        attempted = tuple(_attempt(each) for each in read)
        yield row.pop("customer_id"), PaymentFact(**row, status=status, attempts=attempted)


def _refunds(customer_ids: Sequence[int], *, since: datetime) -> Iterable[tuple[int, RefundFact]]:
    rows = Refund.objects.filter(customer_id__in=customer_ids, payment__created_at__gte=since).order_by("id")
    for row in rows.values(*_REFUND, "customer_id", "status"):
        yield row.pop("customer_id"), RefundFact(**(row | {"status": RefundStatus(row["status"])}))


def _promises(customer_ids: Sequence[int]) -> Iterable[tuple[int, PromiseFact]]:
    rows = Promise.objects.filter(customer_id__in=customer_ids).order_by("id")
    for row in rows.values(*_PROMISE, "customer_id", "kind"):
        yield row.pop("customer_id"), PromiseFact(**(row | {"kind": LineKind(row["kind"])}))


def _disputes(customer_ids: Sequence[int]) -> Iterable[tuple[int, DisputeFact]]:
    """Disputes stand above billing: settings name who knows them."""
    read: Callable[[Sequence[int]], Iterable[tuple[int, DisputeFact]]] = import_string(settings.BILLING_DISPUTE_FACTS)
    return read(customer_ids)


def _as_objects(rows: Any, fields: tuple[str, ...]) -> ArraySubquery:
    """Rows of a child table beside their parent, without a query for each and without a join that repeats it."""
    return ArraySubquery(rows.values(read=JSONObject(**{name: name for name in fields})))


def _line(read: dict[str, Any]) -> LineFact:
    since = date.fromisoformat(read["since_on"]) if read["since_on"] else None
    return LineFact(LineKind(read["kind"]), read["description"], read["amount_minor"], since)


def _credit(read: dict[str, Any]) -> CreditFact:
    """What is sent back is a refund, with a row of its own."""
    left_minor = read["owed_minor"] if read["owed_back"] == OwedBack.KEEP else 0
    return CreditFact(CreditKind(read["kind"]), read["amount_minor"], left_minor)


def _attempt(read: dict[str, Any]) -> AttemptFact:
    retry_at = datetime.fromisoformat(read["next_retry_at"]) if read["next_retry_at"] else None
    values = read | {
        "at": datetime.fromisoformat(read["at"]),
        "outcome": AttemptOutcome(read["outcome"]),
        "next_retry_at": retry_at,
    }
    return AttemptFact(**values)
