"""Matches that a person makes: a line split, money written off or set aside, a payment moved to another bill."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet, Sum

from billing.actions.reconciliation.deciding import deciding, lock_money, post_or_wait, undo_match
from billing.actions.reconciliation.effects import lock_for_move, refuse_aside, refuse_closed
from billing.actions.words import note_of
from billing.errors import IdempotencyConflict, MatchNotPossible
from billing.models import ExpectedMoney, Invoice, Match, MatchPart, Payment, StatementLine
from billing.money import Money
from billing.reconciliation.rules import WHOLE
from billing.reconciliation.states import HOLDS, Deed, MatchStatus
from billing.text import clean_line


@dataclass(frozen=True, slots=True)
class Share:
    """So much of the line, in minor units and with the line's sign, is for that expected amount."""

    expected_id: int
    amount_minor: int


def split_line(
    line_id: int, *, shares: Sequence[Share], by: AbstractBaseUser, note: str, key: str, at: datetime
) -> Match:
    """Give a line, or what is left of it, to one or several expected amounts of its currency."""
    with deciding():
        if first := _made_before(key, _body(Deed.SPLIT, line_id, shares)):
            return first
        lines, expected = lock_money(lines=[line_id], expected=[share.expected_id for share in shares])
        if not lines or len(expected) != len(shares):
            raise MatchNotPossible("Name the line and each amount once.")
        refuse_closed(lines, expected)
        for share, money in zip(sorted(shares, key=lambda each: each.expected_id), expected, strict=True):
            _refuse_share(share, lines[0], money)
        match = _new(Deed.SPLIT, note=note, key=key, body=_body(Deed.SPLIT, line_id, shares))
        parts = _parts(
            match, [(line_id, share.expected_id, share.amount_minor, share.amount_minor) for share in shares]
        )
        post_or_wait(match, parts, by=by, at=at)
    return match


def write_off_line(line_id: int, *, by: AbstractBaseUser, note: str, key: str, at: datetime) -> Match:
    """What is left of the line belongs to nothing we expect, and is not worth looking for."""
    with deciding():
        body = _body(Deed.WRITE_OFF, line_id, ())
        if first := _made_before(key, body):
            return first
        lines, _ = lock_money(lines=[line_id], expected=[])
        refuse_closed(lines, [])
        left = lines[0].amount_minor - _held(lines[0].parts.all(), "line_minor") if lines else 0
        if not left:
            raise MatchNotPossible("Nothing of this line is left.")
        match = _new(Deed.WRITE_OFF, note=note, key=key, body=body)
        post_or_wait(match, _parts(match, [(line_id, None, left, 0)]), by=by, at=at)
    return match


def write_off_expected(expected_id: int, *, by: AbstractBaseUser, note: str, key: str, at: datetime) -> Match:
    """What is left of it will not come any more."""
    with deciding():
        body = _body(Deed.WRITE_OFF, None, (Share(expected_id, 0),))
        if first := _made_before(key, body):
            return first
        _, expected = lock_money(lines=[], expected=[expected_id])
        refuse_closed([], expected)
        left = expected[0].amount_minor - _held(expected[0].parts.all(), "expected_minor") if expected else 0
        if not left:
            raise MatchNotPossible("Nothing of it is still expected.")
        match = _new(Deed.WRITE_OFF, note=note, key=key, body=body)
        post_or_wait(match, _parts(match, [(None, expected_id, 0, left)]), by=by, at=at)
    return match


def set_line_aside(line_id: int, *, by: AbstractBaseUser, note: str, key: str, at: datetime) -> Match:
    """Fees, interest, transfers between our own accounts: no customer's money. The books of those are elsewhere."""
    with deciding():
        body = _body(Deed.ASIDE, line_id, ())
        if first := _made_before(key, body):
            return first
        lines, _ = lock_money(lines=[line_id], expected=[])
        if not lines:
            raise MatchNotPossible("There is no such line.")
        refuse_aside(lines[0])
        match = _new(Deed.ASIDE, note=note or "Not about a customer.", key=key, body=body, line=lines[0])
        post_or_wait(match, (), by=by, at=at)
    return match


def bring_line_back(line_id: int, *, by: AbstractBaseUser, key: str, at: datetime) -> Match:
    """Undo what set it aside."""
    aside = Match.objects.filter(deed=Deed.ASIDE, line=line_id, status=MatchStatus.POSTED).order_by("-pk").first()
    if aside is None:
        raise MatchNotPossible("The line is not set aside.")
    return undo_match(aside.pk, by=by, key=key, at=at)


def move_payment(payment_id: int, *, invoice_id: int, by: AbstractBaseUser, key: str, at: datetime) -> Match:
    """Put the payment on another bill of the same customer."""
    with deciding():
        body = _body(Deed.MOVE, None, (Share(payment_id, invoice_id),))
        if first := _made_before(key, body):
            return first
        payment, invoice = lock_for_move(payment_id, invoice_id=invoice_id)
        note = f"Moved to bill {invoice.number}."
        match = _new(Deed.MOVE, note=note, key=key, body=body, payment=payment, invoice=invoice)
        post_or_wait(match, (), by=by, at=at)
    return match


def _refuse_share(share: Share, line: StatementLine, money: ExpectedMoney) -> None:
    """Say kindly what the database would refuse."""
    if money.currency != line.currency:
        raise MatchNotPossible(f"The line is in {line.currency}, the expected amount in {money.currency}.")
    if not share.amount_minor or share.amount_minor * line.amount_minor < 0:
        raise MatchNotPossible("Each share is above zero.")
    left = money.amount_minor - _held(money.parts.all(), "expected_minor")
    if abs(share.amount_minor) > abs(left) or share.amount_minor * money.amount_minor < 0:
        words = Money(left, money.currency).format()
        raise MatchNotPossible(f"Of this expected amount {words} is still open. Give it that or less.")


def _held(parts: QuerySet[MatchPart], column: str) -> int:
    return int(parts.filter(status__in=HOLDS).aggregate(sum=Sum(column))["sum"] or 0)


def _made_before(key: str, body: str) -> Match | None:
    first = Match.objects.filter(idempotency_key=key).first()
    if first is not None and first.fingerprint != f"hand:{key[:8]}{body}":
        raise IdempotencyConflict
    return first


def _new(
    deed: Deed,
    *,
    note: str,
    key: str,
    body: str,
    line: StatementLine | None = None,
    payment: Payment | None = None,
    invoice: Invoice | None = None,
) -> Match:
    """Begins as proposed, holding nothing; the next step posts it or lets it wait."""
    return Match.objects.create(
        deed=deed,
        status=MatchStatus.PROPOSED,
        rule="by_hand",
        score=WHOLE,
        fingerprint=f"hand:{key[:8]}{body}",
        idempotency_key=key,
        note=note_of(clean_line(note, limit=300), limit=300),
        line=line,
        payment=payment,
        invoice=invoice,
    )


def _parts(match: Match, rows: Sequence[tuple[int | None, int | None, int, int]]) -> list[MatchPart]:
    return MatchPart.objects.bulk_create(
        MatchPart(
            match=match,
            line_id=line_id,
            expected_id=expected_id,
            line_minor=line_minor,
            expected_minor=expected_minor,
            rule="by_hand",
            score=WHOLE,
            status=MatchStatus.PROPOSED,
        )
        for line_id, expected_id, line_minor, expected_minor in rows
    )


def _body(deed: Deed, line_id: int | None, shares: Sequence[Share]) -> str:
    text = repr((deed.value, line_id, sorted((share.expected_id, share.amount_minor) for share in shares)))
    return sha256(text.encode()).hexdigest()[:40]
