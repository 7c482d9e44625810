"""Money that came in and stands in the wrong place: on another bill, on none, too much, too little, on a dead bill."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import ActionKind, Finding, Severity
from billing.diagnosis.practice import POSTING_DAYS
from billing.diagnosis.records import InvoiceFact, PaymentFact
from billing.diagnosis.rules.duplicates import meant_for_another_bill, waits_for
from billing.diagnosis.rules.parts import about, act, act_with, proofs, sending_back
from billing.diagnosis.words import day, day_of, money
from billing.states import InvoiceStatus, PaymentStatus

_IN_HAND = (PaymentStatus.PROCESSING, PaymentStatus.AUTHORISED, PaymentStatus.REQUIRES_ACTION)


def misapplied_payment(facts: Facts, at: datetime) -> Iterator[Finding]:
    """Told by the payment itself, or by a bill paid twice, days apart, while its neighbour waits for that sum."""
    for payment in facts.payments:
        applied = facts.invoice_by_id.get(payment.invoice_id or 0)
        if applied is None or facts.kept_minor(payment) == 0 or payment.moment > at:
            continue
        meant = _meant_bill(facts, payment, applied)
        if meant is None or not facts.owed_minor(meant):
            continue
        told = payment.intended_invoice_id == meant.id
        amount = money(facts.kept_minor(payment), payment.currency)
        yield Finding(
            code="misapplied_payment",
            severity=Severity.LOSS,
            headline=f"{amount} for {meant.reference} was put on {applied.reference}",
            explanation=(
                f"{'The payment names' if told else 'It fits'} bill {meant.reference}, which still waits for it. "
                "Move it; do not ask the customer again."
            ),
            customer_headline="Your payment went to the wrong bill",
            customer_text=(
                f"You paid {amount} on {day_of(payment.moment, at=at, zone=facts.time_zone)} for bill "
                f"{meant.reference}. We put it on bill {applied.reference} by mistake. We are sorry."
            ),
            reply_next="We are moving it to the right bill. You do not need to pay again.",
            evidence=proofs(payment, applied, meant),
            about=about(payment, applied, meant),
            actions=(
                act_with(ActionKind.MOVE_PAYMENT, "Move", facts.kept_minor(payment), payment.currency, payment, meant),
            ),
            at_stake_minor=facts.kept_minor(payment),
            currency=payment.currency,
        )


def unapplied_payment(facts: Facts, at: datetime) -> Iterator[Finding]:
    for payment in facts.payments:
        if payment.invoice_id is not None or payment.moment > at or facts.kept_minor(payment) == 0:
            continue
        waiting = [each for each in facts.invoices if waits_for(facts, each, payment)]
        if not waiting:
            continue
        bill, amount = (
            min(waiting, key=lambda each: (each.issued_on, each.id)),
            money(payment.captured_minor, payment.currency),
        )
        yield Finding(
            code="unapplied_payment",
            severity=Severity.DUE,
            headline=f"{amount} came in and is on no bill; {bill.reference} waits for just that",
            explanation="The money is ours to place. Put it on the bill before reminders or a lapse run.",
            customer_headline="We have your payment",
            customer_text=(
                f"We got your {amount} on {day_of(payment.moment, at=at, zone=facts.time_zone)}. "
                "It was not put on your bill."
            ),
            reply_next=f"We are putting it on bill {bill.reference}. You do not need to pay again.",
            evidence=proofs(payment, bill),
            about=about(payment, bill),
            actions=(
                act_with(ActionKind.MOVE_PAYMENT, "Apply", payment.captured_minor, payment.currency, payment, bill),
            ),
            at_stake_minor=payment.captured_minor,
            currency=payment.currency,
        )


def overpaid(facts: Facts, at: datetime) -> Iterator[Finding]:
    for invoice_id, payments in facts.payments_on.items():
        invoice = facts.invoice_by_id.get(invoice_id)
        if invoice is None or not invoice.issued or invoice.total_minor < 0:
            continue
        over = facts.over_minor(invoice)
        last = next((each for each in reversed(payments) if facts.kept_minor(each) >= over > 0), None)
        if last is None or last.moment > at or facts.contested(last):
            continue
        amount, total = money(over, invoice.currency), money(invoice.total_minor, invoice.currency)
        right, paid = (money(each(invoice), invoice.currency) for each in (facts.rightful_minor, facts.paid_minor))
        changed = right != total  # by credit notes, or by a corrected bill
        yield Finding(
            code="overpaid",
            severity=Severity.LOSS,
            headline=f"{amount} too much was taken for bill {invoice.reference}",
            explanation=(
                f"The bill was {total}; after credits and corrections {right} is ours, {paid} was kept."
                if changed
                else f"The bill is {total}, {paid} was kept."
            ),
            customer_headline="We took too much",
            customer_text=(
                f"Your bill {invoice.reference} was {total}{f', and {right} after we changed it' if changed else ''}. "
                f"We took {amount} more than that. We are sorry."
            ),
            reply_next=sending_back(facts, over, last),
            evidence=proofs(invoice, *(each for each in payments if facts.kept_minor(each))),
            about=about(invoice),
            actions=(act_with(ActionKind.REFUND_PAYMENT, "Refund", over, invoice.currency, last),),
            at_stake_minor=over,
            currency=invoice.currency,
        )


def part_paid(facts: Facts, at: datetime) -> Iterator[Finding]:
    for invoice in facts.invoices:
        paid, owed = facts.paid_minor(invoice), facts.owed_minor(invoice)
        payments = facts.payments_on.get(invoice.id, ())
        if (
            invoice.status is not InvoiceStatus.OPEN
            or not paid
            or not owed
            or any(each.status in _IN_HAND for each in payments)
        ):
            continue
        came, asked = money(paid, invoice.currency), money(facts.asked_minor(invoice), invoice.currency)
        rest, due = money(owed, invoice.currency), f" by {day(invoice.due_on, at=at)}" if invoice.due_on else ""
        yield Finding(
            code="part_paid",
            severity=Severity.DUE,
            headline=f"Bill {invoice.reference} is paid in part: {rest} is open",
            explanation=f"{came} of {asked} came in.",
            customer_headline="A part of your bill is still open",
            customer_text=f"We got {came} for bill {invoice.reference}. {rest} is still open.",
            customer_next=f"Please pay the rest{due}.",
            evidence=proofs(invoice, *payments),
            about=about(invoice),
            actions=(act_with(ActionKind.SEND_PAYMENT_LINK, "Send a link for", owed, invoice.currency, invoice),),
            at_stake_minor=owed,
            currency=invoice.currency,
        )


def paid_but_open(facts: Facts, at: datetime) -> Iterator[Finding]:
    """All the money is here and the bill still asks for it: the customer will be dunned for nothing."""
    for invoice in facts.invoices:
        worth = invoice.total_minor - invoice.credited_minor
        if not invoice.unpaid or worth <= 0 or facts.paid_minor(invoice) < facts.asked_minor(invoice):
            continue
        payments = [each for each in _behind(facts, invoice) if facts.kept_minor(each)]
        last = max((each.moment for each in payments), default=None)
        if last is None or at - last <= timedelta(days=POSTING_DAYS):
            continue
        paid_on = day_of(last, at=at, zone=facts.time_zone)
        yield Finding(
            code="paid_but_open",
            severity=Severity.DUE,
            headline=f"Bill {invoice.reference} is paid in full and still marked open",
            explanation=f"The money came on {paid_on}. Close the bill before a reminder or a lapse follows.",
            customer_headline="Your bill is paid",
            customer_text=f"We got your payment for bill {invoice.reference} on {paid_on}. Our books did not show it.",
            reply_next="We are putting this right. You do not need to pay again.",
            evidence=proofs(invoice, *payments),
            about=about(invoice),
            actions=(act(ActionKind.CLOSE_INVOICE, "Mark the bill as paid", invoice),),
            at_stake_minor=facts.asked_minor(invoice) or worth,
            currency=invoice.currency,
        )


def paid_void_bill(facts: Facts, at: datetime) -> Iterator[Finding]:
    void = (each for each in facts.invoices if each.status is InvoiceStatus.VOID)
    for invoice, payment, kept in ((each, *taken) for each in void for taken in _for_nothing(facts, each)):
        if facts.contested(payment):
            continue
        amount = money(kept, payment.currency)
        yield Finding(
            code="paid_void_bill",
            severity=Severity.LOSS,
            headline=f"{amount} was taken for bill {invoice.reference}, which is void",
            explanation="The bill was taken back, the money was not. Refund it, or move it to a live bill.",
            customer_headline="We took money for a cancelled bill",
            customer_text=f"We cancelled bill {invoice.reference}, but we still took {amount} for it. We are sorry.",
            reply_next=sending_back(facts, kept, payment),
            evidence=proofs(payment, invoice),
            about=about(payment, invoice),
            actions=(
                act_with(ActionKind.REFUND_PAYMENT, "Refund", kept, payment.currency, payment),
                act_with(ActionKind.MOVE_PAYMENT, "Move", kept, payment.currency, payment),
            ),
            at_stake_minor=kept,
            currency=payment.currency,
        )


def wrong_currency(facts: Facts, at: datetime) -> Iterator[Finding]:
    for payment in facts.payments:
        invoice = facts.invoice_by_id.get(payment.invoice_id or 0)
        kept = facts.kept_minor(payment)
        if invoice is None or payment.currency == invoice.currency or not kept or facts.contested(payment):
            continue
        took, asked = money(payment.captured_minor, payment.currency), money(invoice.total_minor, invoice.currency)
        yield Finding(
            code="wrong_currency",
            severity=Severity.LOSS,
            headline=f"{took} was taken for a bill of {asked}",
            explanation=f"The payment is in {payment.currency}, bill {invoice.reference} in {invoice.currency}.",
            customer_headline="We took the wrong kind of money",
            customer_text=f"Your bill {invoice.reference} was {asked}. We took {took}. That is our mistake.",
            reply_next=f"{sending_back(facts, kept, payment)} Then we will ask for the right amount.",
            evidence=proofs(payment, invoice),
            about=about(payment, invoice),
            actions=(act_with(ActionKind.REFUND_PAYMENT, "Refund", kept, payment.currency, payment),),
            at_stake_minor=kept,
            currency=payment.currency,
        )


def _behind(facts: Facts, invoice: InvoiceFact) -> list[PaymentFact]:
    """Its own payments and, where money was carried over, those of the bills that it took the place of."""
    wrong = facts.invoice_by_id.get(invoice.corrects_id or 0) if invoice.carried_minor else None
    before = _behind(facts, wrong) if wrong is not None and wrong.id < invoice.id else []
    return [*before, *facts.payments_on.get(invoice.id, ())]


def _for_nothing(facts: Facts, invoice: InvoiceFact) -> Iterator[tuple[PaymentFact, int]]:
    """How much of each payment: the newest first, for what was carried on or left with us came before."""
    over = facts.over_minor(invoice)
    for payment in reversed(facts.payments_on.get(invoice.id, [])):
        kept = facts.kept_minor(payment)
        if payment.currency == invoice.currency:
            kept = min(kept, over)
            over -= kept
        if kept:
            yield payment, kept


def _meant_bill(facts: Facts, payment: PaymentFact, applied: InvoiceFact) -> InvoiceFact | None:
    if payment.intended_invoice_id is not None and payment.intended_invoice_id != applied.id:
        return facts.invoice_by_id.get(payment.intended_invoice_id)
    over = facts.over_minor(applied)
    others = [each for each in facts.payments_on.get(applied.id, ()) if each.taken]
    if over < payment.captured_minor or not others or others[-1].id != payment.id or len(others) < 2:
        return None
    if not meant_for_another_bill(facts, payment, applied):
        return None
    waiting = [each for each in facts.invoices if each.id != applied.id and waits_for(facts, each, payment)]
    return min(waiting, key=lambda each: (each.issued_on, each.id), default=None)
