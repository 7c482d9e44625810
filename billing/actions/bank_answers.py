"""What a bank says of our debits afterwards: they came back, or the account's numbers must be corrected.

Of payments that a provider collects, the provider tells by itself. Of those that we send to a bank, the return file is
all there is: its lines name the payment, or the bank's own number of the movement that they send back. Each answer
becomes an attempt that carries the line's name, so it is taken once. Safe to repeat.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from billing.access.scopes import seeing_as_system
from billing.actions import books, events
from billing.actions.statuses import set_status
from billing.diagnosis.codes import network_of
from billing.locks import lock_invoice, lock_payment
from billing.models import MatchPart, Payment, PaymentAttempt, StatementLine
from billing.queries.crediting import standing_of
from billing.reconciliation.rules import RETURN_WINDOW
from billing.reconciliation.states import HOLDS
from billing.references import as_spelled
from billing.states import AttemptOutcome, BankLineKind, EventKind, InvoiceStatus, PaymentStatus

# An answer may come before the file that tells of its payment. By the end of this, that file has come.
LOOKED_AT_FOR: Final = RETURN_WINDOW + timedelta(days=30)
AT_ONCE: Final = 500
LINE: Final = "line:"  # what the attempt is called that a line became
UNDER_WAY: Final = frozenset({PaymentStatus.SUCCEEDED, PaymentStatus.PROCESSING})


def take_bank_answers(*, at: datetime) -> int:
    """How many payments were changed by them. Outside a scope, so that each payment is a transaction of its own."""
    recent = StatementLine.objects.filter(pending=False, recorded_at__gt=at - LOOKED_AT_FOR).exclude(return_code="")
    with seeing_as_system():
        ids = list(recent.order_by("booked_on", "pk").values_list("pk", flat=True))
    taken = 0
    for start in range(0, len(ids), AT_ONCE):
        with seeing_as_system():
            lines = StatementLine.objects.filter(pk__in=ids[start : start + AT_ONCE]).order_by("booked_on", "pk")
            named = list(_named_by(list(lines)))
        for line, payment in named:
            with seeing_as_system():
                taken += _take(line, payment.pk, at=at)
    return taken


def _named_by(lines: Sequence[StatementLine]) -> Iterator[tuple[StatementLine, Payment]]:
    """Each line with the payment that it is about, where there is exactly one and it does not know of the line yet."""
    originals = _originals_of([line for line in lines if line.returned_reference])
    names = {line.pk: _names([line, *originals.get(line.pk, ())]) for line in lines}
    payments = _payments_called({name for each in names.values() for name in each})
    matched = _payments_of_lines([original.pk for each in originals.values() for original in each])
    known = set(
        PaymentAttempt.objects.filter(
            payment__in={payment.pk for each in (*payments.values(), *matched.values()) for payment in each},
            external_id__startswith=LINE,
        ).values_list("external_id", flat=True)
    )
    for line in lines:
        about = {payment.pk: payment for name in names[line.pk] for payment in payments.get(name, ())}
        for original in originals.get(line.pk, ()):
            about |= {payment.pk: payment for payment in matched.get(original.pk, ())}
        under_way = [payment for payment in about.values() if payment.status in UNDER_WAY]
        if len(about) == len(under_way) == 1 and f"{LINE}{line.pk}" not in known:
            yield line, under_way[0]


def _originals_of(lines: Sequence[StatementLine]) -> dict[int, list[StatementLine]]:
    """The movements that they send back, by the bank's own number, of the same account and not too long ago."""
    if not lines:
        return {}
    said = StatementLine.objects.filter(
        account__in={line.account_id for line in lines},
        bank_reference__in={line.returned_reference for line in lines},
        booked_on__gte=min(line.booked_on for line in lines) - RETURN_WINDOW,
        return_code="",
    )
    found: dict[tuple[int, str], list[StatementLine]] = {}
    for original in said.order_by("pk"):
        found.setdefault((original.account_id, original.bank_reference), []).append(original)
    return {line.pk: found.get((line.account_id, line.returned_reference), []) for line in lines}


def _names(lines: Iterable[StatementLine]) -> set[str]:
    written = {line.end_to_end_id for line in lines} | {line.returned_reference for line in lines}
    return {name for each in written if each for name in (each, as_spelled("P", each)) if name}


def _payments_called(names: set[str]) -> dict[str, list[Payment]]:
    found: dict[str, list[Payment]] = {}
    ours = _sent_by_us()
    for payment in ours.filter(reference__in=names):
        found.setdefault(payment.reference, []).append(payment)
    for payment in ours.filter(external_id__in=names):
        found.setdefault(payment.external_id, []).append(payment)
    return found


def _payments_of_lines(line_ids: Sequence[int]) -> dict[int, list[Payment]]:
    parts = MatchPart.objects.filter(line__in=line_ids, status__in=HOLDS, expected__payment__in=_sent_by_us())
    found: dict[int, list[Payment]] = {}
    for part in parts.select_related("expected__payment"):
        if part.line_id and part.expected and part.expected.payment:
            found.setdefault(part.line_id, []).append(part.expected.payment)
    return found


def _sent_by_us() -> QuerySet[Payment]:
    return Payment.objects.exclude(provider__in=settings.RECONCILIATION_PAID_OUT_PROVIDERS)


def _take(line: StatementLine, payment_id: int, *, at: datetime) -> bool:
    with transaction.atomic():
        invoice_id = Payment.objects.values_list("invoice_id", flat=True).get(pk=payment_id)
        invoice = lock_invoice(invoice_id) if invoice_id else None  # before the payment, as the order of locks has it
        payment = lock_payment(payment_id)
        if payment.attempts.filter(external_id=f"{LINE}{line.pk}").exists():
            return False
        if line.kind == BankLineKind.CHANGE_NOTICE:
            return _note_change(line, payment)
        if not _sends_back(line, payment):
            return False
        moment = _add_attempt(line, payment, AttemptOutcome.DECLINED)
        set_status(payment, PaymentStatus.FAILED)
        payment.captured_minor, payment.captured_at, payment.failed_at = 0, None, moment
        payment.save(update_fields=["status", "captured_minor", "captured_at", "failed_at"])
        books.book_payment(payment, at=at)
        if invoice is not None and invoice.status == InvoiceStatus.PAID and standing_of(invoice).due_minor:
            set_status(invoice, InvoiceStatus.OPEN)
            invoice.paid_at = None
            invoice.save(update_fields=["status", "paid_at"])
        events.record(
            kind=EventKind.PAYMENT_FAILED,
            at=at,
            customer=payment.customer,
            agreement=payment.agreement,
            invoice=invoice,
            payment=payment,
        )
    return True


def _sends_back(line: StatementLine, payment: Payment) -> bool:
    """All of it, and nothing of it went back by another way: then somebody has to look first."""
    return (
        payment.status in UNDER_WAY
        and line.currency == payment.currency
        and (payment.captured_minor or payment.amount_minor) in _sent_back(line)
        and payment.refundable_minor == payment.captured_minor
    )


def _sent_back(line: StatementLine) -> set[int]:
    """As a bank may state it: alone, or in one sum with what it takes for the return."""
    ordered = {-line.original_minor} if line.original_minor and line.original_currency == line.currency else set()
    return {-line.amount_minor, -line.amount_minor - line.fee_minor, *ordered}


def _note_change(line: StatementLine, payment: Payment) -> bool:
    """The debit went through; the next one needs the corrected numbers."""
    if payment.status not in UNDER_WAY:
        return False
    _add_attempt(line, payment, AttemptOutcome.SUCCEEDED)
    return True


def _add_attempt(line: StatementLine, payment: Payment, outcome: AttemptOutcome) -> datetime:
    """After all that is known of the payment: the bank states a day, and answers what was asked on it."""
    last = payment.attempts.order_by("number").last()
    known = [payment.created_at, *([last.at] if last else [])]
    moment = max(datetime.combine(line.booked_on, time(0, 0), UTC), *known)
    PaymentAttempt.objects.create(
        payment=payment,
        number=last.number + 1 if last else 1,
        at=moment,
        outcome=outcome,
        network_code=line.return_code,
        network=network_of(line.return_code, line.currency),
        external_id=f"{LINE}{line.pk}",
    )
    return moment
