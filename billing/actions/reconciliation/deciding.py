"""People decide about matches: accept what was proposed, approve what waits, undo what was posted.

Every deed takes its locks in one order: matching (together with others), the match, who asks to undo it, its lines, its
expected money.
What the amounts may be is the database's to say, at the moment a part begins to hold; it is put in words here.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from billing.actions.reconciliation.booking import book, unbook
from billing.actions.reconciliation.effects import amounts_of, refuse_closed, take_back_effect, take_effect
from billing.actions.reconciliation.limits import why_second_person
from billing.actions.statuses import set_parts_status, set_status
from billing.actions.waiting import announce_waiting
from billing.errors import IdempotencyConflict, MatchNotPossible, SecondPersonNeeded
from billing.locks import lock_matching_together
from billing.models import ExpectedMoney, Match, MatchPart, StatementLine
from billing.money import Money
from billing.reconciliation.states import Deed, MatchStatus


def accept_proposal(match_id: int, *, by: AbstractBaseUser, key: str, at: datetime) -> Match:
    """Post what a rule proposed, or ask for a second person. The same key again gets the same answer."""
    with deciding():
        match = _lock(match_id)
        if match.idempotency_key == key and match.asked_by_id == by.pk:
            return match
        if match.status != MatchStatus.PROPOSED:
            raise MatchNotPossible("Somebody has already decided about this proposal.")
        parts = lock_parts_to_post(match)
        match.idempotency_key = key
        match.save(update_fields=["idempotency_key"])
        post_or_wait(match, parts, by=by, at=at)
    return match


def reject_proposal(match_id: int, *, by: AbstractBaseUser, at: datetime) -> Match:
    """Not this one. The engine does not propose it again."""
    with deciding():
        match = _lock(match_id)
        if match.status == MatchStatus.REJECTED and match.asked_by_id == by.pk:
            return match
        lock_parts(match)
        set_status(match, MatchStatus.REJECTED)
        match.asked_by_id, match.asked_at = by.pk, at
        match.save(update_fields=["status", "asked_by", "asked_at"])
        set_parts_status(match)
    return match


def approve_match(match_id: int, *, by: AbstractBaseUser, at: datetime) -> Match:
    """The second person says yes to exactly what was asked."""
    with deciding():
        match = _lock_waiting(match_id, by=by)
        if match.deed == Deed.UNDO:
            _undo(_lock(match.undoes_id or 0), by=by, at=at)
        parts = lock_parts_to_post(match)
        _decide(match, MatchStatus.POSTED, by=by, at=at)
        set_parts_status(match)
        take_effect(match, by=by, at=at)
        book([part.pk for part in parts], at=at, by=by.pk)
    return match


def refuse_match(match_id: int, *, by: AbstractBaseUser, at: datetime) -> Match:
    """The second person says no: what the match held is free again."""
    with deciding():
        match = _lock_waiting(match_id, by=by)
        lock_parts(match)
        _decide(match, MatchStatus.REJECTED, by=by, at=at)
        set_parts_status(match)
    return match


def undo_match(match_id: int, *, by: AbstractBaseUser, key: str, at: datetime) -> Match:
    """Take it back: the opposite postings, and line and money are open as before. Above the limit it waits."""
    with deciding():
        match = _lock(match_id)
        if match.status == MatchStatus.UNDONE and match.undone_by_id == by.pk:
            return match
        if match.status != MatchStatus.POSTED or match.deed in {Deed.UNDO, Deed.MOVE}:
            raise MatchNotPossible("Only what is in the books can be undone.")
        if why := _why(match, by=by):
            return _ask_to_undo(match, why, by=by, key=key, at=at)
        _undo(match, by=by, at=at)
        _end_asking_to_undo(match)
    return match


def undo_part(part_id: int, *, by: AbstractBaseUser, key: str, at: datetime) -> Match:
    """The same for a part that a rule found and that stands alone: it gets its match now, to say who undid it."""
    with deciding():
        # A part never leaves its match, whose lock comes first; so a part that has one is not locked here.
        known = MatchPart.objects.filter(pk=part_id).values_list("match_id", flat=True).first()
        return undo_match(known or _give_match(part_id), by=by, key=key, at=at)


def post_or_wait(match: Match, parts: Sequence[MatchPart], *, by: AbstractBaseUser, at: datetime) -> None:
    """The last step of every deed of a first person. The caller holds the locks of the match and its parts."""
    match.asked_by_id, match.asked_at = by.pk, at
    match.approval_reason = _why(match, by=by)
    match.approval_needed = bool(match.approval_reason)
    set_status(match, MatchStatus.WAITING if match.approval_needed else MatchStatus.POSTED)
    match.save(update_fields=["status", "asked_by", "asked_at", "approval_needed", "approval_reason"])
    set_parts_status(match)
    if match.approval_needed:
        announce_waiting()
    else:
        take_effect(match, by=by, at=at)
        book([part.pk for part in parts], at=at, by=by.pk)


def _give_match(part_id: int) -> int:
    part = MatchPart.objects.select_for_update().filter(pk=part_id).first()
    if part is None:
        raise MatchNotPossible("There is no such match.")
    if part.match_id is not None:  # by somebody else in this moment
        return part.match_id
    if part.status != MatchStatus.POSTED:
        raise MatchNotPossible("Only what is in the books can be undone.")
    match = Match.objects.create(
        deed=Deed.RULE,
        status=MatchStatus.POSTED,
        rule=part.rule,
        score=part.score,
        fingerprint=f"{part.line_id}:{part.expected_id}",
    )
    # Written past save(), which would name every column: all but this one are frozen.
    MatchPart.objects.filter(pk=part.pk).update(match=match)
    return match.pk


@contextmanager
def deciding() -> Iterator[None]:
    """A transaction in which nobody else's run is under way; what the database refuses is put in words."""
    try:
        with transaction.atomic():
            lock_matching_together()
            yield
    except IntegrityError as error:
        broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if "idempotency_key" in broken:
            raise IdempotencyConflict from error
        if broken.endswith("_waits_once"):
            raise MatchNotPossible("That is asked for already, and waits for a second person.") from error
        if broken.startswith("match_part"):
            raise MatchNotPossible(
                "The line or the money was matched meanwhile, so this would be more than there is. Look again."
            ) from error
        raise


def _lock(match_id: int) -> Match:
    match = Match.objects.select_for_update().filter(pk=match_id).first()
    if match is None:
        raise MatchNotPossible("There is no such match.")
    return match


def _lock_waiting(match_id: int, *, by: AbstractBaseUser) -> Match:
    # What is to be undone before the wish to undo it: so does who undoes it directly. Which one it is never changes.
    if undoes := Match.objects.filter(pk=match_id).values_list("undoes_id", flat=True).first():
        _lock(undoes)
    match = _lock(match_id)
    if match.status != MatchStatus.WAITING:
        raise MatchNotPossible("Somebody has already decided about it.")
    if match.asked_by_id == by.pk:
        raise SecondPersonNeeded("posting")
    return match


def lock_parts(match: Match) -> list[MatchPart]:
    """With their lines and expected money, each in the order of their ids."""
    return _lock_parts(match)[0]


def lock_parts_to_post(match: Match) -> list[MatchPart]:
    """The same before they are held or booked. What closed a line or an amount meanwhile is said."""
    parts, lines, expected = _lock_parts(match)
    refuse_closed(lines, expected)
    return parts


def lock_money(*, lines: Sequence[int], expected: Sequence[int]) -> tuple[list[StatementLine], list[ExpectedMoney]]:
    return (
        list(StatementLine.objects.select_for_update().filter(pk__in=lines).order_by("pk")),
        list(ExpectedMoney.objects.select_for_update().filter(pk__in=expected).order_by("pk")),
    )


def _lock_parts(match: Match) -> tuple[list[MatchPart], list[StatementLine], list[ExpectedMoney]]:
    parts = list(MatchPart.objects.filter(match=match).order_by("pk"))
    lines, expected = lock_money(
        lines=[part.line_id for part in parts if part.line_id],
        expected=[part.expected_id for part in parts if part.expected_id],
    )
    return parts, lines, expected


def _why(match: Match, *, by: AbstractBaseUser) -> str:
    parts = match.parts.select_related("line", "expected")
    amounts = [
        *amounts_of(match),
        *(Money(part.line_minor, part.line.currency) for part in parts if part.line),
        *(Money(part.expected_minor, part.expected.currency) for part in parts if part.expected and not part.line),
    ]
    # A line set aside is in nobody's books any more, like one that is written off.
    return why_second_person(amounts, by=by, write_off=match.deed in {Deed.WRITE_OFF, Deed.ASIDE})


def _ask_to_undo(match: Match, why: str, *, by: AbstractBaseUser, key: str, at: datetime) -> Match:
    if waiting := match.undoings.filter(status=MatchStatus.WAITING).first():
        return waiting
    announce_waiting()
    return Match.objects.create(
        deed=Deed.UNDO,
        status=MatchStatus.WAITING,
        undoes=match,
        rule=match.rule,
        idempotency_key=key,
        asked_by_id=by.pk,
        asked_at=at,
        approval_needed=True,
        approval_reason=why,
    )


def _end_asking_to_undo(match: Match) -> None:
    """It is undone, so nobody decides about it any more."""
    if waiting := match.undoings.select_for_update().filter(status=MatchStatus.WAITING).first():
        set_status(waiting, MatchStatus.REJECTED)
        waiting.note = "Undone directly."
        waiting.save(update_fields=["status", "note"])
        announce_waiting()


def _undo(match: Match, *, by: AbstractBaseUser, at: datetime) -> None:
    if match.status != MatchStatus.POSTED:
        raise MatchNotPossible("Somebody has already undone it.")
    parts = lock_parts(match)
    take_back_effect(match)
    set_status(match, MatchStatus.UNDONE)
    match.undone_by_id, match.undone_at = by.pk, at
    match.save(update_fields=["status", "undone_by", "undone_at"])
    set_parts_status(match)
    unbook([part.pk for part in parts], at=at)


def _decide(match: Match, status: MatchStatus, *, by: AbstractBaseUser, at: datetime) -> None:
    set_status(match, status)
    match.decided_by_id, match.decided_at = by.pk, at
    match.save(update_fields=["status", "decided_by", "decided_at"])
    announce_waiting()
