"""Clean billing histories from a seed: years of bills paid, with the ordinary troubles of the past long healed."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any, TypeVar

from billing.diagnosis.facts import Facts
from billing.diagnosis.records import (
    AgreementFact,
    AttemptFact,
    DisputeFact,
    InvoiceFact,
    LineFact,
    MethodFact,
    PaymentFact,
    PromiseFact,
    RefundFact,
)
from billing.states import (
    AgreementStatus,
    AttemptOutcome,
    InvoiceStatus,
    LineKind,
    MethodKind,
    MethodStatus,
    PaymentStatus,
    RefundStatus,
)

CURRENCIES = ("USD", "EUR", "GBP", "JPY", "KWD")
BRANDS = ("visa", "mastercard", "amex", "discover")
_Row = TypeVar("_Row", AgreementFact, MethodFact, InvoiceFact, PaymentFact, RefundFact, DisputeFact, PromiseFact)


class History:
    """Records of one customer while they are being written; ``facts()`` freezes them."""

    def __init__(self, seed: int, at: datetime | None = None) -> None:
        self.random = random.Random(seed)
        self.at = at or datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=self.random.randrange(525_600))
        self.currency = self.random.choice(CURRENCIES)
        self.rows: dict[type[Any], dict[int, Any]] = {}
        self._ids = count(1000)

    @property
    def today(self) -> date:
        return self.at.date()

    def next_id(self) -> int:
        return next(self._ids)

    def add(self, row: _Row) -> _Row:
        self.rows.setdefault(type(row), {})[row.id] = row
        return row

    def change(self, row: _Row, **fields: Any) -> _Row:
        current: _Row = self.rows[type(row)][row.id]
        return self.add(replace(current, **fields))

    def drop(self, row: _Row) -> None:
        del self.rows[type(row)][row.id]

    def all(self, kind: type[_Row]) -> list[_Row]:
        return list(self.rows.get(kind, {}).values())

    def facts(self) -> Facts:
        return Facts(
            customer_id=1,
            agreements=tuple(self.all(AgreementFact)),
            methods=tuple(self.all(MethodFact)),
            invoices=tuple(self.all(InvoiceFact)),
            payments=tuple(self.all(PaymentFact)),
            refunds=tuple(self.all(RefundFact)),
            disputes=tuple(self.all(DisputeFact)),
            promises=tuple(self.all(PromiseFact)),
        )

    # --- what a history is made of

    def method(self, *, kind: MethodKind | None = None, status: MethodStatus = MethodStatus.ACTIVE) -> MethodFact:
        card = (kind or self.random.choice((MethodKind.CARD,) * 3 + (MethodKind.BANK_ACCOUNT,))) is MethodKind.CARD
        return self.add(
            MethodFact(
                id=self.next_id(),
                kind=MethodKind.CARD if card else MethodKind.BANK_ACCOUNT,
                status=status,
                brand=self.random.choice(BRANDS) if card else "",
                last4=f"{self.random.randrange(10_000):04}",
                exp_month=self.random.randint(1, 12) if card else None,
                exp_year=self.at.year + self.random.randint(3, 5) if card else None,
                fingerprint=f"fp{self.random.getrandbits(48):x}",
            )
        )

    def pay(self, bill: InvoiceFact, method: MethodFact, moment: datetime, minor: int | None = None) -> PaymentFact:
        amount = bill.total_minor if minor is None else minor
        return self.add(
            PaymentFact(
                id=self.next_id(),
                reference=f"P-{self.next_id()}",
                status=PaymentStatus.SUCCEEDED,
                amount_minor=amount,
                captured_minor=amount,
                currency=bill.currency,
                created_at=moment,
                authorised_at=moment,
                captured_at=moment,
                invoice_id=bill.id,
                agreement_id=bill.agreement_id,
                method_id=method.id,
                attempts=(AttemptFact(1, moment, AttemptOutcome.SUCCEEDED, network=method.brand),),
            )
        )

    def refund(self, payment: PaymentFact, requested_at: datetime, **fields: Any) -> RefundFact:
        values: dict[str, Any] = {
            "status": RefundStatus.SUCCEEDED,
            "amount_minor": payment.captured_minor,
            "requested_at": requested_at,
            "sent_at": requested_at,
            "settled_at": requested_at,
        }
        return self.add(
            RefundFact(
                id=self.next_id(),
                reference=f"R-{self.next_id()}",
                payment_id=payment.id,
                currency=payment.currency,
                **(values | fields),
            )
        )

    def bill(self, agreement: AgreementFact, issued_on: date, lines: tuple[LineFact, ...], until: date) -> InvoiceFact:
        return self.add(
            InvoiceFact(
                id=self.next_id(),
                reference=f"INV-{self.next_id()}",
                status=InvoiceStatus.PAID,
                total_minor=sum(line.amount_minor for line in lines),
                currency=self.currency,
                issued_on=issued_on,
                due_on=issued_on + timedelta(days=14),
                period_start=issued_on,
                period_end=until - timedelta(days=1),
                agreement_id=agreement.id,
                lines=lines,
            )
        )


def clean_history(seed: int, *, at: datetime | None = None) -> History:
    history = History(seed, at)
    for number in range(history.random.randint(1, 3)):
        _agreement(history, number)
    return history


def _agreement(history: History, number: int) -> None:
    rng = history.random
    interval = rng.choice((1, 1, 1, 3, 12))
    old_card, method = history.method(status=MethodStatus.EXPIRED), history.method()
    day_of_month = 1 + (rng.randrange(9) + 9 * number) % 28
    months_back = rng.randint(4 * interval, max(60, 4 * interval))
    starts = [_shift(history.today, -back, day_of_month) for back in range(months_back, -1, -interval)]
    starts = [each for each in starts if each < history.today]
    agreement = history.add(
        AgreementFact(
            id=history.next_id(),
            reference=f"44-{history.next_id()}",
            status=AgreementStatus.ACTIVE,
            kind=rng.choice(("policy", "subscription")),
            amount_minor=1,
            currency=history.currency,
            interval_months=interval,
            autopay=rng.random() < 0.7,
            method_id=method.id,
            started_on=starts[0],
            next_bill_on=_shift(starts[-1], interval, day_of_month),
        )
    )
    # Different prices per agreement: twins of one price and day have a test of their own.
    plan = _Plan(history, len(starts), base=rng.randint(2_000, 20_000) + 25_000 * number)
    for position, start in enumerate(starts):
        bill = history.bill(agreement, start, plan.lines(position), _shift(start, interval, day_of_month))
        _settle(history, bill, old_card if position < len(starts) // 2 else method)
    history.change(agreement, amount_minor=plan.base)


class _Plan:
    """What the bills of one agreement consist of. The last four are alike: changes are a thing of the past."""

    def __init__(self, history: History, bills: int, *, base: int) -> None:
        rng, steady = history.random, max(bills - 4, 0)
        self.base, self.tax_percent = base, rng.choice((0, 0, 7, 19))
        self.riders = [
            (f"Rider {name}", rng.randint(100, 2_000), rng.randint(0, steady))
            for name in rng.sample("ABC", rng.randint(0, 2))
        ]
        self.promotion_ends = rng.randint(0, steady) if rng.random() < 0.4 else 0
        self.fee_at = rng.randint(0, steady) if steady and rng.random() < 0.3 else -1

    def lines(self, position: int) -> tuple[LineFact, ...]:
        lines = [LineFact(LineKind.PREMIUM, f"Premium, period {position + 1}", self.base)]
        lines += [LineFact(LineKind.RIDER, name, minor) for name, minor, since in self.riders if since <= position]
        if position < self.promotion_ends:
            lines.append(LineFact(LineKind.DISCOUNT, "Welcome", -self.base // 10))
        if position == self.fee_at - 1:
            lines.append(LineFact(LineKind.FEE, "Late fee", 500))
        taxed = sum(line.amount_minor for line in lines)
        if self.tax_percent:
            lines.append(LineFact(LineKind.TAX, f"Tax {self.tax_percent}%", taxed * self.tax_percent // 100))
        return tuple(lines)


def _settle(history: History, bill: InvoiceFact, method: MethodFact) -> None:
    """Pays a bill as people do. A bill not due yet may still be open."""
    rng = history.random
    moment = datetime.combine(bill.issued_on, time(6), tzinfo=UTC) + timedelta(
        days=rng.randint(1, 12), seconds=rng.randrange(50_000)
    )
    if moment > history.at:
        history.change(bill, status=InvoiceStatus.OPEN)
        return
    old = (history.at - moment).days > 120
    story = rng.choices(
        (
            "plain",
            "declined first",
            "failed, then paid",
            "in two parts",
            "duplicate given back",
            "dispute won",
            "reissued",
        ),
        weights=(80, 5, 4, 3, 3, 2, 3) if old else (100, 5, 4, 3, 0, 0, 0),
    )[0]
    if story == "in two parts":
        half = bill.total_minor // 2
        history.pay(bill, method, moment - timedelta(hours=30), half)
        history.pay(bill, method, moment, bill.total_minor - half)
        return
    payment = history.pay(bill, method, moment)
    if story in ("declined first", "failed, then paid"):
        _failed_first(history, payment, method, same_payment=story == "declined first")
    elif story == "duplicate given back":
        twin = history.pay(bill, method, moment + timedelta(seconds=rng.randint(5, 600)))
        history.refund(twin, moment + timedelta(days=1))
    elif story == "dispute won":
        opened = moment + timedelta(days=10)
        dispute = DisputeFact(
            history.next_id(), "D-1", payment.id, payment.amount_minor, payment.currency, opened, open=False, won=True,
            closed_at=opened + timedelta(days=60),
        )  # fmt: skip
        history.add(dispute)
    elif story == "reissued":
        wrong = replace(bill, id=history.next_id(), reference=f"INV-{history.next_id()}", status=InvoiceStatus.VOID)
        history.add(wrong)


def _failed_first(history: History, payment: PaymentFact, method: MethodFact, *, same_payment: bool) -> None:
    before = payment.created_at - timedelta(hours=20)
    code = history.random.choice(("insufficient_funds", "processing_error", "do_not_honor", "stolen_card"))
    refused = AttemptFact(1, before, AttemptOutcome.DECLINED, decline_code=code, network=method.brand)
    if same_payment:
        approved = AttemptFact(2, payment.moment, AttemptOutcome.SUCCEEDED, network=method.brand)
        history.change(payment, created_at=before, attempts=(refused, approved))
        return
    history.add(
        replace(
            payment,
            id=history.next_id(),
            reference=f"P-{history.next_id()}",
            status=PaymentStatus.FAILED,
            captured_minor=0,
            created_at=before,
            authorised_at=None,
            captured_at=None,
            failed_at=before,
            attempts=(refused,),
        )
    )


def _shift(day: date, months: int, day_of_month: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, day_of_month)
