"""A dump is restored into another cluster, whose transaction numbers begin anew: the chain goes on, and stays true."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from pytest_django import Settings

from billing.access.scopes import seeing_as_system
from billing.audit.epochs import EPOCHS, look_now
from billing.audit.sealer import Unsealed, _append, seal_batch
from billing.audit.sources import Source
from billing.audit.verify import verify
from billing.models import Seal, SealEpoch
from tests.billing.records import a_customer
from tests.billing.sealing import seal_all

pytestmark = pytest.mark.django_db(transaction=True)

Owner = psycopg.Connection[tuple[Any, ...]]
TABLE = "billing_customerhistory"
AHEAD = 10**12  # the old cluster had seen more transactions than this one ever will
ELSEWHERE = 1


@pytest.fixture(autouse=True)
def anchor_file(settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_ANCHOR_PATH = str(tmp_path / "anchor.log")


@pytest.fixture
def owner(owner_connection: Owner) -> Iterator[Owner]:
    owner_connection.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
    yield owner_connection
    owner_connection.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")


@pytest.fixture
def restored(owner: Owner) -> list[int]:
    """What a dump from another cluster holds: four rows of history, of which its sealer had reached three."""
    for name in ("Lena", "Sam", "Mei", "Ida"):
        a_customer(name)
    owner.execute(f"UPDATE {TABLE} SET pgh_xid = (%s + pgh_id)::text::xid8", [AHEAD])
    with seeing_as_system(), connection.cursor() as cursor:
        SealEpoch.objects.create(
            number=1, system_identifier=ELSEWHERE, oldest_xid=3, newest_xid=3, after_seq=0, marks={}
        )
        source = Source(TABLE, "pgh_id", "pgh_xid")
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
        rows = [row for table in (EPOCHS, source) for row in _hashed(cursor, table)]
        _append(rows[:4])
    return ids()


def _hashed(cursor: Any, source: Source) -> list[Unsealed]:
    cursor.execute(
        f"SELECT {source.id_column}, {source.xid_column}::text, {source.row_hash} FROM {source.table} AS content"
        " ORDER BY 1"
    )
    return [Unsealed(source.table, pk, int(xid), bytes(row_hash)) for pk, xid, row_hash in cursor.fetchall()]


def ids() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pgh_id FROM {TABLE} ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


def sealed() -> list[int]:
    return list(Seal.objects.filter(source=TABLE).order_by("seq").values_list("source_id", flat=True))


def findings() -> list[tuple[str, str]]:
    return [(finding.kind, finding.where) for finding in verify().findings]


def test_before_the_sealer_ran_here_a_restored_trail_is_whole(restored: list[int]) -> None:
    a_customer("New")

    assert findings() == []
    assert verify().unsealed == 2


def test_rows_of_the_old_cluster_and_the_new_one_are_sealed_and_nothing_is_called_tampering(
    restored: list[int],
) -> None:
    a_customer("New")  # before the relay was started
    seal_all()
    a_customer("Newer")
    seal_all()

    assert sealed() == ids()
    assert len(sealed()) == 6
    assert findings() == []
    assert verify().unsealed == 0


def test_the_new_cluster_begins_one_epoch_that_is_itself_in_the_chain(restored: list[int], owner: Owner) -> None:
    seal_all()
    a_customer("New")
    seal_all()

    with seeing_as_system():
        epochs = list(SealEpoch.objects.order_by("number").values_list("number", "system_identifier"))
    assert epochs == [(1, ELSEWHERE), (2, look_now().system_identifier)]
    with owner.transaction():
        owner.execute("ALTER TABLE billing_sealepoch DISABLE TRIGGER USER")
        owner.execute("UPDATE billing_sealepoch SET oldest_xid = '9' WHERE number = 2")
        owner.execute("ALTER TABLE billing_sealepoch ENABLE TRIGGER USER")
    assert findings() == [("changed", "billing_sealepoch 2")]


def test_taking_over_goes_on_batch_by_batch(restored: list[int]) -> None:
    for number in range(7):
        a_customer(str(number))

    batches = []
    while count := seal_batch(limit=3):
        batches.append(count)

    assert batches == [3, 3, 2, 1]  # eight rows, then the epoch
    assert sealed() == ids()
    assert findings() == []


def test_a_transaction_that_ran_while_the_epoch_began_is_sealed_after_it(
    restored: list[int], owner_connection: Owner
) -> None:
    with owner_connection.transaction():
        owner_connection.execute(
            "INSERT INTO billing_customer (provider, external_id, provider_version, reference, name, email, phone,"
            " country, language) VALUES ('', '', 0, 'SLOW', 'Slow', '', '', '', 'en')"
        )
        a_customer("Quick")
        while seal_batch():
            pass
        slow = set(range(min(ids()), max(ids()) + 1)) - set(ids())
    a_customer("Later")
    seal_all()

    assert sorted(sealed()) == ids()
    assert len(slow) == 1
    assert slow < set(sealed())
    assert findings() == []


@pytest.mark.parametrize("when", ["before the restore", "after it"])
def test_a_row_put_into_the_old_time_is_found_in_the_new_cluster_too(
    restored: list[int], owner: Owner, when: str
) -> None:
    if when == "after it":
        a_customer("New")
        seal_all()
    columns = "pgh_xid, pgh_created_at, pgh_label, id, provider, external_id, provider_version, reference, name, email"
    columns += ", phone, country, language, created_at, pgh_obj_id"
    owner.execute(
        f"INSERT INTO {TABLE} (pgh_id, {columns}) SELECT -1, {columns} FROM {TABLE} WHERE pgh_id = {restored[0]}"
    )
    assert findings() == [("inserted", f"{TABLE} -1")]
    a_customer("Newer")
    seal_all()

    assert findings() == [("inserted", f"{TABLE} -1")]


def test_a_clone_that_fell_behind_its_origin_begins_an_epoch_too(restored: list[int]) -> None:
    """The same system's name, but rows sealed in a future that this cluster has not seen."""
    with seeing_as_system():
        SealEpoch.objects.create(
            number=2,
            system_identifier=look_now().system_identifier,
            oldest_xid=AHEAD,
            newest_xid=AHEAD,
            after_seq=4,
            marks={},
        )
    a_customer("New")
    seal_all()

    with seeing_as_system():
        assert SealEpoch.objects.count() == 3
    assert sealed() == ids()
    assert findings() == []
