"""How one bank's CSV is to be read: what a person sets once, as plain values that a page can show and JSON can keep."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from billing.statements.amounts import DIGITS

ENCODINGS: Final = ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be")
DELIMITERS: Final = (",", ";", "\t", "|")
DECIMALS: Final = (".", ",")
DATE_ORDERS: Final = ("dmy", "mdy", "ymd")
# What a column can be, in the order a page offers it.
ROLES: Final = (
    "booked_on",
    "value_on",
    "amount",
    "debit",
    "credit",
    "sign",
    "currency",
    "remittance",
    "reference",
    "counterparty",
    "counterparty_account",
    "balance",
    "fee",
    "account",
)
_SEVERAL: Final = frozenset({"remittance"})  # their columns are joined


class MappingIncomplete(ValueError):
    """What is missing or does not fit, in one sentence for whoever sets it."""


@dataclass(frozen=True, slots=True)
class CsvRules:
    encoding: str = "utf-8"
    delimiter: str = ","
    header_row: int = 1  # its line in the file; 0 where the file has none
    columns: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # by role, counted from 0
    decimal: str = "."
    date_order: str = "ymd"
    currency: str = ""  # of lines that name none
    turned: bool = False  # a card's statement may count what was spent as above zero

    def problems(self) -> list[str]:
        """Why a file cannot be read like this; empty where it can."""
        found = []
        if self.delimiter not in DELIMITERS or self.encoding not in ENCODINGS:
            found.append("The delimiter or the encoding is none we know.")
        if self.decimal not in DECIMALS or self.date_order not in DATE_ORDERS:
            found.append("Choose a decimal mark and an order of dates.")
        if set(self.columns) - set(ROLES):
            found.append("A column has a meaning that we do not know.")
        if "booked_on" not in self.columns:
            found.append("Say which column holds the booking date.")
        if "amount" not in self.columns and not {"debit", "credit"} & set(self.columns):
            found.append("Say which column holds the amount, or which two hold debits and credits.")
        if "amount" in self.columns and {"debit", "credit"} & set(self.columns):
            found.append("Choose either one amount or a pair of debit and credit, not both.")
        if "currency" not in self.columns and self.currency not in DIGITS:
            found.append("Say which column holds the currency, or which currency the file is in.")
        return found

    def checked(self) -> Self:
        if problems := self.problems():
            raise MappingIncomplete(problems[0])
        return self

    def column(self, role: str) -> int | None:
        places = self.columns.get(role)
        return places[0] if places else None

    def as_json(self) -> dict[str, Any]:
        kept = asdict(self)
        kept["columns"] = {role: list(places) for role, places in self.columns.items()}
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        columns = {str(role): tuple(int(place) for place in places) for role, places in kept["columns"].items()}
        return cls(
            encoding=str(kept["encoding"]),
            delimiter=str(kept["delimiter"]),
            header_row=int(kept["header_row"]),
            columns=columns,
            decimal=str(kept["decimal"]),
            date_order=str(kept["date_order"]),
            currency=str(kept["currency"]),
            turned=bool(kept["turned"]),
        ).checked()


def columns_from_roles(roles: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """A role for each column, as a page asks for them. Of a role that can be had once the first column counts."""
    found: dict[str, tuple[int, ...]] = {}
    for place, role in enumerate(roles):
        if role in ROLES and (role in _SEVERAL or role not in found):
            found[role] = (*found.get(role, ()), place)
    return found


def header_sha256(cells: Sequence[str]) -> str:
    """The same bank's export has the same header, whatever its blanks, case and byte-order mark."""
    return hashlib.sha256("\x1f".join(plain(cell) for cell in cells).encode()).hexdigest()


def plain(text: str) -> str:
    """For comparing headers: small letters without accents, blanks and marks as single blanks."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    letters = "".join(mark for mark in bare if not unicodedata.combining(mark))
    return re.sub(r"[\W_]+", " ", letters).strip()
