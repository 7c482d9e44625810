"""What an auditor takes away: whole, complete, and nothing can be changed in it unseen."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from billing.access.scopes import seeing_as_system
from billing.audit import check_export
from billing.audit.anchor import anchor_head
from billing.audit.check_export import check
from billing.audit.epochs import look_now
from billing.audit.verify import verify
from billing.models import PaymentRead, Reading, Seal, SealEpoch
from supportdesk.people import roles
from supportdesk.people.models import User
from tests.billing.records import a_customer
from tests.billing.sealing import sealed_of
from tests.billing.test_seals import Owner
from tests.personas import make_staff

pytestmark = pytest.mark.django_db(transaction=True)

Lines = list[dict[str, Any]]


@pytest.fixture
def anchor_file(settings: Settings, tmp_path: Path) -> Path:
    path = tmp_path / "anchor.log"
    settings.AUDIT_ANCHOR_PATH = str(path)
    return path


@pytest.fixture
def auditor(anchor_file: Path) -> User:
    """And a trail with some rows, sealed and anchored."""
    now = look_now()
    with seeing_as_system():
        SealEpoch.objects.create(
            number=1, system_identifier=now.system_identifier, oldest_xid=1, newest_xid=1, after_seq=0, marks={}
        )
    found = make_staff("auditor@desk.test", roles.AUDITOR)
    for name in ("Lena", "Sam", 'Mëi 梅 \\ "quoted"'):
        a_customer(name)
    waiting = verify().unsealed
    assert sealed_of(waiting) >= waiting
    anchor_head(at=timezone.now())
    return found


@pytest.fixture
def export(auditor: User, tmp_path: Path) -> Callable[..., Lines]:
    def written(*options: str, name: str = "trail.jsonl") -> Lines:
        call_command("export_audit", str(tmp_path / name), "--by", auditor.email, "--since", "2020-01-01", *options)
        return [json.loads(line) for line in (tmp_path / name).read_text(encoding="utf-8").splitlines()]

    return written


@pytest.fixture
def tamper(owner_connection: Owner) -> Iterator[Owner]:
    """Somebody with the owner's password, who has switched the triggers off."""
    with owner_connection.transaction():
        owner_connection.execute("ALTER TABLE billing_customerhistory DISABLE TRIGGER USER")
    yield owner_connection
    owner_connection.execute("ALTER TABLE billing_customerhistory ENABLE TRIGGER USER")


def problems(lines: Lines, kept: str | None = None) -> list[str]:
    return check([json.dumps(line) for line in lines], None if kept is None else kept.splitlines()).problems


def test_it_holds_every_seal_with_its_row_and_is_checked_without_us(
    export: Callable[..., Lines], anchor_file: Path, tmp_path: Path
) -> None:
    head, anchor, *seals = export()

    with seeing_as_system():
        expected = list(Seal.objects.order_by("seq").values_list("seq", "source", "source_id"))
    assert [(line["seq"], line["source"], line["source_id"]) for line in seals] == expected
    assert {json.loads(line["row"]).get("name") for line in seals} >= {"Lena", "Sam", 'Mëi 梅 \\ "quoted"'}
    assert (head["first"], head["last"], anchor["anchor"]) == (1, len(expected), len(expected))
    alone = subprocess.run(  # noqa: S603  # our own file, without the project around it
        [sys.executable, "-I", check_export.__file__, "trail.jsonl", "--anchors", anchor_file],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"{len(expected)} seals of 2020-01-01T00:00:00+00:00 to " in alone.stdout
    assert f"; {len(expected)} rows, 0 kept back." in alone.stdout
    assert f"Anchors kept elsewhere that fit: 1. It is proven up to seal {len(expected)}." in alone.stdout


def test_it_is_a_row_of_the_log_of_reads(export: Callable[..., Lines], auditor: User, tmp_path: Path) -> None:
    export()

    read = PaymentRead.objects.get()
    assert (read.reading, read.actor_id, read.view) == (Reading.EXPORT, auditor.pk, "export_audit")
    assert (read.object_kind, read.field) == ("audit trail", f"2020-01-01 to {timezone.now():%Y-%m-%d}")
    assert (tmp_path / "trail.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_piece_follows_from_the_seal_before_it(auditor: User, tmp_path: Path, owner_connection: Owner) -> None:
    """Three days of it, of which the second is taken."""
    owner_connection.execute("ALTER TABLE billing_seal DISABLE TRIGGER USER")
    for day, upto in ((3, 1000), (2, 4), (1, 2)):
        moment = datetime(2026, 1, day, tzinfo=UTC)
        owner_connection.execute("UPDATE billing_seal SET sealed_at = %s WHERE seq <= %s", [moment, upto])
    owner_connection.execute("ALTER TABLE billing_seal ENABLE TRIGGER USER")

    period = ("--since", "2026-01-02", "--until", "2026-01-03")
    call_command("export_audit", str(tmp_path / "day.jsonl"), "--by", auditor.email, *period)

    head, *seals = [json.loads(line) for line in (tmp_path / "day.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["seq"] for line in seals] == [3, 4]
    with seeing_as_system():
        assert head["follows"] == bytes(Seal.objects.get(seq=2).hash).hex()
    assert problems([head, *seals]) == []


def test_rows_of_other_tables_stay_as_hashes(export: Callable[..., Lines]) -> None:
    lines = export("--only", "billing_customerhistory")

    told = {line["source"] for line in lines if "row" in line}
    assert told == {"billing_customerhistory"}
    assert {line["source"] for line in lines if "seq" in line} > told
    assert problems(lines) == []


def changed_row(lines: Lines) -> str:
    lines[-1]["row"] = lines[-1]["row"].replace(":", ": ", 1)
    return "is not what was sealed"


def changed_row_and_its_hash(lines: Lines) -> str:
    lines[3]["row"] = "{}"
    lines[3]["row_hash"] = sha256(b"{}").hexdigest()
    return "does not follow the seal before it"


def cut_out(lines: Lines) -> str:
    del lines[4]
    return "is missing; seal"


def cut_off(lines: Lines) -> str:
    del lines[-1]
    return "It ends with seal"


def cut_off_and_said_so(lines: Lines) -> str:
    del lines[-1]
    lines[0]["last"] -= 1
    return "was anchored and is missing"


def swapped(lines: Lines) -> str:
    lines[3], lines[4] = lines[4], lines[3]
    return "stands in its place"


def without_a_row(lines: Lines) -> str:
    del lines[5]["row"]
    return "is gone"


def emptied(lines: Lines) -> str:
    del lines[1:]
    lines[0]["last"] = 0
    return "It holds no seal"


def rubbish(lines: Lines) -> str:
    lines[5] = {"seq": "x"}
    return "Line 6 cannot be read"


def endless(lines: Lines) -> str:
    lines[5]["seq"] = float("inf")
    return "Line 6 cannot be read"


def everything_kept_back(lines: Lines) -> str:
    lines[0]["only"] = "x"
    return "Line 1 cannot be read"


CHANGES = [
    changed_row,
    changed_row_and_its_hash,
    cut_out,
    cut_off,
    cut_off_and_said_so,
    swapped,
    without_a_row,
    emptied,
    rubbish,
    endless,
    everything_kept_back,
]


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_changed_in_it_is_found(export: Callable[..., Lines], change: Callable[[Lines], str]) -> None:
    lines = export()
    assert problems(lines) == []

    words = change(lines)

    assert any(words in problem for problem in problems(lines)), problems(lines)


def test_a_piece_made_up_as_a_whole_does_not_fit_the_anchor_kept_elsewhere(
    export: Callable[..., Lines], anchor_file: Path
) -> None:
    head, _, *seals = export()
    kept, previous = anchor_file.read_text(), bytes.fromhex(head["follows"])
    for line in seals:
        line["row"] = line["row"].replace("Lena", "Nobody")
        line["row_hash"] = sha256(line["row"].encode()).hexdigest()
        place = f"{line['seq']}|{line['source']}|{line['source_id']}|{line['source_xid']}|{line['form']}"
        previous = sha256(previous + bytes.fromhex(line["row_hash"]) + place.encode()).digest()
        line["hash"] = previous.hex()

    assert problems([head, *seals]) == []
    assert f"Seal {seals[-1]['seq']} is not the one that was anchored elsewhere." in problems([head, *seals], kept)


def test_a_piece_that_was_cut_off_without_a_trace_does_not_fit_it_either(
    export: Callable[..., Lines], anchor_file: Path
) -> None:
    head, _, *seals = export()
    del seals[-1]
    head["last"] -= 1
    in_the_log = f"\n2026-11-22 INFO redress.audit.anchor audit anchor {anchor_file.read_text()}"

    assert problems([head, *seals]) == []
    assert f"Seal {head['last'] + 1} was anchored elsewhere and is missing." in problems([head, *seals], in_the_log)


def test_deep_and_foreign_bytes_are_problems_and_no_crash(export: Callable[..., Lines], tmp_path: Path) -> None:
    export()
    with (tmp_path / "trail.jsonl").open("ab") as file:
        file.write(b"[" * 200_000 + b"\n\xff\xfe\n")

    alone = subprocess.run(  # noqa: S603  # our own file
        [sys.executable, "-I", check_export.__file__, "trail.jsonl"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert alone.returncode == 1
    assert alone.stderr.splitlines() == ["Line 8 cannot be read.", "Line 9 cannot be read.", "NOT as it was sealed."]


def test_a_chain_whose_end_was_cut_off_is_not_called_whole(
    auditor: User, tmp_path: Path, owner_connection: Owner, capsys: pytest.CaptureFixture[str]
) -> None:
    owner_connection.execute("ALTER TABLE billing_seal DISABLE TRIGGER USER")
    owner_connection.execute("DELETE FROM billing_seal WHERE seq > 2")
    owner_connection.execute("ALTER TABLE billing_seal ENABLE TRIGGER USER")

    with pytest.raises(CommandError, match="not as it was sealed"):
        call_command("export_audit", str(tmp_path / "t.jsonl"), "--by", auditor.email, "--since", "2020-01-01")

    assert "Seal 5 was anchored and is missing." in capsys.readouterr().err


def test_a_trail_that_was_tampered_with_is_written_and_said(
    auditor: User, tmp_path: Path, tamper: Owner, capsys: pytest.CaptureFixture[str]
) -> None:
    tamper.execute("UPDATE billing_customerhistory SET name = 'Nobody' WHERE name = 'Lena'")
    tamper.execute("DELETE FROM billing_customerhistory WHERE name = 'Sam'")

    with pytest.raises(CommandError, match="not as it was sealed"):
        call_command("export_audit", str(tmp_path / "t.jsonl"), "--by", auditor.email, "--since", "2020-01-01")

    said = capsys.readouterr().err
    assert "is not what was sealed" in said
    assert "is gone" in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--by", "customer@home.test"], "customer@home.test may not read the audit trail"),
        (["--by", "nobody@home.test"], "nobody@home.test may not read the audit trail"),
        (["--only", "auth_group"], "auth_group is not sealed"),
        (["--until", "2020-01-02"], "Nothing was sealed from 2020-01-01 00:00 to 2020-01-02 00:00."),
    ],
)
def test_what_cannot_be_is_said_and_leaves_no_file(
    auditor: User, customer: User, tmp_path: Path, options: list[str], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        call_command(
            "export_audit", str(tmp_path / "t.jsonl"), *["--by", auditor.email, "--since", "2020-01-01", *options]
        )

    assert not (tmp_path / "t.jsonl").exists()


def test_a_file_that_is_there_is_not_written_over(auditor: User, tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text("mine")

    with pytest.raises(CommandError, match="is there already"):
        call_command("export_audit", str(tmp_path / "t.jsonl"), "--by", auditor.email, "--since", "2020-01-01")

    assert (tmp_path / "t.jsonl").read_text() == "mine"
    assert not PaymentRead.objects.exists()
