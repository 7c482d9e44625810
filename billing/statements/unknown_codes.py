"""Codes that a line brings and nobody's list has. The line is taken all the same, and whoever imports is told.

Once for each code: what a bank uses every day would fill the page a thousand times over.
"""

from collections.abc import Iterator

from billing.diagnosis.codes import ACH_CHANGES, ACH_RETURNS
from billing.statements.bai2_codes import MOVEMENTS
from billing.statements.records import Remark


class UnknownCodes:
    """Those of one file."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def of_ach(self, code: str, line_number: int) -> Iterator[Remark]:
        if code and code not in ACH_RETURNS and code not in ACH_CHANGES:
            what = "notice of change" if code.startswith("C") else "return"
            yield from self._once(
                code,
                line_number,
                f"{code} is no reason of a {what} that we know; the line was taken without its meaning.",
            )

    def of_bai2(self, code: str, line_number: int, *, came_in: bool) -> Iterator[Remark]:
        if code not in MOVEMENTS:
            taken = "came in" if came_in else "went out"
            yield from self._once(
                code, line_number, f"Type code {code} names no single movement; by its number the money {taken}."
            )

    def of_mt940(self, code: str, line_number: int) -> Iterator[Remark]:
        if code and code not in TYPES and not code.isdigit():
            yield from self._once(
                code, line_number, f"Transaction type {code} is none of SWIFT's; it was taken as other."
            )

    def _once(self, code: str, line_number: int, words: str) -> Iterator[Remark]:
        if code not in self._told and len(self._told) < _MOST:
            self._told.add(code)
            yield Remark(words, line_number)


_MOST = 100  # codes of one file; a column of nonsense has as many as lines
# What SWIFT lets stand behind the N of field 61; three figures there are the number of a message.
TYPES = frozenset(
    "BNK BOE BRF CAR CAS CHG CHK CLR CMI CMN CMP CMS CMT CMZ COL COM CPN DCR DDT DIS DIV EQA EXT FEX INT LBX LDP MAR "
    "MAT MGT MSC NWI ODC OPT PCH POP PRN REC RED RIG RTI SAL SEC SLE STO STP SWP TCK TCM TRA TRF TRN UWC VDA "
    "WAR".split()
)
