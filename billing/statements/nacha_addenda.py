"""The addenda of an ACH entry: remittance, parties of international entries, returns, notices of change."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from billing.statements.records import LineRejected

NOTICE: Final = "change_notice"
_DISHONOURED: Final = frozenset({"R61", "R62", "R67", "R68", "R69", "R70"})
_CODE = re.compile(r"[RC][0-9]{2}")
_REMITTANCE: Final = frozenset({"02", "05", "17"})
_TYPES: Final = frozenset("02 05 10 11 12 13 14 15 16 17 18 98 99".split())
_LONG_NUMBER = re.compile(r"[0-9]{5,}")


class Told(NamedTuple):
    """What all addenda of an entry say together."""

    kind: str = ""
    return_code: str = ""
    original_trace: str = ""
    text: str = ""
    name: str = ""
    undoes_return: bool = False


def check_addendum(number: int, record: str) -> None:
    kind = record[1:3]
    if kind not in _TYPES:
        raise LineRejected(f"“{kind}” is not a type of addenda.", number)
    if kind in {"98", "99"} and not _CODE.fullmatch(record[3:6]):
        raise LineRejected(f"“{record[3:6]}” is not a reason of return or change.", number)


def told_by(addenda: Iterable[str]) -> Told:
    kind = code = trace = name = ""
    texts = []
    for record in addenda:
        addendum = record[1:3]
        if addendum in _REMITTANCE:
            texts.append(record[3:83].strip())
        elif addendum == "99":
            kind, code, trace = "return", record[3:6], record[6:21].strip()
            texts.append("" if code in _DISHONOURED or code >= "R71" else record[35:79].strip())
        elif addendum == "98":
            kind, code, trace = NOTICE, record[3:6], record[6:21].strip()
            texts.append(_shortened(record[35:64].strip()))
        elif addendum == "10":
            name = record[46:81].strip()
    return Told(kind, code, trace, " ".join(filter(None, texts)), name, code in _DISHONOURED)


def _shortened(corrected: str) -> str:
    """The corrected number is the customer's account: its last four are enough to recognise it by."""
    return _LONG_NUMBER.sub(lambda found: "•••• " + found[0][-4:], corrected)
