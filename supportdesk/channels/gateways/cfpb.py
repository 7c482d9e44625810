"""Consumer complaints as the US Consumer Financial Protection Bureau publishes them: a CSV file with a heading.

A pure reader: it streams, keeps no more than one record and the numbers it has seen, and answers each record with a
complaint or with the reason it is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from billing.redaction import redact
from supportdesk.channels.gateways.records import BrokenRecord, Record, records_in

REQUIRED = ("Date received", "Product", "Issue", "Consumer complaint narrative", "Complaint ID")
LONGEST_NARRATIVE = 100_000
_EARLIEST = date(2000, 1, 1)
_NUMBER = re.compile(r"[0-9]{1,12}")  # the Bureau is at eight; thirteen could be a card's


class FileRefused(Exception):
    """The whole file is something else; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Complaint:
    line: int
    number: str
    received_on: date
    product: str
    sub_product: str
    issue: str
    sub_issue: str
    narrative: str
    company: str
    state: str
    zip_code: str
    tags: str


@dataclass(frozen=True, slots=True)
class RowRejected:
    """``line`` is the line of the file, as an editor counts them, on which the record begins."""

    line: int
    reason: str


class _Refused(Exception):
    pass


def read_complaints(file: BinaryIO, *, today: date) -> Iterator[Complaint | RowRejected]:
    """Raises FileRefused before the first answer where the heading is not that of a complaints file."""
    records = records_in(file)
    heading = _heading(next(records, None))
    seen: dict[str, int] = {}
    for record in records:
        if isinstance(record, BrokenRecord):
            yield RowRejected(record.line, record.reason)
            continue
        try:
            complaint = _complaint(record, heading, today=today)
            first = seen.setdefault(complaint.number, record.line)
            if first != record.line:
                raise _Refused(f"complaint {complaint.number} was already on line {first}")
        except _Refused as refused:
            yield RowRejected(record.line, str(refused))
        else:
            yield complaint


def _heading(record: Record | BrokenRecord | None) -> list[str]:
    if record is None:
        raise FileRefused("The file is empty.")
    if isinstance(record, BrokenRecord):
        raise FileRefused(f"The heading on line {record.line} cannot be read: {record.reason}.")
    if record.fields[0].startswith(("ÿþ", "þÿ")):
        raise FileRefused("The file is in UTF-16. Save it as UTF-8 and try again.")
    columns = [_folded(name) for name in record.fields]
    missing = [name for name in REQUIRED if _folded(name) not in columns]
    if missing:
        raise FileRefused(f"This is no complaints file: it has no column {', '.join(map(repr, missing))}.")
    return columns


def _complaint(record: Record, heading: list[str], *, today: date) -> Complaint:
    if len(record.fields) != len(heading):
        raise _Refused(f"it has {len(record.fields)} columns, and the heading has {len(heading)}")
    row = dict(zip(heading, (field.strip() for field in record.fields), strict=True))
    number = row["complaint id"]
    if not _NUMBER.fullmatch(number):
        raise _Refused(f"“{_quoted(number)}” is no complaint number" if number else "it has no complaint number")
    if not row["issue"]:
        raise _Refused("it has no issue")
    if len(row["consumer complaint narrative"]) > LONGEST_NARRATIVE:
        raise _Refused(f"the narrative is longer than {LONGEST_NARRATIVE:,} characters")
    return Complaint(
        line=record.line,
        number=number,
        received_on=_received_on(row["date received"], today),
        product=row["product"],
        sub_product=row.get("sub-product", ""),
        issue=row["issue"],
        sub_issue=row.get("sub-issue", ""),
        narrative=row["consumer complaint narrative"],
        company=row.get("company", ""),
        state=row.get("state", ""),
        zip_code=row.get("zip code", ""),
        tags=row.get("tags", ""),
    )


def _received_on(written: str, today: date) -> date:
    """The files have ISO dates; the site's own download has American ones."""
    for form in ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y"):
        try:
            received = datetime.strptime(written, form).date()  # noqa: DTZ007  # a date has no zone
        except ValueError:
            continue
        if not _EARLIEST <= received <= today:
            raise _Refused(f"the date received, {received.isoformat()}, cannot be")
        return received
    raise _Refused(f"“{_quoted(written)}” is no date received" if written else "it has no date received")


def _folded(name: str) -> str:
    return " ".join(name.lower().split())


def _quoted(text: str) -> str:
    """In a refusal, which is printed."""
    return redact(text[:200]).text[:40]
