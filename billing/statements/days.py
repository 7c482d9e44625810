"""Which days a line can be of. A day outside is a mistake of the file, and would stand first or last in every list."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from billing.statements.records import ParsedLine, ParsedStatement, Remark

EARLIEST: Final = date(1970, 1, 1)  # years of two figures mean none before it either
_AHEAD: Final = timedelta(days=366)  # value dates and what is announced lie ahead, but not by more than a year


class Days(NamedTuple):
    first: date
    last: date

    def wrong_with(self, line: ParsedLine) -> Remark | None:
        """Why the line cannot be taken; None where it can."""
        if self.first <= line.booked_on <= self.last:
            if line.value_on is None or self.first <= line.value_on <= self.last:
                return None
            told = f"value date {line.value_on}"
        else:
            told = f"booking date {line.booked_on}"
        return Remark(f"The {told} cannot be right: {self._told()}.", line.line_number, rejected=True)

    def period_of(self, statement: ParsedStatement) -> tuple[ParsedStatement, Remark | None]:
        """A statement's period is told beside its lines; without it they are the bank's all the same."""
        period = (statement.from_on, statement.to_on)
        if all(day is None or self.first <= day <= self.last for day in period):
            return statement, None
        told = " to ".join("?" if day is None else str(day) for day in period)
        without = replace(statement, from_on=None, to_on=None)
        return without, Remark(
            f"The statement's period ({told}) was left out: {self._told()}.", statement.line_number or None
        )

    def _told(self) -> str:
        return f"days from {self.first} to {self.last} are taken"


def days_at(at: datetime) -> Days:
    return Days(EARLIEST, at.date() + _AHEAD)
