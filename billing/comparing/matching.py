"""Each line of the customer's statement beside each movement of ours: the nearest fitting one, used once."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from billing.comparing.amounts import Way
from billing.comparing.reading import PastedLine
from billing.diagnosis.facts import Facts
from billing.diagnosis.findings import Diagnosis, Evidence, Finding, RecordKind
from billing.diagnosis.records import PaymentFact, RefundFact
from billing.diagnosis.rules.parts import proof
from billing.diagnosis.words import date_of, day, money
from billing.states import RefundStatus

EARLY: Final = 1  # days: a bank in another time zone books the evening before
LATE: Final = 6  # days until a bank has booked what we took
REFUND_LATE: Final = 16  # days until it has booked what we sent back
HOLD_DAYS: Final = 8

_TWICE: Final = frozenset({"charged_twice", "possible_duplicate", "billed_twice"})
_MISPLACED: Final = frozenset({"misapplied_payment", "unapplied_payment", "paid_void_bill", "wrong_currency"})
_WORD: Final = re.compile(r"[^\W\d_]{3,}")


class VerdictKind(StrEnum):
    MATCHED = "matched"
    OTHER_NAME = "other_name"  # ours, under a name that the customer may not know
    MISAPPLIED = "misapplied"
    DUPLICATE = "duplicate"
    HOLD = "hold"
    MISSING = "missing"  # looks like ours, and we have no record of it
    NOT_OURS = "not_ours"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``text`` is safe for the customer, and says the same to the agent; a finding has words for each."""

    line: PastedLine
    kind: VerdictKind
    text: str
    evidence: tuple[Evidence, ...] = ()
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """A movement of ours within the days of the statement that is not on it."""

    text: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    verdicts: tuple[Verdict, ...]
    absent: tuple[Absent, ...]


@dataclass(frozen=True, slots=True)
class _Movement:
    on: date
    amount_minor: int
    currency: str
    record: PaymentFact | RefundFact
    name: str = ""
    hold: bool = False

    @property
    def back(self) -> bool:
        return isinstance(self.record, RefundFact)


def compare(lines: Sequence[PastedLine], facts: Facts, diagnosis: Diagnosis, *, today: date) -> Comparison:
    free = list(_movements(facts))
    used = _paired(sorted(lines, key=lambda each: (each.on, each.number)), free)
    verdicts = [_matched(line, movement, facts, diagnosis, today) for line, movement in used]
    taken = {line.number for line, _ in used}
    verdicts += [_unmatched(line, used, facts) for line in lines if line.number not in taken]
    verdicts.sort(key=lambda each: each.line.number)
    return Comparison(tuple(verdicts), tuple(_absent(lines, free, facts)))


def _paired(lines: Sequence[PastedLine], free: list[_Movement]) -> list[tuple[PastedLine, _Movement]]:
    """Lines that bear our name choose first: another shop's line of the same amount must not take their place."""
    pairs: list[tuple[PastedLine, _Movement]] = []
    for named in (True, False):
        for line in lines:
            if any(line is other for other, _ in pairs):
                continue
            movement = _nearest(line, [each for each in free if not named or _alike(line.name, each.name)])
            if movement is not None:
                free.remove(movement)
                pairs.append((line, movement))
    return sorted(pairs, key=lambda pair: (pair[0].on, pair[0].number))


def _movements(facts: Facts) -> Iterator[_Movement]:
    for payment in facts.payments:
        on = date_of(payment.moment, facts.time_zone)
        if payment.taken and payment.captured_minor:
            yield _Movement(on, payment.captured_minor, payment.currency, payment, payment.descriptor)
        elif payment.authorised_at is not None:
            yield _Movement(on, payment.amount_minor, payment.currency, payment, payment.descriptor, hold=True)
    for refund in facts.refunds:
        sent = refund.sent_at or refund.settled_at
        if sent is not None and refund.status in (RefundStatus.PENDING, RefundStatus.SUCCEEDED, RefundStatus.FAILED):
            yield _Movement(date_of(sent, facts.time_zone), refund.amount_minor, refund.currency, refund)


def _nearest(line: PastedLine, free: Sequence[_Movement]) -> _Movement | None:
    fitting = [each for each in free if _fits(line, each)]
    return min(fitting, key=lambda each: (each.hold, not _alike(line.name, each.name), abs((line.on - each.on).days)),
               default=None)  # fmt: skip


def _fits(line: PastedLine, movement: _Movement) -> bool:
    if (line.amount_minor, line.currency) != (movement.amount_minor, movement.currency):
        return False
    if (line.way is Way.IN and not movement.back) or (line.way is Way.OUT and movement.back):
        return False
    return -EARLY <= (line.on - movement.on).days <= (REFUND_LATE if movement.back else LATE)


def _matched(line: PastedLine, movement: _Movement, facts: Facts, diagnosis: Diagnosis, today: date) -> Verdict:
    amount, on, record = money(line.amount_minor, line.currency), day(movement.on, at=today), movement.record
    evidence = (proof(record),)
    if isinstance(record, RefundFact):
        return Verdict(line, VerdictKind.MATCHED, f"Your refund of {amount}, which we sent on {on}.", evidence)
    what = _what(record, facts)
    if movement.hold:
        text = f"A hold of {amount} from {on}. We have not taken it. It goes away on its own."
        return Verdict(line, VerdictKind.HOLD, text, evidence)
    found = {
        finding.code: finding for finding in diagnosis.findings if (RecordKind.PAYMENT, record.id) in finding.about
    }
    twice = next((found[code] for code in sorted(_TWICE & found.keys())), None)
    if twice is not None and _is_the_later(record, twice.evidence, facts):
        return _said_by(twice, line, VerdictKind.DUPLICATE)
    misplaced = next((found[code] for code in sorted(_MISPLACED & found.keys())), None)
    if misplaced is not None:
        return _said_by(misplaced, line, VerdictKind.MISAPPLIED)
    if line.name and movement.name and not _alike(line.name, movement.name):
        text = f"Your bank calls it “{line.name}”. It is our payment of {amount} from {on} for {what}."
        return Verdict(line, VerdictKind.OTHER_NAME, text, evidence)
    return Verdict(line, VerdictKind.MATCHED, f"Our payment of {amount} from {on} for {what}.", evidence)


def _said_by(finding: Finding, line: PastedLine, kind: VerdictKind) -> Verdict:
    text = f"{finding.customer_headline}: {finding.customer_text}"
    return Verdict(line, kind, text, finding.evidence, finding)


def _is_the_later(record: PaymentFact, evidence: Sequence[Evidence], facts: Facts) -> bool:
    """Of a pair the first was right; the second is the one to speak of."""
    named = [facts.payment_by_id.get(each.id) for each in evidence if each.kind is RecordKind.PAYMENT]
    pair = sorted((each for each in named if each is not None), key=lambda each: (each.moment, each.id))
    return not pair or record.id != pair[0].id


def _unmatched(line: PastedLine, used: Sequence[tuple[PastedLine, _Movement]], facts: Facts) -> Verdict:
    amount = money(line.amount_minor, line.currency)
    for other, movement in used:
        near = abs((line.on - other.on).days) <= HOLD_DAYS and other.way is line.way
        if near and _fits_amount(line, movement) and not movement.back:
            text = (
                f"Your bank shows {amount} a second time; we took it once. "
                "The other line is most likely a hold, which goes away within days."
            )
            return Verdict(line, VerdictKind.HOLD, text, (proof(movement.record),))
    if any(_alike(line.name, payment.descriptor) for payment in facts.payments):
        text = f"This looks like us, but we have no payment of {amount} around that day. Please let us look into it."
        return Verdict(line, VerdictKind.MISSING, text)
    return Verdict(line, VerdictKind.NOT_OURS, f"We took and sent no {amount} around that day. This is not from us.")


def _absent(lines: Sequence[PastedLine], free: Sequence[_Movement], facts: Facts) -> Iterator[Absent]:
    """Days at the edges are left out: a bank may have booked them on the next page."""
    if not lines:
        return
    first, last = min(line.on for line in lines), max(line.on for line in lines)
    for movement in free:
        latest = REFUND_LATE if movement.back else LATE
        if movement.hold or not first <= movement.on or (last - movement.on).days < latest:
            continue
        amount, on = money(movement.amount_minor, movement.currency), day(movement.on, at=last)
        what = "We sent you" if movement.back else "We took"
        yield Absent(f"{what} {amount} on {on}. It is not on this statement.", (proof(movement.record),))


def _fits_amount(line: PastedLine, movement: _Movement) -> bool:
    return (line.amount_minor, line.currency) == (movement.amount_minor, movement.currency)


def _what(payment: PaymentFact, facts: Facts) -> str:
    bill = facts.invoice_by_id.get(payment.invoice_id or 0)
    agreement = facts.agreement_by_id.get(payment.agreement_id or (bill.agreement_id if bill else None) or 0)
    title = agreement.title if agreement is not None else ""
    if bill is None:
        return title or "a purchase"
    return f"{title}, bill {bill.reference}" if title else f"bill {bill.reference}"


def _alike(one: str, other: str) -> bool:
    """They share a word: banks cut names short and add towns and numbers."""
    words = [{word.lower()[:6] for word in _WORD.findall(name)} for name in (one, other)]
    return bool(words[0] & words[1])
