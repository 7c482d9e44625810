"""The audit chain: what is written gets sealed, and every way to tamper with it is found."""

import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField, CreateModel
from django.utils import timezone
from pytest_django import Settings

from billing.access.scopes import seeing_as_system
from billing.audit.anchor import anchor_head, anchors
from billing.audit.epochs import look_now
from billing.audit.history import history_of
from billing.audit.sealer import seal_batch
from billing.audit.sources import sources
from billing.audit.verify import verify, verify_newest
from billing.models import Customer, Payment, PaymentRead, Reading, ReadOutcome, Seal, SealEpoch
from billing.outbox.loop import Relay
from supportdesk.people.models import IdentityEvent, User
from tests.billing.records import a_customer, records_of
from tests.billing.sealing import seal_all, sealed_of

pytestmark = pytest.mark.django_db(transaction=True)

Owner = psycopg.Connection[tuple[Any, ...]]
SOURCE = "billing_customerhistory"


@pytest.fixture(autouse=True)
def anchor_file(settings: Settings, tmp_path: Path) -> Path:
    path = tmp_path / "anchor.log"
    settings.AUDIT_ANCHOR_PATH = str(path)
    return path


@pytest.fixture(autouse=True)
def epoch(anchor_file: Path) -> None:
    """The trail has begun, with its first seal: that of the epoch."""
    now = look_now()
    with seeing_as_system():
        SealEpoch.objects.create(
            number=1, system_identifier=now.system_identifier, oldest_xid=1, newest_xid=1, after_seq=0, marks={}
        )
    assert seal_batch() == 1


@pytest.fixture
def sealed() -> None:
    for name in ("Lena", "Sam", "Mei"):
        a_customer(name)
    assert sealed_of(3) == 3
    anchor_head(at=timezone.now())
    assert verify().findings == ()


@pytest.fixture
def tamper(owner_connection: Owner) -> Iterator[Owner]:
    """Somebody with the owner's password, who has switched the triggers off."""
    with owner_connection.transaction():
        for table in (SOURCE, "billing_seal", "billing_paymentread"):
            owner_connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield owner_connection
    for table in (SOURCE, "billing_seal", "billing_paymentread"):
        owner_connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def kinds() -> set[str]:
    return {finding.kind for finding in verify().findings}


def ids(table: str = SOURCE) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pgh_id FROM {table} ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


def test_every_change_of_a_record_becomes_a_sealed_row() -> None:
    records = records_of(a_customer())
    with seeing_as_system():
        Payment.objects.filter(pk=records.payment.pk).update(refunded_minor=5)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE billing_payment SET refunded_minor = 6")
            cursor.execute("UPDATE billing_payment SET refunded_minor = 6")  # changes nothing
        history = list(history_of(records.payment).values_list("pgh_label", "refunded_minor"))
    waiting = verify().unsealed

    assert history == [("insert", 0), ("update", 5), ("update", 6)]
    assert sealed_of(waiting) == waiting > 8
    assert verify().unsealed == 0
    assert seal_batch() == 0


def test_a_history_row_survives_what_and_whom_it_names() -> None:
    customer = a_customer()
    pk = customer.pk

    customer.delete()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pgh_label, pgh_obj_id, name FROM billing_customerhistory ORDER BY pgh_id")
        assert cursor.fetchall() == [("insert", pk, "Lena Ortiz"), ("delete", pk, "Lena Ortiz")]


def test_rows_of_an_open_transaction_wait_and_lose_no_place(owner_connection: Owner) -> None:
    with owner_connection.transaction():
        owner_connection.execute(
            "INSERT INTO billing_customer (provider, external_id, provider_version, reference, name, email, phone,"
            " country, language) VALUES ('', '', 0, 'SLOW', 'Slow', '', '', '', 'en')"
        )
        a_customer("Quick")
        assert seal_batch() == 0  # the slow one has the smaller transaction and id
    assert sealed_of(2) == 2
    assert verify().findings == ()


def test_rows_are_sealed_in_the_order_of_their_transactions_as_numbers(tamper: Owner) -> None:
    for number, xid in enumerate((10, 9, 11, 8, 100), start=1):
        tamper.execute(
            "INSERT INTO billing_paymentread (id, outcome, refusal, reading, view, actor_name, role, session_hash,"
            " user_agent_hash, case_ref, object_kind, field, reason, xid)"
            f" VALUES ({number}, 'seen', '', 'panel', 'v', '', '', '', '', '', '', '', '', '{xid}')"
        )

    seal_all(limit=2)

    reads = Seal.objects.filter(source="billing_paymentread").order_by("seq")
    assert list(reads.values_list("source_xid", flat=True)) == [8, 9, 10, 11, 100]
    assert kinds() == set()


def test_python_and_the_database_chain_alike(sealed: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM billing_seal"
            " WHERE hash = redress_link_hash(previous, row_hash, seq, source, source_id, source_xid, form)"
        )
        assert cursor.fetchone() == (4,)


def test_two_sealers_at_once_seal_each_row_once() -> None:
    for number in range(60):
        a_customer(str(number))

    def run() -> None:
        for _ in range(20):
            seal_batch(limit=7)
        connection.close()

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_all(limit=7)

    assert list(Seal.objects.filter(seq__gt=1).order_by("seq").values_list("seq", "source_id")) == [
        (number, pk) for number, pk in enumerate(ids(), start=2)
    ]
    assert verify().findings == ()


def test_a_batch_that_is_rolled_back_is_sealed_again() -> None:
    a_customer()
    with transaction.atomic():
        assert sealed_of(1) == 1
        transaction.set_rollback(True)

    assert sealed_of(1) == 1
    assert verify().findings == ()


def test_nothing_wrong_says_so(sealed: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_audit")

    assert "whole: 4 seals, 1 anchors, 0 rows waiting" in capsys.readouterr().out


def test_a_changed_row_is_found(sealed: None, tamper: Owner, capsys: pytest.CaptureFixture[str]) -> None:
    tamper.execute(f"UPDATE {SOURCE} SET name = 'Nobody' WHERE pgh_id = {ids()[1]}")

    assert kinds() == {"changed"}
    with pytest.raises(CommandError, match="tampered"):
        call_command("verify_audit")
    assert f"{SOURCE} row {ids()[1]}" in capsys.readouterr().err


def test_a_changed_context_is_found(sealed: None, tamper: Owner) -> None:
    tamper.execute(f"UPDATE {SOURCE} SET pgh_context = '{{}}' WHERE pgh_id = {ids()[1]}")

    assert kinds() == {"changed"}


def test_a_deleted_row_is_found(sealed: None, tamper: Owner) -> None:
    tamper.execute(f"DELETE FROM {SOURCE} WHERE pgh_id = {ids()[1]}")

    assert kinds() == {"deleted"}


def test_a_row_deleted_with_its_seal_is_found(sealed: None, tamper: Owner) -> None:
    tamper.execute(f"DELETE FROM billing_seal WHERE source_id = {ids()[1]}")
    tamper.execute(f"DELETE FROM {SOURCE} WHERE pgh_id = {ids()[1]}")

    assert kinds() == {"chain"}


def test_a_row_put_in_later_is_found(sealed: None, tamper: Owner) -> None:
    columns = "pgh_xid, pgh_created_at, pgh_label, id, provider, external_id, provider_version, reference, name, email"
    columns += ", phone, country, language, created_at, pgh_obj_id"
    tamper.execute(
        f"INSERT INTO {SOURCE} (pgh_id, {columns}) SELECT -1, {columns} FROM {SOURCE} WHERE pgh_id = {ids()[0]}"
    )

    assert kinds() == {"inserted"}


def test_two_rows_swapped_are_found(sealed: None, tamper: Owner) -> None:
    first, second = ids()[:2]
    for old, new in ((first, -9), (second, first), (-9, second)):
        tamper.execute(f"UPDATE {SOURCE} SET pgh_id = {new} WHERE pgh_id = {old}")

    assert kinds() == {"changed"}


def test_the_newest_rows_cut_off_with_their_seals_are_found_by_the_anchor(sealed: None, tamper: Owner) -> None:
    tamper.execute("DELETE FROM billing_seal WHERE seq = 4")
    tamper.execute(f"DELETE FROM {SOURCE} WHERE pgh_id = {ids()[2]}")

    assert kinds() == {"tail"}


def test_a_chain_made_anew_is_found_by_the_anchor(sealed: None, tamper: Owner) -> None:
    tamper.execute(f"UPDATE {SOURCE} SET name = 'Nobody' WHERE pgh_id = {ids()[2]}")
    tamper.execute("DELETE FROM billing_seal")
    assert [sealed_of(1), sealed_of(3)] == [1, 3]

    assert kinds() == {"chain"}


def test_the_newest_seals_are_looked_at_alone(sealed: None, tamper: Owner) -> None:
    assert verify_newest(2).findings == ()
    assert verify_newest(2).seals == 2

    tamper.execute(f"UPDATE {SOURCE} SET name = 'Nobody' WHERE pgh_id = {ids()[0]}")
    assert verify_newest(2).findings == ()  # the first row is the hourly look's to find
    tamper.execute(f"UPDATE {SOURCE} SET name = 'Nobody' WHERE pgh_id = {ids()[2]}")
    assert [finding.where for finding in verify_newest(2).findings] == [f"{SOURCE} {ids()[2]}"]
    tamper.execute("UPDATE billing_seal SET previous = '' WHERE seq = 3")
    assert "seal 3" in [finding.where for finding in verify_newest(2).findings]


def test_a_relay_says_at_its_start_what_became_of_the_trail(
    sealed: None, tamper: Owner, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Relay, "run", lambda relay: None)  # its rounds have tests of their own
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)

    call_command("relay")
    assert "whole in its newest 4 seals" in capsys.readouterr().out

    tamper.execute(f"UPDATE {SOURCE} SET name = 'Nobody' WHERE pgh_id = {ids()[1]}")
    call_command("relay")
    assert "tampered with: 1 findings" in capsys.readouterr().err


@pytest.mark.parametrize("trick", ["change", "cut the middle", "forge"])
def test_a_changed_anchor_file_is_found(sealed: None, anchor_file: Path, trick: str) -> None:
    for name in ("Ida", "Jon"):
        a_customer(name)
        assert sealed_of(1) == 1
        anchor_head(at=timezone.now())
    lines = anchor_file.read_text().splitlines(keepends=True)
    assert len(list(anchors())) == 3
    assert kinds() == set()

    if trick == "change":
        lines[0] = lines[0].replace('"seq": 4', '"seq": 3')
    elif trick == "cut the middle":
        del lines[1]
    else:
        lines.append('{"at": "", "seq": 9, "hash": "", "mac": ""}\n')
    anchor_file.write_text("".join(lines))

    assert "anchor" in kinds()


def test_the_same_head_is_anchored_once(sealed: None) -> None:
    assert anchor_head(at=timezone.now()) is None
    assert [anchor.seq for anchor in anchors()] == [4]


def test_reads_are_sealed_and_cannot_be_changed(tamper: Owner) -> None:
    PaymentRead.objects.create(outcome=ReadOutcome.SEEN, reading=Reading.PANEL, view="v", actor_id=1)
    assert sealed_of(1) == 1
    assert kinds() == set()

    tamper.execute("UPDATE billing_paymentread SET actor_id = 2")

    assert kinds() == {"changed"}


def test_the_owner_cannot_change_reads_or_seals_without_switching_triggers_off(owner_connection: Owner) -> None:
    PaymentRead.objects.create(outcome=ReadOutcome.SEEN, reading=Reading.PANEL, view="v")
    assert sealed_of(1) == 1

    for statement in (
        "UPDATE billing_paymentread SET view = 'w'",
        "DELETE FROM billing_paymentread",
        "UPDATE billing_seal SET form = 2",
        "DELETE FROM billing_seal",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation):
            owner_connection.execute(statement)


def test_every_history_table_is_closed_and_sealed() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgname IN ('append_only_rows', 'append_only_table')"
        )
        closed = {row[0] for row in cursor.fetchall()}

    assert {source.table for source in sources()} - closed == set()
    assert Customer._meta.db_table + "history" in closed


def test_deeds_about_identities_are_sealed_and_a_changed_one_is_found(agent: User, owner_connection: Owner) -> None:
    seal_all()
    written = set(IdentityEvent.objects.values_list("pk", flat=True))
    table = "people_identityevent"
    assert len(written) > 0
    assert set(Seal.objects.filter(source=table).values_list("source_id", flat=True)) == written
    assert kinds() == set()

    owner_connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    owner_connection.execute(f"UPDATE {table} SET by_email = 'somebody@else.test'")
    owner_connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    assert kinds() == {"changed"}


# Of the time when no desk had anything sealed yet; the last made a sealed table of its own.
BEFORE_SEALS = {"0002_queue_categories", "0014_credits_renderings_checkouts", "0004_events_sealed"}


def test_columns_added_to_sealed_tables_leave_the_hashes_of_older_rows_as_they_were() -> None:
    """They are null in those rows, and nulls are left out of what is hashed."""
    tables = {source.table for source in sources()}
    made: dict[str, str] = {}
    added = []
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        for operation in migration.operations:
            if isinstance(operation, CreateModel):
                made[f"{app}_{operation.name_lower}"] = name
            elif isinstance(operation, AddField) and name not in BEFORE_SEALS:
                table = f"{app}_{operation.model_name_lower}"
                if table in tables and made.get(table, name) != name:
                    added.append((table, operation.name, operation.field))

    assert added
    assert [each for each in added if not each[2].null or each[2].has_default() or each[2].has_db_default()] == []
