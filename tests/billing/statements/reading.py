"""What a file is read into, sorted by kind."""

import io
from dataclasses import dataclass

from billing.statements.mapping import CsvRules
from billing.statements.read import guess_rules, read
from billing.statements.records import Fallback, ParsedLine, ParsedStatement, Remark


@dataclass(frozen=True)
class Reading:
    lines: list[ParsedLine]
    statements: list[ParsedStatement]
    remarks: list[Remark]

    @property
    def amounts(self) -> list[int]:
        return [line.amount_minor for line in self.lines]

    @property
    def told(self) -> list[tuple[int | None, str, bool]]:
        return [(remark.line_number, remark.reason, remark.rejected) for remark in self.remarks]


def reading_of(content: bytes, *, rules: CsvRules | None = None, account: str = "", currency: str = "") -> Reading:
    events = list(read(io.BytesIO(content), rules=rules, fallback=Fallback(account, currency)))
    return Reading(
        [event for event in events if isinstance(event, ParsedLine)],
        [event for event in events if isinstance(event, ParsedStatement)],
        [event for event in events if isinstance(event, Remark)],
    )


def reading_of_csv(content: bytes, *, account: str = "ACCOUNT1", currency: str = "EUR") -> Reading:
    """By the rules that are guessed."""
    return reading_of(content, rules=guess_rules(io.BytesIO(content), currency).rules, account=account)
