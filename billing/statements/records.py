"""What every format is read into. Amounts are whole minor units; above zero came in, below zero went out."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class StatementRefused(Exception):
    """The file as a whole cannot be read. ``str()`` is one sentence for whoever uploaded it."""


class LineRejected(Exception):
    """One line cannot be read, and why; its neighbours are read all the same."""

    def __init__(self, reason: str, line_number: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.line_number = reason, line_number


class ParsedLine(NamedTuple):
    """One movement. A tuple, since a large file has a million of them."""

    statement: int  # which of the file's statements it belongs to
    account: str
    line_number: int
    booked_on: date
    amount_minor: int
    currency: str
    value_on: date | None = None
    kind: str = "other"
    pending: bool = False
    bank_reference: str = ""
    end_to_end_id: str = ""
    structured_reference: str = ""
    remittance: str = ""
    counterparty: str = ""
    counterparty_last4: str = ""
    return_code: str = ""
    returned_reference: str = ""
    original_minor: int | None = None
    original_currency: str = ""
    fee_minor: int = 0
    entry_number: int | None = None  # of the file's entries, where several lines may be one entry
    entry_reference: str = ""  # the bank's own name for that entry


@dataclass(frozen=True, slots=True)
class ParsedStatement:
    """Comes after its lines: most formats state the closing balance last."""

    index: int
    account: str
    currency: str
    line_number: int = 0
    reference: str = ""
    message: str = ""  # which of several messages that tell of the same entries: camt.052, 053 or 054
    account_name: str = ""
    account_kind: str = "bank"
    bank: str = ""
    from_on: date | None = None
    to_on: date | None = None
    opening_minor: int | None = None
    closing_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    reason: str
    line_number: int | None = None
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class Fallback:
    """Whose file it is, where the file itself does not say: chosen by the person who uploads it."""

    account: str = ""
    currency: str = ""


Event = ParsedLine | ParsedStatement | Remark
