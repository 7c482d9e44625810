"""One record checked against its columns: typed values out, or the reason why the row is refused."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from billing.bulk.columns import Column, Form, Kind
from billing.bulk.reading import Record
from billing.bulk.sense import SENSE
from billing.currencies import EXPONENTS
from billing.redaction import contains_card, redact
from billing.text.lines import clean_line

Value = str | int | bool | date | datetime | None

LARGEST_MINOR: Final = 10**15
_AMOUNT: Final = re.compile(r"(?P<sign>[-−]?)(?P<whole>[0-9]{1,16})(?:\.(?P<fraction>[0-9]{1,4}))?")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.:/+-]*")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_LAST4: Final = re.compile(r"[0-9]{4}")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FLAGS: Final = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}
_FIRST, _LAST = 1970, 2199


class Refused(ValueError):
    """Why a row is not taken, in a sentence for whoever made the file."""


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    last_line: int
    values: Mapping[str, Value]
    parts: tuple[Mapping[str, Value], ...] | None = field(default=None)

    @property
    def external_id(self) -> str:
        return str(self.values["external_id"])


@dataclass(frozen=True, slots=True)
class Refusal:
    line: int
    reason: str


def check(record: Record, kind: Kind) -> Row | Refusal:
    try:
        if record.fault:
            raise Refused(record.fault)
        values = _checked(record.values, kind.columns, currency="")
        parts = None
        if record.parts is not None:
            parts = tuple(_part(number, part, kind, values) for number, part in enumerate(record.parts, start=1))
        return Row(record.line, record.last_line, SENSE[kind.name](values, parts), parts)
    except ValueError as refused:
        return Refusal(record.line, str(refused))


def _part(number: int, part: Mapping[str, Any], kind: Kind, values: Mapping[str, Value]) -> Mapping[str, Value]:
    try:
        return _checked(part, kind.part_columns, currency=str(values.get("currency") or ""))
    except Refused as refused:
        raise Refused(f"{kind.part} {number}: {refused}") from None


def _checked(told: Mapping[str, Any], columns: Sequence[Column], *, currency: str) -> dict[str, Value]:
    texts = {column.name: _text_of(column, told.get(column.name)) for column in columns}
    currency = currency or texts.get("currency", "").upper()
    values: dict[str, Value] = {}
    for column in columns:
        text = texts[column.name]
        if text:
            values[column.name] = _amount(column, text, currency) if column.form is Form.AMOUNT else _READ[column.form](
                column, text
            )  # fmt: skip
        elif column.needed:
            raise Refused(f"{column.name} is missing.")
        else:
            values[column.name] = "" if column.form in _EMPTY_TEXT else None
    return values


_EMPTY_TEXT: Final = frozenset({Form.ID, Form.TEXT, Form.CODE, Form.CHOICE, Form.COUNTRY, Form.LAST4})


def _text_of(column: Column, value: object) -> str:
    """JSON may give numbers and booleans as such; CSV gives text for everything."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal) and column.form in {Form.AMOUNT, Form.NUMBER, Form.ID, Form.LAST4}:
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if not isinstance(value, str):
        raise Refused(f"{column.name} cannot be read as {column.form.value}.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Refused(f"{column.name} is not UTF-8.") from None
    return value.strip()


def _id(column: Column, text: str) -> str:
    if len(text) > column.limit:
        raise Refused(f"{column.name} is longer than {column.limit} characters.")
    if not text.isprintable():
        raise Refused(f"{column.name} holds characters that cannot be printed.")
    _refuse_card(column, text)
    return text


def _prose(column: Column, text: str) -> str:
    _refuse_card(column, text)
    cleaned = clean_line(_redacted(text), limit=column.limit)
    if column.name == "email" and ("@" not in cleaned or " " in cleaned):
        raise Refused("email is not an address.")
    return cleaned


def _code(column: Column, text: str) -> str:
    if len(text) > column.limit or not _CODE.fullmatch(text):
        raise Refused(f"{column.name} is not a code of at most {column.limit} letters and digits.")
    _refuse_card(column, text)
    return text


def _choice(column: Column, text: str) -> str:
    chosen = text.lower()
    if chosen not in column.choices:
        raise Refused(f"{column.name} is {_quoted(text)}; use one of {', '.join(column.choices)}.")
    return chosen


def _amount(column: Column, text: str, currency: str) -> int:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise Refused(f"{column.name} is {_quoted(text)}; write it as 1234.50, with a point and no separators.")
    digits = EXPONENTS.get(currency)
    if digits is None:
        raise Refused(f"{column.name} is {text}; currency {_quoted(currency)} is not in ISO 4217.")
    fraction = (found["fraction"] or "").rstrip("0") if digits == 0 else found["fraction"] or ""
    if len(fraction.rstrip("0")) > digits:
        raise Refused(f"{column.name} is {text}; {currency} has {digits or 'no'} decimals.")
    minor = int(found["whole"] + fraction[:digits].ljust(digits, "0"))
    if minor > LARGEST_MINOR:
        raise Refused(f"{column.name} is too large to be money.")
    return -minor if found["sign"] else minor


def _currency(column: Column, text: str) -> str:
    if text.upper() not in EXPONENTS:
        raise Refused(f"currency is {_quoted(text)}, which is not in ISO 4217.")
    return text.upper()


def _country(column: Column, text: str) -> str:
    if not _COUNTRY.fullmatch(text.upper()):
        raise Refused(f"{column.name} is {_quoted(text)}; use two letters.")
    return text.upper()


def _day(column: Column, text: str) -> date:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not _FIRST <= day.year <= _LAST:
        raise Refused(f"{column.name} is {_quoted(text)}; write a day as 2026-09-12.")
    return day


@lru_cache(maxsize=4096)
def _read_moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo is not None and _FIRST < moment.year < _LAST else None


def _moment(column: Column, text: str) -> datetime:
    moment = _read_moment(text)
    if moment is None:
        raise Refused(f"{column.name} is {_quoted(text)}; write a moment as 2026-09-12T09:14:02+02:00.")
    return moment


def _number(column: Column, text: str) -> int:
    if not _NUMBER.fullmatch(text) or not column.lowest <= int(text) <= column.highest:
        raise Refused(f"{column.name} is {_quoted(text)}; use {column.lowest} to {column.highest}.")
    return int(text)


def _flag(column: Column, text: str) -> bool:
    if text.lower() not in _FLAGS:
        raise Refused(f"{column.name} is {_quoted(text)}; write true or false.")
    return _FLAGS[text.lower()]


def _last4(column: Column, text: str) -> str:
    if not _LAST4.fullmatch(text):
        # Not quoted: whoever fills this column wrongly may have put the whole number there.
        raise Refused(f"{column.name} is not four digits.")
    return text


_READ: Mapping[Form, Callable[[Column, str], Value]] = {
    Form.ID: _id,
    Form.TEXT: _prose,
    Form.CODE: _code,
    Form.CHOICE: _choice,
    Form.CURRENCY: _currency,
    Form.COUNTRY: _country,
    Form.DAY: _day,
    Form.MOMENT: _moment,
    Form.NUMBER: _number,
    Form.FLAG: _flag,
    Form.LAST4: _last4,
}
_FEWEST_DIGITS: Final = 12  # of a card number


def _refuse_card(column: Column, text: str) -> None:
    if _holds_card(text):
        raise Refused(f"{column.name} holds a card number. Take card numbers out of the file.")


@lru_cache(maxsize=4096)
def _holds_card(text: str) -> bool:
    return len(text) >= _FEWEST_DIGITS and contains_card(text)


@lru_cache(maxsize=4096)
def _redacted(text: str) -> str:
    """The same words stand on thousands of rows: they are looked at once."""
    return redact(text).text


def _quoted(text: str) -> str:
    """What was written, as a refusal may repeat it: into a log, so without a card number."""
    return repr(redact(clean_line(text, limit=40)).text)
