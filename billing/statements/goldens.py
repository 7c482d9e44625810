"""What others have read from the same files, to compare with: the results that well-kept parsers keep as their tests.

Known are the JSON of genkgo/camt, the YAML of mt-940, and the JSON of moov/ach beside a file of the same name. Nothing
in them is executed: the few fields that are compared are picked out of the text.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from billing.statements.amounts import DIGITS
from billing.statements.records import Event, ParsedLine, ParsedStatement

_TRANSACTION: Final = "- !!python/object:mt940.models.Transaction\n"
_DECIMAL: Final = re.compile(r"amount: !!python/object/apply:decimal\.Decimal\n\s+- '(?P<value>[^']*)'")
_DAY: Final = re.compile(
    r"\b(?P<name>\w+): (?:(?P<anchor>&id\d+) )?"
    r"(?:!!python/object/apply:mt940\.models\.Date\n\s+- !!binary \|\n\s+(?P<bytes>\S+)|(?P<alias>\*id\d+))"
)
_TEXT: Final = re.compile(r"^\s+(?P<name>bank_reference|currency): (?P<value>.*)$", re.MULTILINE)
_BALANCE: Final = re.compile(
    r"^  final_(?P<which>opening|closing)_balance: !!python/object:mt940\.models\.Balance\n\s+"
    r"amount: !!python/object:mt940\.models\.Amount\n\s+" + _DECIMAL.pattern,
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Difference:
    what: str
    golden: object
    ours: object

    def __str__(self) -> str:
        return f"{self.what}: {self.golden!s} there, {self.ours!s} here"


def golden_beside(path: Path) -> Path | None:
    for suffix in (".json", ".yml", ".yaml"):
        twin = path.with_suffix(suffix)
        if twin != path and twin.is_file():
            return twin
    return None


def differences(golden: Path, events: Iterable[Event]) -> list[Difference]:
    """Empty where all that the golden result states is stated here too."""
    text = golden.read_text(encoding="utf-8", errors="replace")
    lines, statements = _sorted(events)
    if golden.suffix == ".json":
        kept = json.loads(text)
        return list(_of_ach(kept, lines) if "fileHeader" in kept else _of_camt(kept, lines, statements))
    return list(_of_mt940(text, lines, statements))


def _sorted(events: Iterable[Event]) -> tuple[list[ParsedLine], list[ParsedStatement]]:
    lines, statements = [], []
    for event in events:
        if isinstance(event, ParsedLine):
            lines.append(event)
        elif isinstance(event, ParsedStatement):
            statements.append(event)
    return lines, statements


def _compared(what: str, golden: Sequence[object], ours: Sequence[object]) -> Iterator[Difference]:
    if len(golden) != len(ours):
        yield Difference(f"count of {what}", len(golden), len(ours))
    for place, (theirs, own) in enumerate(zip(golden, ours, strict=False), start=1):
        if not _agrees(theirs, own):
            yield Difference(f"{what} {place}", theirs, own)


def _agrees(golden: object, ours: object) -> bool:
    """What the golden result leaves empty, it does not say."""
    if isinstance(golden, tuple) and isinstance(ours, tuple):
        return all(theirs in {"", own} for theirs, own in zip(golden, ours, strict=True))
    return golden == ours


def _of_camt(kept: Any, lines: list[ParsedLine], statements: list[ParsedStatement]) -> Iterator[Difference]:
    entries = [entry for entry in kept.get("getEntries") or [] if isinstance(entry, dict)]
    yield from _compared("entry", [_camt_entry(entry) for entry in entries], [_camt_line(line) for line in lines])
    records = [entry["getRecord"] for entry in entries] + list(kept.get("getRecords") or [])
    record = next((each for each in records if isinstance(each, dict)), None)
    if record is not None and statements:
        account = record["getAccount"]
        yield from _compared(
            "account",
            [(account.get("getIdentification") or "").replace(" ", "").upper(), record["getId"]],
            [statements[0].account, statements[0].reference],
        )
        told = [_camt_money(each["getAmount"]) for each in record.get("getBalances") or [] if isinstance(each, dict)]
        for minor in (statements[0].opening_minor, statements[0].closing_minor):
            if minor is not None and minor not in told:  # it keeps interim and available balances too
                yield Difference("balance", told, minor)


def _camt_money(amount: Any) -> int:
    return int(amount["getAmount"])


def _camt_entry(entry: Any) -> tuple[object, ...]:
    # Of an entry with several transactions it names the first; here it is one line or several.
    detail = entry.get("getTransactionDetail") if len(entry.get("getTransactionDetails") or []) == 1 else None
    reference = detail.get("getReference") if isinstance(detail, dict) else None
    end_to_end = reference.get("getEndToEndId") if isinstance(reference, dict) else None
    return (
        _camt_money(entry["getAmount"]),
        entry["getAmount"]["getCurrency"]["getCode"],
        _iso(entry.get("getBookingDate")),
        _iso(entry.get("getValueDate")),
        entry.get("getAccountServicerReference") or "",
        end_to_end if end_to_end and end_to_end != "NOTPROVIDED" else "",
    )


def _camt_line(line: ParsedLine) -> tuple[object, ...]:
    return (
        line.amount_minor,
        line.currency,
        line.booked_on.isoformat(),
        line.value_on.isoformat() if line.value_on else "",
        line.bank_reference,
        line.end_to_end_id,
    )


def _iso(kept: Any) -> str:
    return str(kept["0"])[:10] if isinstance(kept, dict) else ""


def _of_ach(kept: Any, lines: list[ParsedLine]) -> Iterator[Difference]:
    found = []
    for kind in ("batches", "IATBatches"):
        for batch in kept.get(kind) or []:
            for entries in ("entryDetails", "IATEntryDetails", "advEntryDetails"):
                found += [(each["amount"], each["traceNumber"]) for each in batch.get(entries) or []]
    yield from _compared("entry", found, [(abs(line.amount_minor), line.bank_reference) for line in lines])


def _of_mt940(text: str, lines: list[ParsedLine], statements: list[ParsedStatement]) -> Iterator[Difference]:
    head, *blocks = text.split(_TRANSACTION)
    days = _days_by_anchor(text)
    blocks = [block for block in blocks if _DECIMAL.search(block)]
    currency = lines[0].currency if lines else next((each.currency for each in statements), "EUR")
    theirs = [_mt940_block(block, days, currency) for block in blocks]
    ours = [(line.amount_minor, line.value_on, line.booked_on, line.bank_reference) for line in lines]
    yield from _compared("entry", theirs, ours)
    for found in _BALANCE.finditer(head):  # of a file with several statements the last is kept
        which = found["which"]
        stated = [each.opening_minor if which == "opening" else each.closing_minor for each in statements]
        last = next((minor for minor in reversed(stated) if minor is not None), None)
        yield from _compared(f"{which} balance", [_minor(found["value"], currency)], [last])


def _mt940_block(block: str, days: dict[str, date], currency: str) -> tuple[object, ...]:
    amount = _DECIMAL.search(block)
    texts = {found["name"]: found["value"].strip("'\" ") for found in _TEXT.finditer(block)}
    named = {found["name"]: _day_of(found, days) for found in _DAY.finditer(block)}
    value_on = named.get("date")
    reference = texts.get("bank_reference", "null")
    return (
        _minor(amount["value"] if amount else "0", currency),
        value_on,
        named.get("guessed_entry_date") or named.get("entry_date") or value_on,
        "" if reference == "null" else reference,
    )


def _days_by_anchor(text: str) -> dict[str, date]:
    return {found["anchor"][1:]: _from_bytes(found["bytes"]) for found in _DAY.finditer(text) if found["anchor"]}


def _day_of(found: re.Match[str], days: dict[str, date]) -> date | None:
    return _from_bytes(found["bytes"]) if found["bytes"] else days.get(found["alias"][1:])


def _from_bytes(encoded: str) -> date:
    """As Python pickles a day: two bytes of year, one of month, one of day."""
    high, low, month, day = base64.b64decode(encoded)
    return date(high * 256 + low, month, day)


def _minor(text: str, currency: str) -> int:
    return int(Decimal(text).scaleb(DIGITS.get(currency, 2)))
