"""All that is known of one customer's money. Rules read this and nothing else."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from billing.diagnosis.records import (
    AgreementFact,
    DisputeFact,
    InvoiceFact,
    MethodFact,
    PaymentFact,
    PromiseFact,
    RefundFact,
)
from billing.states import InvoiceStatus, PaymentStatus

_Record = TypeVar("_Record", InvoiceFact, PaymentFact, RefundFact, DisputeFact)


@dataclass(frozen=True)
class Facts:
    customer_id: int
    time_zone: str = "UTC"
    agreements: tuple[AgreementFact, ...] = ()
    methods: tuple[MethodFact, ...] = ()
    invoices: tuple[InvoiceFact, ...] = ()
    payments: tuple[PaymentFact, ...] = ()
    refunds: tuple[RefundFact, ...] = ()
    disputes: tuple[DisputeFact, ...] = ()
    promises: tuple[PromiseFact, ...] = ()
    bank_holidays: frozenset[date] = field(default_factory=frozenset)

    # Looked up by id once; rules walk lists of one customer's records many times.

    @cached_property
    def agreement_by_id(self) -> dict[int, AgreementFact]:
        return {each.id: each for each in self.agreements}

    @cached_property
    def method_by_id(self) -> dict[int, MethodFact]:
        return {each.id: each for each in self.methods}

    @cached_property
    def invoice_by_id(self) -> dict[int, InvoiceFact]:
        return {each.id: each for each in self.invoices}

    @cached_property
    def payment_by_id(self) -> dict[int, PaymentFact]:
        return {each.id: each for each in self.payments}

    @cached_property
    def payments_on(self) -> dict[int, list[PaymentFact]]:
        """By invoice, oldest first."""
        return _grouped(sorted(self.payments, key=lambda each: (each.moment, each.id)), "invoice_id")

    @cached_property
    def refunds_of(self) -> dict[int, list[RefundFact]]:
        """By payment, oldest first."""
        return _grouped(sorted(self.refunds, key=lambda each: (each.requested_at, each.id)), "payment_id")

    @cached_property
    def disputes_of(self) -> dict[int, list[DisputeFact]]:
        return _grouped(sorted(self.disputes, key=lambda each: (each.opened_at, each.id)), "payment_id")

    @cached_property
    def bills_of(self) -> dict[int, list[InvoiceFact]]:
        """Issued bills by agreement, oldest first."""
        issued = sorted((each for each in self.invoices if each.issued), key=lambda each: (each.issued_on, each.id))
        return _grouped(issued, "agreement_id")

    @cached_property
    def corrected_by(self) -> dict[int, InvoiceFact]:
        """By the wrong bill's id, the one that took its place. Only ever a later one: no chain ends where it began."""
        later = sorted(self.invoices, key=lambda each: each.id)
        return {each.corrects_id: each for each in later if each.corrects_id and each.corrects_id < each.id}

    def first_issued_on(self, invoice: InvoiceFact) -> date:
        """A corrected bill is for the day of the first one: what was promised for that day is owed on it."""
        wrong = self.invoice_by_id.get(invoice.corrects_id or 0)
        return self.first_issued_on(wrong) if wrong is not None and wrong.id < invoice.id else invoice.issued_on

    @cached_property
    def failed_payments(self) -> tuple[PaymentFact, ...]:
        return tuple(each for each in self.payments if each.status is PaymentStatus.FAILED)

    @cached_property
    def charges_alike(self) -> list[list[PaymentFact]]:
        """Payments taken or authorised of one amount on one card, oldest first."""
        groups: dict[tuple[object, ...], list[PaymentFact]] = {}
        for payment in sorted(self.payments, key=lambda each: (each.moment, each.id)):
            method = self.method_by_id.get(payment.method_id or 0)
            if payment.status in (PaymentStatus.SUCCEEDED, PaymentStatus.AUTHORISED):
                card = method.identity if method else None
                groups.setdefault((card, payment.amount_minor, payment.currency), []).append(payment)
        return [group for group in groups.values() if len(group) > 1]

    def kept_minor(self, payment: PaymentFact) -> int:
        """What we took and are not giving back: live refunds and disputes lost are off."""
        return self._kept[payment.id]

    def kept_whole(self, payment: PaymentFact) -> bool:
        """Taken, and nothing of it given back."""
        return payment.taken and 0 < payment.captured_minor == self.kept_minor(payment)

    def paid_minor(self, invoice: InvoiceFact) -> int:
        """By payments and by transfers."""
        return invoice.transferred_minor + self._paid.get(invoice.id, 0)

    @cached_property
    def _kept(self) -> dict[int, int]:
        return {payment.id: self._kept_of(payment) for payment in self.payments}

    def _kept_of(self, payment: PaymentFact) -> int:
        back = sum(refund.amount_minor for refund in self.refunds_of.get(payment.id, ()) if refund.alive)
        lost = sum(each.amount_minor for each in self.disputes_of.get(payment.id, ()) if each.won is False)
        # The payment's own counts know of refunds and disputes whose rows were never imported.
        gone = max(back, payment.refunded_minor) + max(lost, payment.disputed_lost_minor)
        return max(payment.taken_minor - gone, 0)

    @cached_property
    def _paid(self) -> dict[int, int]:
        paid: dict[int, int] = {}
        for payment in self.payments:
            invoice = self.invoice_by_id.get(payment.invoice_id or 0)
            if invoice is not None and invoice.currency == payment.currency:
                paid[invoice.id] = paid.get(invoice.id, 0) + self._kept[payment.id]
        return paid

    def owed_minor(self, invoice: InvoiceFact) -> int:
        """As the customer's page asks for it: credit notes on the bill, and what was carried over to it, are off."""
        asked = self.asked_minor(invoice) - invoice.written_off_minor
        return max(asked - self.paid_minor(invoice), 0) if invoice.unpaid else 0

    def asked_minor(self, invoice: InvoiceFact) -> int:
        """What payments of its own are to bring, paid or not."""
        return max(invoice.total_minor - invoice.credited_minor - invoice.carried_minor, 0)

    def rightful_minor(self, invoice: InvoiceFact) -> int:
        """What may stay with us of its own payments: asked for here, carried on, or left on the balance by a credit."""
        return max(self._worth_minor(invoice) - invoice.carried_minor, 0)

    def over_minor(self, invoice: InvoiceFact) -> int:
        return max(self.paid_minor(invoice) - self.rightful_minor(invoice), 0)

    def _worth_minor(self, invoice: InvoiceFact) -> int:
        here = 0 if invoice.status is InvoiceStatus.VOID else max(invoice.total_minor - invoice.credited_minor, 0)
        later = self.corrected_by.get(invoice.id)
        # What was carried on and then sent back for a credit on the later bill is not needed any more.
        return here + invoice.left_minor + (min(later.carried_minor, self._worth_minor(later)) if later else 0)

    def contested(self, payment: PaymentFact) -> bool:
        return payment.refund_blocked or any(each.open for each in self.disputes_of.get(payment.id, ()))


def _grouped(records: list[_Record], key: str) -> dict[int, list[_Record]]:
    groups: dict[int, list[_Record]] = {}
    for record in records:
        owner = getattr(record, key)
        if owner is not None:
            groups.setdefault(owner, []).append(record)
    return groups
