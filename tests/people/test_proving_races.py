"""Guesses that run abreast, and guesses whose request is rolled back. Real connections, real commits."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from supportdesk.people.actions.proving import Answer, check_code
from supportdesk.people.models import CodeGuard, User
from tests.people.codes import code_of, wrong_code_of

pytestmark = pytest.mark.django_db(transaction=True)


def abreast(work: Callable[[], Answer], *, threads: int) -> list[Answer]:
    answers: list[Answer] = []
    start = threading.Barrier(threads)

    def run() -> None:
        try:
            start.wait()
            answers.append(work())
        finally:
            connection.close()

    crew = [threading.Thread(target=run) for _ in range(threads)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    return answers


def test_one_code_sent_ten_times_at_once_opens_once(agent: User) -> None:
    code, now = code_of(agent), timezone.now()
    answers = abreast(lambda: check_code(agent, code, at=now).answer, threads=10)
    assert sorted(answer.value for answer in answers) == sorted(["accepted"] + ["wrong"] + ["wait"] * 8)


def test_wrong_codes_sent_at_once_are_checked_one_at_a_time(agent: User) -> None:
    code, now = wrong_code_of(agent), timezone.now()
    answers = abreast(lambda: check_code(agent, code, at=now).answer, threads=10)
    assert sorted(answer.value for answer in answers) == ["wait"] * 9 + ["wrong"]
    assert CodeGuard.objects.get(user=agent).failures == 1


def test_wrong_code_is_counted_though_the_request_fails_afterwards(agent: User) -> None:
    def view() -> None:
        check_code(agent, wrong_code_of(agent), at=timezone.now())
        raise LookupError

    with pytest.raises(LookupError):
        view()
    assert CodeGuard.objects.get(user=agent).failures == 1


def test_code_is_not_checked_inside_a_transaction_that_could_take_the_count_back(agent: User) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        check_code(agent, wrong_code_of(agent), at=timezone.now())
    assert CodeGuard.objects.filter(user=agent).count() == 0


def test_a_thousand_guesses_are_few_checks(agent: User) -> None:
    """A day of guessing as fast as the desk admits: every half hour ten codes are looked at, no more."""
    code, at, checked = wrong_code_of(agent), timezone.now(), 0
    for _ in range(1000):
        answer = check_code(agent, code, at=at).answer
        checked += answer in {Answer.WRONG} or (answer is Answer.LOCKED and _just_locked(agent, at))
        at += timedelta(seconds=5)
    assert checked == 30


def _just_locked(user: User, at: object) -> bool:
    guard = CodeGuard.objects.get(user=user)
    return guard.locked_until is not None and guard.locked_until - timedelta(minutes=30) == at
