"""A power cut in the middle of an import, and several imports at once: nothing is half there, and nothing twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from billing import tasks
from billing.access.scopes import seeing_as_system
from billing.actions import statements as deeds
from billing.models import OutboxMessage, Statement, StatementFile
from billing.outbox import work
from billing.outbox.lease import LEASE, renewed_lease
from tests.billing.statements.answering import our_account
from tests.billing.statements.files import camt, camt_entry
from tests.billing.statements.test_importing import NOW, counts, lines, received
from tests.billing.statements.test_told_twice import NOTIFIED, STATED, amounts
from tests.billing.test_outbox_faults import environment
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 2_500


def many(first: int = 0) -> bytes:
    return camt("".join(camt_entry(f"{number}.00", reference=f"R-{number}") for number in range(first, first + MANY)))


def statements() -> int:
    with seeing_as_system():
        return Statement.objects.count()


def run_command(path: Path, folder: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "manage.py", "import_statement", "--add-accounts", str(path)],
        env={**environment(folder), "REDRESS_VAR": os.environ.get("REDRESS_VAR", "var"), **more},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("point", ["statement.gathered", "statement.taken"])
def test_killed_midway_nothing_is_half_there_and_the_next_run_takes_all(point: str, tmp_path: Path) -> None:
    our_account()
    path = tmp_path / "november.xml"
    path.write_bytes(many())

    killed = run_command(path, tmp_path, FAIL_AT=point)
    left = (len(lines()), statements())
    again = run_command(path, tmp_path)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert left == (0, 0)
    assert again.returncode == 0, again.stderr
    assert counts(StatementFile.objects.get()) == ("imported", MANY, MANY, 0, 0)
    assert len(lines()) == MANY


def test_two_workers_with_one_file_take_it_once() -> None:
    our_account()
    file = received(many())

    outcomes = race([lambda: deeds.import_statement_file(file.pk, at=NOW)] * 2)

    assert outcomes == [None, None]
    file.refresh_from_db()
    assert (counts(file), len(lines())) == (("imported", MANY, MANY, 0, 0), MANY)
    assert statements() == 1


def test_two_files_that_overlap_at_once_take_each_line_once() -> None:
    """In opposite orders their rows would wait for each other, were the account not locked first."""
    our_account()
    first, second = received(many()), received(many(first=MANY // 2))

    outcomes = race([lambda pk=pk: deeds.import_statement_file(pk, at=NOW) for pk in (first.pk, second.pk)])  # type: ignore[misc]  # bound in its own turn

    assert outcomes == [None, None]
    assert len(lines()) == MANY + MANY // 2
    new = StatementFile.objects.values_list("lines_imported", "lines_known", "status")
    assert sorted(new) == [(MANY // 2, MANY // 2, "imported"), (MANY, 0, "imported")]


def test_a_statement_and_its_notification_at_once_count_the_money_once() -> None:
    our_account()
    files = [received(NOTIFIED), received(STATED)]

    outcomes = race([lambda pk=file.pk: deeds.import_statement_file(pk, at=NOW) for file in files])  # type: ignore[misc]  # the same

    assert (outcomes, sum(amounts())) == ([None, None], 3000)


def test_a_long_import_keeps_its_lease_and_a_second_delivery_leaves_it_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = received(many())
    message = OutboxMessage.objects.get(task=deeds.READ_TASK)
    begun = work.Reliable._begun(tasks.import_statement_file, message.pk)
    OutboxMessage.objects.update(running_until=timezone.now())

    with renewed_lease(message.pk, every=LEASE / 11_000):
        while OutboxMessage.objects.get().running_until < timezone.now() + LEASE / 2:  # type: ignore[operator]  # it has one
            pass
        tasks.import_statement_file(outbox_id=message.pk, file_id=file.pk)

    assert begun is not None
    file.refresh_from_db()
    assert (file.status, OutboxMessage.objects.get().failures) == ("waits", 1)


def test_an_import_that_takes_too_long_says_what_to_do_and_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    our_account()
    file = received(many())
    message = OutboxMessage.objects.get(task=deeds.READ_TASK)

    def too_long(*args: object, **named: object) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(deeds, "take_rows", too_long)
    tasks.import_statement_file(outbox_id=message.pk, file_id=file.pk)

    file.refresh_from_db()
    message.refresh_from_db()
    assert (file.status, file.status_reason, lines()) == ("refused", deeds.TOO_LONG, [])
    assert message.done_at is not None
