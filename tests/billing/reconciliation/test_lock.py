"""Beside a run nobody gives pieces of a line away, however they write; the run itself locks no row."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from billing import tasks
from billing.access.scopes import seeing_as_system
from billing.actions.reconciliation.booking import book_found
from billing.actions.reconciliation.deciding import reject_proposal
from billing.actions.reconciliation.discrepancies import explain
from billing.actions.reconciliation.run import reconcile
from billing.errors import MatchNotPossible
from billing.locks import lock_matching_alone
from billing.models import Discrepancy, ExpectedMoney, MatchPart, StatementLine
from billing.outbox.failing import pause_after
from tests.billing.reconciliation.records import a_line, an_expected
from tests.billing.records import a_customer, records_of
from tests.personas import make_user


def a_pair() -> tuple[StatementLine, ExpectedMoney]:
    return a_line(amount_minor=12500), an_expected(records_of(a_customer()).payment)


def a_piece(line: StatementLine, expected: ExpectedMoney, *, minor: int = 500, status: str = "found") -> MatchPart:
    return MatchPart.objects.create(
        line=line, expected=expected, line_minor=minor, expected_minor=minor, rule="by_hand", score=1000, status=status
    )


def locked(line: StatementLine) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmax::text <> '0' FROM billing_statementline WHERE id = %s", [line.pk])
        (answer,) = cursor.fetchone()
    return bool(answer)


def impatiently(line: StatementLine, expected: ExpectedMoney, part: MatchPart | None) -> str:
    """In a connection of its own: what came of giving a piece away, or of letting a proposed one hold."""
    try:
        with seeing_as_system():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', '300ms', true)")
            if part is None:
                a_piece(line, expected)
            else:
                MatchPart.objects.filter(pk=part.pk).update(status="waiting")
    except OperationalError as error:
        return str(error)
    finally:
        connection.close()
    return "given"


@pytest.mark.django_db(transaction=True)
def test_what_a_person_explains_in_this_moment_no_booking_settles() -> None:
    with seeing_as_system():
        line, expected = a_pair()
        part = a_piece(line, expected, minor=12500)
        off = Discrepancy.objects.create(
            kind="unknown", line=line, amount_minor=12500, currency="USD", words="Odd.", found_at=timezone.now()
        )
    someone = make_user("fin@desk.example")

    def booked() -> int:
        try:
            return book_found(at=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as other:
        with seeing_as_system():
            explain(off.pk, words="Paid in cash.", by=someone, at=timezone.now())
            booking = other.submit(booked)
            waits_for_a_row()
        assert booking.result(timeout=20) == 1

    with seeing_as_system():
        off.refresh_from_db()
        assert (off.status, off.resolution, off.resolved_by_id) == ("resolved", "Paid in cash.", someone.pk)
        part.refresh_from_db()
        assert part.status == "posted"


def waits_for_a_row() -> None:
    """Until some other connection of this database waits for what ours holds."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')")
            if cursor.fetchone()[0]:
                return
        sleep(0.05)
    raise AssertionError("nobody waits")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [False, True], ids=["a new part", "a proposed part"])
def test_a_piece_waits_for_the_run(known: bool) -> None:
    with seeing_as_system():
        line, expected = a_pair()
        part = a_piece(line, expected, status="proposed") if known else None
    with ThreadPoolExecutor(max_workers=1) as other:
        with transaction.atomic():
            lock_matching_alone()
            during = other.submit(impatiently, line, expected, part).result()
        after = other.submit(impatiently, line, expected, part).result()

    assert "lock timeout" in during
    assert after == "given"


@pytest.mark.django_db
@pytest.mark.parametrize("alone", [True, False], ids=["in a run", "by anybody else"])
def test_rows_are_locked_by_all_but_a_run(alone: bool) -> None:
    with seeing_as_system():
        line, expected = a_pair()
        if alone:
            lock_matching_alone()
        a_piece(line, expected)

        assert locked(line) is not alone


@pytest.mark.django_db
@pytest.mark.parametrize("alone", [True, False], ids=["in a run", "by anybody else"])
def test_pieces_never_add_up_to_more_than_the_line(alone: bool) -> None:
    with seeing_as_system():
        line, expected = a_pair()
        if alone:
            lock_matching_alone()
        a_piece(line, expected, minor=12000)

        with pytest.raises(IntegrityError, match="more than it"), transaction.atomic():
            a_piece(line, expected, minor=501)


LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


def limits() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(name) FROM unnest(%s::text[]) AS name", [list(LIMITS)])
        return [value for (value,) in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_a_run_takes_what_it_takes_and_the_limits_of_requests_come_back() -> None:
    """Half a million lines are more than the five seconds of a page."""
    with connection.cursor() as cursor:
        for name in LIMITS:
            cursor.execute("SELECT set_config(%s, '5s', false)", [name])
    try:
        with transaction.atomic():
            lock_matching_alone()
            assert limits() == ["0", "0", "0"]
        assert limits() == ["5s", "5s", "5s"]
    finally:
        connection.close()


def test_the_task_after_an_import_may_run_as_long_as_the_import() -> None:
    after, before = tasks.reconcile_new_lines, tasks.import_statement_file
    assert isinstance(after, tasks.LongTask)
    assert (after.soft_time_limit, after.time_limit) == (before.soft_time_limit, before.time_limit) == (1500, 1560)


def during_a_run(deed: Callable[[], object]) -> str:
    """In a connection of its own, while a run is under way: what it is told."""

    def impatient() -> str:
        try:
            with seeing_as_system():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('lock_timeout', '300ms', true)")
                deed()
        except MatchNotPossible as refused:
            return str(refused)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(max_workers=1) as other, transaction.atomic():
        lock_matching_alone()
        return other.submit(impatient).result()


@pytest.mark.django_db(transaction=True)
def test_a_second_run_does_not_sit_in_a_worker_and_comes_again_for_hours() -> None:
    assert "comes after it" in during_a_run(lambda: reconcile(at=timezone.now()))

    pauses = [pause_after(failures) for failures in range(1, tasks.reconcile_new_lines.most_failures)]
    assert sum(pauses, timedelta()) > timedelta(hours=2)


@pytest.mark.django_db(transaction=True)
def test_who_decides_during_a_run_is_told_so() -> None:
    assert "large statement" in during_a_run(
        lambda: reject_proposal(1, by=make_user("f@desk.example"), at=timezone.now())
    )
