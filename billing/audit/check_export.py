"""Is an exported piece of the audit trail as it was sealed? For whoever received it: this file and Python are enough.

    python check_export.py trail.jsonl
    python check_export.py trail.jsonl --anchors anchors-kept-elsewhere.log

Each seal's hash is made again from the seal before it, each row's from the row. That proves that the piece hangs
together; that it is the true one, the anchors prove: lines that were written down outside the database, on the day. A
file that was made up as a whole does not fit them.
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


@dataclass
class Checked:
    seals: int = 0
    rows: int = 0
    anchors: int = 0
    problems: list[str] = field(default_factory=list)


def check(lines: Iterable[str], kept: Iterable[str] = ()) -> Checked:
    """``lines`` of the export, ``kept`` lines of an anchor file that did not come with it."""
    checked = Checked()
    anchored = {}
    for number, line in enumerate(kept, start=1):
        try:
            anchor = json.loads(line)
            anchored[int(anchor["seq"])] = str(anchor["hash"])
        except (ValueError, KeyError, TypeError):
            checked.problems.append(f"Line {number} of the anchor file cannot be read.")
    piece = _Piece(checked, anchored)
    number = 0
    for number, line in enumerate(lines, start=1):
        try:
            piece.take(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            checked.problems.append(f"Line {number} cannot be read.")
            if number == 1:
                return checked
    piece.end()
    return checked


class _Piece:
    """What of it was read so far; a file of any length is checked line by line."""

    def __init__(self, checked: Checked, kept: dict[int, str]) -> None:
        self.checked = checked
        self.kept = kept
        self.own: dict[int, str] = {}
        self.head: dict[str, Any] = {}

    def take(self, line: dict[str, Any]) -> None:
        if not self.head:
            if line["format"] != FORMAT:
                raise ValueError(line["format"])
            self.next, self.previous, self.last = int(line["first"]), bytes.fromhex(line["follows"]), int(line["last"])
            self.only = set(line["only"])
            self.head = line
        elif "anchor" in line:
            self.own[int(line["anchor"])] = str(line["hash"])
        else:
            self._take_seal(line)

    def end(self) -> None:
        if not self.head:
            self.checked.problems.append("It is empty.")
        elif self.next != self.last + 1:
            self.checked.problems.append(f"It ends with seal {self.next - 1}; it should with {self.last}.")
        for seq in sorted(self.own):
            self.checked.problems.append(f"Seal {seq} was anchored and is missing.")

    def _take_seal(self, line: dict[str, Any]) -> None:
        seq, row_hash = int(line["seq"]), bytes.fromhex(line["row_hash"])
        if seq != self.next:
            self.checked.problems.append(f"Seal {self.next} is missing; seal {seq} stands in its place.")
        place = f"{seq}|{line['source']}|{line['source_id']}|{line['source_xid']}|{line['form']}"
        if sha256(self.previous + row_hash + place.encode()).hexdigest() != line["hash"]:
            self.checked.problems.append(f"Seal {seq} does not follow the seal before it.")
        self._take_row(line, row_hash)
        for anchored in (self.own, self.kept):
            if seq in anchored:
                self.checked.anchors += 1
                if anchored.pop(seq) != line["hash"]:
                    self.checked.problems.append(f"Seal {seq} is not the one that was anchored.")
        self.checked.seals += 1
        self.next, self.previous = seq + 1, bytes.fromhex(line["hash"])

    def _take_row(self, line: dict[str, Any], row_hash: bytes) -> None:
        row = f"{line['source']} row {line['source_id']}"
        if "row" in line:
            self.checked.rows += 1
            if sha256(line["row"].encode()).digest() != row_hash:
                self.checked.problems.append(f"{row} is not what was sealed (seal {line['seq']}).")
        elif not self.only or line["source"] in self.only:
            self.checked.problems.append(f"{row} is gone (seal {line['seq']}).")


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks an exported piece of the audit trail.")
    parser.add_argument("export")
    parser.add_argument("--anchors", default="", help="an anchor file that was kept elsewhere")
    told = parser.parse_args()
    kept = Path(told.anchors).read_text(encoding="utf-8").splitlines() if told.anchors else []
    with Path(told.export).open(encoding="utf-8") as export:
        checked = check(export, kept)
    for problem in checked.problems[:20]:
        print(problem, file=sys.stderr)
    print(f"{checked.seals:,} seals, {checked.rows:,} rows and {checked.anchors:,} anchors compared.")
    if checked.problems:
        print(f"NOT as it was sealed: {len(checked.problems):,} problems.", file=sys.stderr)
        return 1
    print("Whole: each row is what was sealed, and no seal is missing.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
