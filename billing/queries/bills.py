"""A bill as its customer sees it: the frozen words, and beside them what happened since. In the customer's scope."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from billing.bill_documents import hash_of
from billing.credits.balance import Standing
from billing.models import CreditNote, Customer, Invoice, InvoiceRendering
from billing.money import Money
from billing.queries.crediting import credit_with_us, standing_of
from billing.states import CreditStatus, InvoiceStatus

SHOWN_CREDITS = 6
PAYABLE = frozenset({InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE})


class RenderingBroken(Exception):
    """A frozen bill no longer has the hash it was written with. Nobody may be shown it as what was seen."""


@dataclass(frozen=True, slots=True)
class SeenLine:
    description: str
    amount: Money
    since_on: date | None


@dataclass(frozen=True, slots=True)
class SeenBill:
    number: str
    issued_on: date
    due_on: date | None
    period_start: date | None
    period_end: date | None
    issuer: tuple[str, ...]
    customer: Mapping[str, Any]  # of a bill frozen before addresses were kept, without one
    agreement: str
    corrects: str
    lines: tuple[SeenLine, ...]
    tax: Money
    total: Money
    carried: Money
    version: int
    sha256: str

    @property
    def to_pay(self) -> Money:
        return self.total - self.carried


@dataclass(frozen=True, slots=True)
class BillNow:
    """What became of the bill since it was written."""

    invoice: Invoice
    standing: Standing
    credits: list[CreditNote]
    corrected_by: Invoice | None
    versions: list[InvoiceRendering]  # newest first
    credit: Money  # of theirs with us, from other bills; told where this one asks for money

    @property
    def due(self) -> Money:
        return Money(self.standing.due_minor if self.invoice.status in PAYABLE else 0, self.invoice.currency)


def seen_bill(rendering: InvoiceRendering) -> SeenBill:
    """Read from the rendering alone; raises RenderingBroken where it was tampered with."""
    told = rendering.document
    if hash_of(told) != rendering.sha256:
        raise RenderingBroken(f"rendering {rendering.pk}")
    currency = told["currency"]
    return SeenBill(
        number=told["number"],
        issued_on=date.fromisoformat(told["issued_on"]),
        due_on=_day(told["due_on"]),
        period_start=_day(told["period_start"]),
        period_end=_day(told["period_end"]),
        issuer=tuple(told["issuer"]),
        customer=told["customer"],
        agreement=told["agreement"],
        corrects=told["corrects"],
        lines=tuple(_line(line, currency) for line in told["lines"]),
        tax=Money(told["tax_minor"], currency),
        total=Money(told["total_minor"], currency),
        carried=Money(told["carried_minor"], currency),
        version=rendering.number,
        sha256=rendering.sha256,
    )


def bill_now(invoice: Invoice) -> BillNow:
    asks = invoice.status in PAYABLE
    return BillNow(
        invoice=invoice,
        standing=standing_of(invoice),
        credits=list(invoice.credit_notes.filter(status=CreditStatus.ISSUED).order_by("issued_at")),
        corrected_by=Invoice.objects.filter(corrects=invoice).first(),
        versions=list(invoice.renderings.order_by("-number")),
        credit=credit_with_us(invoice.customer_id, currency=invoice.currency) if asks else Money.zero(invoice.currency),
    )


def credits_of(customer: Customer) -> QuerySet[CreditNote]:
    """Only what was issued: what waits may be rejected, and the customer was promised nothing."""
    issued = CreditNote.objects.filter(customer=customer, status=CreditStatus.ISSUED)
    return issued.select_related("invoice__corrected_by", "refund").prefetch_related("lines")


def credits_of_case(customer_id: int) -> list[CreditNote]:
    """The newest, for staff: what waits and what was rejected as well."""
    rows = CreditNote.objects.filter(customer=customer_id).select_related("invoice", "refund")
    return list(rows.order_by("-requested_at", "-pk")[:SHOWN_CREDITS])


def _line(told: Mapping[str, Any], currency: str) -> SeenLine:
    return SeenLine(told["description"], Money(told["amount_minor"], currency), _day(told["since_on"]))


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
