"""What a customer sees of their own money. Called in their scope; the database shows nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import BooleanField, Case, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.dateparse import parse_date

from billing.diagnosis.findings import ASK_US, CustomerFinding, Diagnosis, RecordKind
from billing.models import Customer, Invoice, Payment, Refund
from billing.states import REFUND_ENDED, REFUND_HOLDS_MONEY, InvoiceStatus, PaymentStatus, RefundStatus
from billing.text.moments import moment_of

PAGE_SIZE = 24
# What a customer is told of: not what was asked and refused, nor what waits for a second person.
TOLD = frozenset(RefundStatus.values) - {RefundStatus.REQUESTED} - REFUND_ENDED
# Told of, and neither arrived nor come back: the money is promised.
ON_ITS_WAY = REFUND_HOLDS_MONEY - {RefundStatus.REQUESTED, RefundStatus.SUCCEEDED}

# Topics of the contact form, by what was found.
OTHER = "something-else"
TOPICS = {
    "charged_twice": "charged-twice",
    "billed_twice": "wrong-bill",
    "bill_does_not_add_up": "wrong-bill",
    "bill_higher": "wrong-bill",
    "billed_after_end": "wrong-bill",
    "wrong_currency": "wrong-bill",
    "refund_late": "refund",
    "refund_failed": "refund",
    "refund_failed_after_success": "refund",
    "autopay_missed": "autopay",
    "autopay_without_method": "autopay",
}
ASKED = {"possible_duplicate": "charged-twice"}  # these ask the customer something in words of their own

RowT = TypeVar("RowT", Invoice, Payment)


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    rows: list[RowT]
    older: str  # the key of the next page, empty on the last


def bills_page(customer: Customer, *, before: str) -> Page[Invoice]:
    bills = Invoice.objects.filter(customer=customer).exclude(status=InvoiceStatus.DRAFT).select_related("agreement")
    return _page(_knowing_what_went_back(bills), "issued_on", before)


def payments_page(customer: Customer, *, before: str) -> Page[Payment]:
    payments = Payment.objects.filter(customer=customer).select_related("method", "invoice")
    return _page(payments.prefetch_related(_refunds_told()), "created_at", before)


def bills_of(customer: Customer) -> QuerySet[Invoice]:
    issued = Invoice.objects.filter(customer=customer).exclude(status=InvoiceStatus.DRAFT)
    rows = Payment.objects.select_related("method").order_by("created_at").prefetch_related(_refunds_told())
    payments = Prefetch("payments", queryset=rows)
    return (
        _knowing_what_went_back(issued)
        .select_related("agreement", "corrects", "customer")
        .prefetch_related("lines", payments)
    )


def payments_of(customer: Customer) -> QuerySet[Payment]:
    payments = Payment.objects.filter(customer=customer).select_related("method", "invoice", "agreement")
    return payments.prefetch_related(_refunds_told())


def refunds_of(customer: Customer) -> QuerySet[Refund]:
    told = Refund.objects.filter(customer=customer, status__in=TOLD)
    return told.select_related("payment__method", "payment__invoice")


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in the customer's words, and where they write about it; empty where the next move is not to write."""

    finding: CustomerFinding
    topic: str


def what_happened(diagnosis: Diagnosis, kind: RecordKind, record_id: int) -> list[Told]:
    """What may be said to the customer about one record; empty where all is well with it."""
    told = ((finding.code, finding.for_customer()) for finding in diagnosis.about(kind, record_id))
    return [
        Told(said, TOPICS.get(code, OTHER) if said.next_step == ASK_US else ASKED.get(code, "")) for code, said in told
    ]


def _knowing_what_went_back(bills: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """With ``sent_back``: it was paid, and so much went back or is on its way back that it is paid no longer."""
    of_bill = Payment.objects.filter(
        invoice=OuterRef("pk"), status=PaymentStatus.SUCCEEDED, currency=OuterRef("currency")
    ).order_by()
    on_its_way = Refund.objects.filter(
        payment__invoice=OuterRef("pk"), status__in=ON_ITS_WAY, currency=OuterRef("currency")
    ).order_by()
    kept = F("captured_minor") - F("refunded_minor") - F("disputed_lost_minor")
    needed = F("total_minor") - F("credited_minor") - F("carried_minor") - F("written_off_minor")
    gone = Q(_back__gt=0) & Q(_kept__lt=needed + F("_going"))
    return bills.alias(
        _kept=_summed(of_bill.values("invoice").annotate(sum=Sum(kept))) + F("transferred_minor"),
        _going=_summed(on_its_way.values("payment__invoice").annotate(sum=Sum("amount_minor"))),
        _back=_summed(of_bill.values("invoice").annotate(sum=Sum("refunded_minor"))) + F("_going"),
    ).annotate(
        sent_back=Case(
            When(Q(status=InvoiceStatus.PAID) & gone, then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
    )


def _summed(rows: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(rows.values("sum")), 0)


def _refunds_told() -> "Prefetch[str, QuerySet[Refund], str]":
    told = Refund.objects.filter(status__in=TOLD).order_by("-requested_at")
    return Prefetch("refunds", queryset=told, to_attr="told")


def _page(rows: QuerySet[RowT], by: str, before: str) -> Page[RowT]:
    """One page by key: the moment of the last row shown and its id. A key that cannot be read starts at the top."""
    rows = rows.order_by(f"-{by}", "-pk")
    if (key := _key(before, parse_date if by == "issued_on" else moment_of)) is not None:
        moment, number = key
        rows = rows.filter(Q(**{f"{by}__lt": moment}) | Q(**{by: moment, "pk__lt": number}))
    found = list(rows[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    older = f"{getattr(shown[-1], by).isoformat()}_{shown[-1].pk}" if len(found) > PAGE_SIZE else ""
    return Page(shown, older)


def _key(text: str, read: Callable[[str], datetime | date | None]) -> tuple[datetime | date, int] | None:
    moment, _, number = text.replace(" ", "+").rpartition("_")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    try:
        found = read(moment)
    except ValueError:
        return None
    return (found, int(number)) if found is not None else None
