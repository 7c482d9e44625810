"""From upload to rows: once, wholly, and with a word about everything that was not taken."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection

from billing.access.scopes import seeing_as_system
from billing.actions import statements as deeds
from billing.actions.statement_bytes import forget_leftovers
from billing.actions.statement_news import MATCHING
from billing.actions.statement_rows import Taken, take_rows
from billing.errors import StepNotAllowed
from billing.models import BankAccount, OutboxMessage, Statement, StatementFile, StatementLine, StatementRemark
from billing.statements.mapping import CsvRules
from billing.statements.records import StatementRefused
from billing.states import StatementFileStatus
from tests.billing.statements.answering import import_adding_accounts, our_account
from tests.billing.statements.files import MT940, camt, camt_balance, camt_details, camt_entry, csv_lines
from tests.personas import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.production]
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
COFFEE = camt_entry("4.50", direction="DBIT", details=camt_details(text="CITY COFFEE", side="Cdtr"))
RENT = camt_entry("900.00", direction="DBIT", day="2026-11-19", reference="R-1")


def received(content: bytes, filename: str = "statement.xml", account: BankAccount | None = None) -> StatementFile:
    return deeds.receive_statement_file([content], filename=filename, account=account, by=None).file


def imported(content: bytes, account: BankAccount | None = None) -> StatementFile:
    file = received(content, account=account)
    import_adding_accounts(file.pk, at=NOW)
    file.refresh_from_db()
    return file


def counts(file: StatementFile) -> tuple[str, int, int, int, int]:
    return file.status, file.lines_read, file.lines_imported, file.lines_known, file.lines_rejected


def lines() -> list[tuple[date, int]]:
    with seeing_as_system():
        return list(StatementLine.objects.order_by("line_number", "id").values_list("booked_on", "amount_minor"))


def test_a_file_becomes_an_account_a_statement_and_its_lines() -> None:
    balances = camt_balance("OPBD", "1000.00") + camt_balance("CLBD", "95.50")

    file = imported(camt(RENT + COFFEE, balances=balances))

    assert counts(file) == ("imported", 2, 2, 0, 0)
    assert (file.format, file.status_reason, file.finished_at) == ("camt", "", NOW)
    with seeing_as_system():
        statement = Statement.objects.select_related("account").get()
        coffee = StatementLine.objects.get(amount_minor=-450)
    assert (statement.opening_minor, statement.closing_minor, statement.balances) == (100000, 9550, True)
    assert (statement.account.number, statement.account.name) == ("DE89370400440532013000", "Redress Insurance")
    facts = {
        "booked_on": date(2026, 11, 20),
        "value_on": date(2026, 11, 20),
        "currency": "EUR",
        "remittance": "CITY COFFEE",
        "counterparty": "Lena Vogel",
        "counterparty_last4": "2051",
        "matching": "open",
        "pending": False,
        "fee_minor": 0,
        "account_id": statement.account_id,
    }
    assert {name: getattr(coffee, name) for name in facts} == facts


def test_nobody_sees_the_lines_without_a_scope() -> None:
    imported(camt(COFFEE))
    assert StatementLine.objects.count() == 0
    assert lines() == [(date(2026, 11, 20), -450)]


def test_the_same_bytes_are_the_same_file() -> None:
    our_account()
    first = imported(camt(COFFEE))
    again = deeds.receive_statement_file([camt(COFFEE)], filename="again.xml", account=None, by=None)

    assert (again.file.pk, again.is_new) == (first.pk, False)
    assert OutboxMessage.objects.filter(task=deeds.READ_TASK).count() == 1


def test_an_overlapping_statement_brings_only_what_is_new() -> None:
    imported(camt(RENT + COFFEE))
    tea = camt_entry("3.00", direction="DBIT", day="2026-11-21")

    file = imported(camt(COFFEE + tea))

    assert counts(file) == ("imported", 2, 1, 1, 0)
    assert sorted(amount for _, amount in lines()) == [-90000, -450, -300]


def test_two_equal_lines_of_one_file_are_two_and_stay_two() -> None:
    imported(camt(COFFEE + COFFEE))
    file = imported(camt(RENT + COFFEE + COFFEE))

    assert counts(file) == ("imported", 3, 1, 2, 0)
    assert sorted(amount for _, amount in lines()) == [-90000, -450, -450]


def test_a_file_of_known_lines_says_so() -> None:
    imported(camt(RENT + COFFEE))
    file = imported(camt(COFFEE))
    assert OutboxMessage.objects.filter(task=MATCHING).count() == 1
    assert (counts(file), file.status_reason) == (
        ("imported", 1, 0, 1, 0),
        "Every line was known from an earlier file.",
    )


def test_what_was_announced_is_the_same_line_once_it_is_booked() -> None:
    imported(camt(camt_entry("7.00", reference="P-1", status="<Sts>PDNG</Sts>")))
    with seeing_as_system():
        before = StatementLine.objects.get()

    file = imported(camt(camt_entry("7.00", reference="P-1")))

    with seeing_as_system():
        after = StatementLine.objects.get()
    assert (before.pk, before.pending, after.pk, after.pending) == (after.pk, True, before.pk, False)
    assert counts(file) == ("imported", 1, 0, 1, 0)
    assert OutboxMessage.objects.filter(task=MATCHING).count() == 2


def test_a_bad_balance_is_a_warning_and_the_file_is_taken() -> None:
    balances = camt_balance("OPBD", "10.00") + camt_balance("CLBD", "10.00")

    file = imported(camt(COFFEE, balances=balances))

    assert counts(file) == ("imported", 1, 1, 0, 0)
    assert list(StatementRemark.objects.values_list("line_number", "rejected", "reason")) == [
        (3, False, "The opening balance and the lines do not make the closing balance.")
    ]
    with seeing_as_system():
        assert Statement.objects.get().balances is False


def test_a_rejected_line_is_named_and_its_neighbours_are_taken() -> None:
    bad = camt_entry("4.505")
    file = imported(camt(RENT + bad + COFFEE))

    assert counts(file) == ("imported", 3, 2, 0, 1)
    assert list(StatementRemark.objects.values_list("line_number", "rejected", "reason")) == [
        (5, True, "“4.505” has more decimals than EUR has.")
    ]


def test_a_card_number_in_a_remittance_or_a_reason_is_never_written() -> None:
    pan = "4111 1111 1111 1111"
    text = camt_details(text=f"card {pan} cvv 737 thanks", name=f"Lena {pan}")
    bad = camt_entry(pan)

    imported(camt(camt_entry("5.00", details=text) + bad))

    with seeing_as_system():
        line = StatementLine.objects.get()
    assert (line.remittance, line.counterparty) == ("card ****1111 cvv *** thanks", "Lena ****1111")
    assert StatementRemark.objects.get().reason == "“****1111” is not an amount."


@pytest.mark.parametrize("place", ["before the lines", "after the lines"])
def test_a_failure_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise DatabaseError(place)

    our_account()
    file = received(camt(RENT + COFFEE))
    monkeypatch.setattr(deeds, "take_rows" if place == "before the lines" else "announce_lines", broken)
    with pytest.raises(DatabaseError):
        deeds.import_statement_file(file.pk, at=NOW)

    assert (lines(), Statement.objects.count(), StatementRemark.objects.count()) == ([], 0, 0)
    file.refresh_from_db()
    assert file.status == "reading"
    monkeypatch.undo()
    deeds.import_statement_file(file.pk, at=NOW)
    assert len(lines()) == 2


def test_a_redelivered_task_changes_nothing() -> None:
    file = imported(camt(RENT + COFFEE))
    deeds.import_statement_file(file.pk, at=NOW + timedelta(hours=1))
    file.refresh_from_db()
    assert (counts(file), file.finished_at) == (("imported", 2, 2, 0, 0), NOW)


def test_a_file_cut_off_is_refused_whole() -> None:
    whole = camt(RENT + COFFEE)
    file = imported(whole[: len(whole) - 120])
    assert file.status == "refused"
    assert file.status_reason.startswith("The file is not well-formed XML at line ")
    assert (lines(), Statement.objects.count()) == ([], 0)


def test_a_refused_file_can_be_uploaded_again() -> None:
    nameless = MT940.replace(b":25:37040044/0532013000\n", b"")
    file = imported(nameless)
    assert (file.status, file.status_reason) == (
        "refused",
        "The file does not say which account it is about; choose the account.",
    )
    account = our_account("37040044/0532013000")

    again = imported(nameless, account=account)

    assert (again.pk, counts(again)) == (file.pk, ("imported", 2, 2, 0, 0))
    with seeing_as_system():
        assert Statement.objects.get().account == account


def test_an_account_in_a_currency_that_has_ended_is_refused() -> None:
    file = imported(MT940.replace(b"EUR", b"DEM"))
    assert file.status == "refused"
    assert "DEM" in file.status_reason
    assert lines() == []


def test_a_banks_csv_waits_for_its_columns_once() -> None:
    rows = [(date(2026, 11, 20), "Rent", "-900.00"), (date(2026, 11, 21), "Premium", "12.50")]
    account = our_account("0042")
    someone = make_user("fin@desk.example")
    file = imported(csv_lines(rows))
    assert (file.status, lines()) == ("needs_mapping", [])

    rules = CsvRules(columns={"booked_on": (0,), "remittance": (1,), "amount": (2,)}, currency="EUR")
    deeds.set_mapping(file.pk, rules=rules, name="House bank", account=account, by=someone)
    deeds.import_statement_file(file.pk, at=NOW)
    later = imported(csv_lines([(date(2026, 11, 22), "Premium", "12.50")]))

    file.refresh_from_db()
    assert (counts(file), counts(later)) == (("imported", 2, 2, 0, 0), ("imported", 1, 1, 0, 0))
    with seeing_as_system():
        assert set(StatementLine.objects.values_list("account__number", "currency")) == {("0042", "EUR")}


def test_a_new_account_is_made_with_its_columns_or_not_at_all() -> None:
    someone = make_user("fin@desk.example")
    file = imported(csv_lines([(date(2026, 11, 20), "Rent", "-900.00")]))
    rules = CsvRules(columns={"booked_on": (0,), "remittance": (1,), "amount": (2,)}, currency="EUR")
    first, second = (deeds.NewAccount(number, "EUR", "House bank") for number in ("0042", "0043"))
    with seeing_as_system():
        deeds.set_mapping(file.pk, rules=rules, name="House bank", account=first, by=someone)
    deeds.import_statement_file(file.pk, at=NOW)

    with seeing_as_system():
        with pytest.raises(StepNotAllowed):  # the file is read by the columns that another has named
            deeds.set_mapping(file.pk, rules=rules, name="House bank", account=second, by=someone)

        assert list(BankAccount.objects.values_list("number", flat=True)) == ["0042"]


def test_a_task_that_breaks_for_good_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from billing.tasks import import_statement_file

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise MemoryError

    file = received(camt(COFFEE))
    message = OutboxMessage.objects.get(task=deeds.READ_TASK)
    monkeypatch.setattr(deeds, "gather", broken)
    for _ in range(3):
        OutboxMessage.objects.filter(pk=message.pk).update(running_until=None)
        import_statement_file(outbox_id=message.pk, **message.payload)

    file.refresh_from_db()
    message.refresh_from_db()
    assert file.status == "refused"
    assert file.status_reason == "The file could not be read, for a reason that is ours; the operator's log says more."
    assert message.dead_at is not None


@pytest.mark.django_db(transaction=True)
def test_the_bytes_are_ours_alone_and_gone_after_the_import(kept_bytes: Path) -> None:
    our_account()
    file = received(camt(COFFEE))
    waiting = list(kept_bytes.iterdir())
    assert [path.name for path in waiting] == [file.sha256]
    assert waiting[0].stat().st_mode & 0o777 == 0o600

    deeds.import_statement_file(file.pk, at=NOW)

    assert list(kept_bytes.iterdir()) == []


def test_what_is_too_large_is_refused_while_it_comes(kept_bytes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing.actions.statement_bytes.LARGEST", 3000)
    taken = []

    def endless() -> Any:
        for _ in range(1_000_000):
            taken.append(1024)
            yield b"x" * 1024

    with pytest.raises(StatementRefused, match="larger than 200 MB"):
        deeds.receive_statement_file(endless(), filename="big.csv", account=None, by=None)

    assert (len(taken), list(kept_bytes.iterdir()), StatementFile.objects.count()) == (3, [], 0)


def test_leftovers_are_forgotten_after_a_month(kept_bytes: Path) -> None:
    (kept_bytes / "old").write_bytes(b"1")
    (kept_bytes / "new").write_bytes(b"2")
    later = datetime.now(UTC) + timedelta(days=29)
    assert forget_leftovers(at=later) == 0
    assert forget_leftovers(at=later + timedelta(days=2)) == 2


@pytest.mark.parametrize("now", StatementFileStatus.values)
@pytest.mark.parametrize("wanted", StatementFileStatus.values)
def test_only_the_steps_of_the_table_are_taken(now: str, wanted: str) -> None:
    from billing.actions.statuses import set_status
    from billing.errors import StepNotAllowed
    from billing.states import STATEMENT_FILE_STEPS

    file = StatementFile(filename="f", sha256="0", size_bytes=1, status=now)
    if now == wanted or wanted in STATEMENT_FILE_STEPS[StatementFileStatus(now)]:
        assert set_status(file, wanted) is (now != wanted)
        assert file.status == wanted
    else:
        with pytest.raises(StepNotAllowed, match="The file is"):
            set_status(file, wanted)
        assert file.status == now


def test_lines_go_in_by_copy_and_one_statement() -> None:
    """What a row costs must not be a round trip."""
    our_account()
    file = received(camt("".join(camt_entry(f"{number}.00") for number in range(1, 41))))
    asked: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        deeds.import_statement_file(file.pk, at=NOW)

    assert len(lines()) == 40
    assert len(asked) < 30


def test_what_waits_for_its_columns_says_how_far_it_is_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    finish = deeds._finish

    def looked_at(file: StatementFile, *args: Any, **named: Any) -> None:
        told.append(deeds.progress_of(file.pk))
        finish(file, *args, **named)

    monkeypatch.setattr(deeds, "_finish", looked_at)
    monkeypatch.setattr(deeds, "monotonic", iter(range(10_000)).__next__)
    rows = csv_lines([(date(2026, 11, 20), f"Rent {number}", "-900.00") for number in range(2_500)])
    file = imported(rows)

    ((lines_seen, place),) = told
    assert (file.status, lines_seen) == ("needs_mapping", 2_000)
    assert 0.7 < place / file.size_bytes < 0.9


def test_a_long_file_says_how_far_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    our_account()
    told: list[tuple[int, int]] = []
    file = received(camt("".join(camt_entry(f"{number % 90}.00", reference=str(number)) for number in range(1, 1502))))
    take = take_rows

    def looked_at(*args: Any, **told_beside: Any) -> Taken:
        told.append(deeds.progress_of(file.pk))
        return take(*args, **told_beside)

    monkeypatch.setattr(deeds, "take_rows", looked_at)
    deeds.import_statement_file(file.pk, at=NOW)

    ((lines_read, place),) = told
    assert lines_read == 1000
    assert 0 < place <= file.size_bytes
