"""Is an exported piece of the audit trail as it was sealed? For whoever received it: this file and Python are enough.

    python check_export.py trail.jsonl
    python check_export.py trail.jsonl --anchors anchors-kept-elsewhere.log

Each seal's hash is made again from the seal before it, each row's from the row. That proves that the piece hangs
together. That it is the true one only anchors prove that did not come with it: lines that were written down outside the
database, on the day. A piece that was made up, or cut, does not fit them; what stands behind the last of them, or is
read without any, rests on the word of whoever sent it. So do the times of the seals, which are not hashed; the rows
have times of their own.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

FORMAT = "redress audit trail 1"
MOST_PROBLEMS = 1000
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


@dataclass
class Checked:
    seals: int = 0
    rows: int = 0
    kept_back: int = 0  # rows of which there is the hash alone
    anchors: int = 0  # kept elsewhere, and the same here
    proven_to: int = 0  # the last seal that one of those stands for
    period: str = ""
    problems: list[str] = field(default_factory=list)

    def complain(self, words: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(words)


def check(lines: Iterable[str], kept: Iterable[str] | None = None) -> Checked:
    """``lines`` of the export; ``kept``, lines of an anchor file that did not come with it, or of the log."""
    checked = Checked()
    piece = _Piece(checked, None if kept is None else _anchors_of(kept, checked))
    for number, line in enumerate(lines, start=1):
        try:
            piece.take(json.loads(line))
        except UNREADABLE:
            checked.complain(f"Line {number} cannot be read.")
            if number == 1:
                return checked
    piece.end()
    return checked


def _anchors_of(kept: Iterable[str], checked: Checked) -> dict[int, tuple[str, str]]:
    """Hash and moment of each. A line of the log has words in front."""
    found = {}
    for number, line in enumerate(kept, start=1):
        if not line.strip():
            continue
        try:
            anchor = json.loads(line[line.index("{") :])
            found[int(anchor["seq"])] = str(anchor["hash"]), str(anchor["at"])
        except UNREADABLE:
            checked.complain(f"Line {number} of the anchor file cannot be read.")
    return found


class _Piece:
    """What of it was read so far; a file of any length is checked line by line."""

    def __init__(self, checked: Checked, kept: dict[int, tuple[str, str]] | None) -> None:
        self.checked = checked
        self.kept = kept
        self.own: dict[int, str] = {}
        self.head: dict[str, Any] = {}

    def take(self, line: dict[str, Any]) -> None:
        if not self.head:
            self._begin(line)
        elif "anchor" in line:
            self.own[int(line["anchor"])] = str(line["hash"])
        else:
            self._take_seal(line)

    def end(self) -> None:
        if not self.checked.seals:
            self.checked.complain("It holds no seal.")
        elif self.next != self.last + 1:
            self.checked.complain(f"It ends with seal {self.next - 1}; it should with {self.last}.")
        for seq in sorted(self.own):
            self.checked.complain(f"Seal {seq} was anchored and is missing.")
        if self.kept is not None:
            self._compare_kept(self.kept)

    def _begin(self, line: dict[str, Any]) -> None:
        if line["format"] != FORMAT or not isinstance(line["only"], list):
            raise ValueError(line["format"])
        self.first, self.last = int(line["first"]), int(line["last"])
        self.next, self.previous = self.first, bytes.fromhex(line["follows"])
        self.only = set(line["only"])
        self.since, self.until = str(line["since"]), str(line["until"])
        self.checked.period = f"{self.since} to {self.until}"
        self.head = line

    def _take_seal(self, line: dict[str, Any]) -> None:
        seq, row_hash = int(line["seq"]), bytes.fromhex(line["row_hash"])
        if seq != self.next:
            self.checked.complain(f"Seal {self.next} is missing; seal {seq} stands in its place.")
        place = f"{seq}|{line['source']}|{line['source_id']}|{line['source_xid']}|{line['form']}"
        if sha256(self.previous + row_hash + place.encode()).hexdigest() != line["hash"]:
            self.checked.complain(f"Seal {seq} does not follow the seal before it.")
        self._take_row(line, row_hash)
        self._take_anchors(seq, line["hash"])
        self.checked.seals += 1
        self.next, self.previous = seq + 1, bytes.fromhex(line["hash"])

    def _take_row(self, line: dict[str, Any], row_hash: bytes) -> None:
        row = f"{line['source']} row {line['source_id']}"
        if "row" in line:
            self.checked.rows += 1
            if sha256(line["row"].encode()).digest() != row_hash:
                self.checked.complain(f"{row} is not what was sealed (seal {line['seq']}).")
        elif self.only and line["source"] not in self.only:
            self.checked.kept_back += 1
        else:
            self.checked.complain(f"{row} is gone (seal {line['seq']}).")

    def _take_anchors(self, seq: int, digest: str) -> None:
        if self.own.pop(seq, digest) != digest:
            self.checked.complain(f"Seal {seq} is not the one that was anchored.")
        if self.kept and seq in self.kept:
            if self.kept.pop(seq)[0] != digest:
                self.checked.complain(f"Seal {seq} is not the one that was anchored elsewhere.")
            else:
                self.checked.anchors += 1
                self.checked.proven_to = seq

    def _compare_kept(self, kept: dict[int, tuple[str, str]]) -> None:
        """Those that no seal here took: of the piece's own numbers, or written down while it lasted."""
        for seq, (_, at) in sorted(kept.items()):
            if self.first <= seq <= self.last or (seq > self.last and self.since <= at < self.until):
                self.checked.complain(f"Seal {seq} was anchored elsewhere and is missing.")
        if not self.checked.anchors:
            self.checked.complain("No anchor that was kept elsewhere stands for a seal of this piece.")


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks an exported piece of the audit trail.")
    parser.add_argument("export", type=Path)
    parser.add_argument("--anchors", type=Path, help="an anchor file that was kept elsewhere")
    told = parser.parse_args()
    try:
        kept = told.anchors.read_text(encoding="utf-8", errors="replace").splitlines() if told.anchors else None
        with told.export.open(encoding="utf-8", errors="replace") as export:
            checked = check(export, kept)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    for problem in checked.problems[:20]:
        print(problem, file=sys.stderr)
    print(f"{checked.seals:,} seals of {checked.period}; {checked.rows:,} rows, {checked.kept_back:,} kept back.")
    if checked.problems:
        print("NOT as it was sealed.", file=sys.stderr)
        return 1
    print("It hangs together: each row is what its seal says, and no seal between the first and the last is missing.")
    if told.anchors:
        print(f"Anchors kept elsewhere that fit: {checked.anchors:,}. It is proven up to seal {checked.proven_to:,}.")
    else:
        print("That it is the true one only anchors prove that were kept elsewhere: --anchors.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
