"""One door for every format: what a file is, is found in its content, never in its name.

    for event in read(source, fallback=Fallback()):      # ParsedLine, ParsedStatement and Remark, as they come

A file that cannot be read at all raises ``StatementRefused``, a sentence for whoever uploaded it; a CSV whose columns
nobody has named yet raises ``MappingNeeded``. Nothing else is raised, whatever the bytes.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from billing.statements.bai2 import read_bai2
from billing.statements.camt import read_camt
from billing.statements.csvs import read_csv, rows_of
from billing.statements.decoding import encoding_of, head_of, lines_of
from billing.statements.guessing import Guess, guess, header_rows
from billing.statements.mapping import CsvRules, header_sha256
from billing.statements.mt940 import read_mt940
from billing.statements.nacha import read_nacha
from billing.statements.ofx import read_ofx
from billing.statements.preview import Preview, preview
from billing.statements.records import (
    Event,
    Fallback,
    LineRejected,
    ParsedLine,
    ParsedStatement,
    Remark,
    StatementRefused,
)

LARGEST: Final = 200 * 1024 * 1024
CAMT, MT940, OFX, BAI2, NACHA, CSV = "camt", "mt940", "ofx", "bai2", "nacha", "csv"
_OFX = re.compile(r"OFXHEADER|<\?OFX|<OFX>", re.IGNORECASE)
_CAMT = re.compile(r"camt\.05[234]|<(?:\w+:)?BkToCstmr")
_PAIN = re.compile(r"(?:pain|pacs)\.\d{3}")
_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_BAI2 = re.compile(r"\s*01,[^,\n]*,[^,\n]*,\d{6},")
_NACHA = re.compile(r"\s*(?:1\d\d[ \d]\d{8}|5(?:200|220|225|280).{46}|6[2-58][1-9]\d{9})")
_MT940 = re.compile(r"^(?:\{1:.*)?:(?:2[0158]C?|60[FM]?|61|62[FM]?|34F|86|NS|940):", re.MULTILINE)


class MappingNeeded(Exception):
    """A CSV of a bank that is not known yet."""


def format_of(source: BinaryIO) -> str:
    """Refuses what no bank's statement is."""
    head = head_of(source)
    text = _shown(head)
    bare = text.lstrip("\ufeff \t\r\n\x01")
    if bare.startswith("<") or _OFX.search(text[:4000]):
        return _marked_up(text)
    if _BAI2.match(bare):
        return BAI2
    if _NACHA.match(bare):
        return NACHA
    if bare.startswith("{1:") or _MT940.search(text):
        return MT940
    if bare.startswith(("{", "[")):
        raise StatementRefused("This is JSON; ask the bank for camt.053, MT940, OFX, BAI2 or CSV.")
    return CSV


def _marked_up(text: str) -> str:
    if _DOCTYPE.search(text):
        raise StatementRefused("The file declares a DOCTYPE, which no bank's statement does; it was not read.")
    if _OFX.search(text[:4000]):
        return OFX
    if _CAMT.search(text):
        return CAMT
    if _PAIN.search(text[:4000]):
        raise StatementRefused("This is an order or message between banks (pain, pacs), not a statement.")
    raise StatementRefused("The file is XML, but no account statement of ISO 20022 (camt.052, 053 or 054).")


def _shown(head: bytes) -> str:
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return head.decode("utf-16", "replace")
    if b"\x00" in head[:200]:
        return head.decode("utf-16-le" if head[1:2] == b"\x00" else "utf-16-be", "replace")
    return head.decode("utf-8-sig", "replace")


def read(source: BinaryIO, *, rules: CsvRules | None = None, fallback: Fallback) -> Iterator[Event]:
    """``rules`` for a CSV, ``fallback`` for what the file does not say of itself."""
    _measure(source)
    return _checked(_events(source, format_of(source), rules, fallback))


def guess_rules(source: BinaryIO, currency: str = "") -> Guess:
    encoding = encoding_of(source)
    return guess(lines_of(source, encoding), encoding, currency)


def preview_of(source: BinaryIO, rules: CsvRules, fallback: Fallback) -> Preview:
    try:
        return preview(lines_of(source, rules.encoding), rules, fallback)
    except UnicodeError:
        raise StatementRefused(f"The file is not written in {rules.encoding}.") from None


def header_hashes(source: BinaryIO, account: str = "") -> list[str]:
    """By which a mapping that somebody has saved is found again, likeliest first."""
    rows = list(header_rows(lines_of(source, encoding_of(source))))
    hashes = [header_sha256(cells) for cells in rows]
    if account:
        hashes += [_nameless(len(cells), account) for cells in rows]
    return list(dict.fromkeys(hashes))


def header_hash_at(source: BinaryIO, rules: CsvRules, account: str = "") -> str:
    """Of the header that the rules point to. A file without one is known by its account and the number of columns."""
    for number, cells in rows_of(lines_of(source, rules.encoding), rules.delimiter):
        if number >= max(rules.header_row, 1):
            return header_sha256(cells) if rules.header_row else _nameless(len(cells), account)
    raise StatementRefused("The file has no header where its mapping says.")


def _nameless(columns: int, account: str) -> str:
    return header_sha256([f"{columns} columns without names", account])


def _measure(source: BinaryIO) -> None:
    size = source.seek(0, 2)
    source.seek(0)
    if size > LARGEST:
        raise StatementRefused("The file is larger than 200 MB; ask the bank for shorter periods.")


def _events(source: BinaryIO, form: str, rules: CsvRules | None, fallback: Fallback) -> Iterator[Event]:
    if form == CAMT:
        return read_camt(source, fallback)
    if form == CSV and rules is None:
        raise MappingNeeded
    lines = lines_of(source, rules.encoding if rules is not None and form == CSV else encoding_of(source))
    if form == CSV and rules is not None:
        return read_csv(lines, rules, fallback)
    readers = {MT940: read_mt940, OFX: read_ofx, BAI2: read_bai2, NACHA: read_nacha}
    return readers[form](lines, fallback)


def _checked(events: Iterator[Event]) -> Iterator[Event]:
    """A file that names no account, or nothing at all, is refused; that it was read so far does not matter, since
    whoever imports keeps nothing of a refused file. A balance that does not fit is a warning: the lines are the
    bank's all the same."""
    totals: dict[int, int] = {}
    read_anything, rejected_first = False, ""
    try:
        for event in events:
            if type(event) is ParsedLine:
                read_anything = True
                if not event.pending:
                    totals[event.statement] = totals.get(event.statement, 0) + event.amount_minor
                yield event
                continue
            yield event
            if isinstance(event, ParsedStatement):
                read_anything = True
                yield from _wrong_with(event, totals.get(event.index, 0))
            elif isinstance(event, Remark) and event.rejected and not rejected_first:
                rejected_first = f" (line {event.line_number}: {event.reason.rstrip('.')})"
    except LineRejected as rejected:
        raise StatementRefused(rejected.reason) from None
    except UnicodeError:
        raise StatementRefused("The file is not written in the encoding that its mapping says.") from None
    if not read_anything:
        raise StatementRefused(f"The file holds no statement and no line that can be read{rejected_first}.")


def _wrong_with(statement: ParsedStatement, total_minor: int) -> Iterator[Remark]:
    if not statement.account:
        raise StatementRefused("The file does not say which account it is about; choose the account.")
    if not statement.currency:
        raise StatementRefused("The file names no currency; choose the account, which has one.")
    if balances(statement, total_minor) is False:
        yield Remark("The opening balance and the lines do not make the closing balance.", statement.line_number)


def balances(statement: ParsedStatement, total_minor: int) -> bool | None:
    """None where the file states no balance to check."""
    if statement.opening_minor is None or statement.closing_minor is None:
        return None
    return statement.opening_minor + total_minor == statement.closing_minor
