"""One run: what is expected is taken up, the rules find, the judges judge, all of it in one transaction.

One run at a time, and no person's match meanwhile: both take the same lock, a run alone, people together. A run over
the lines of a day takes a moment; a second run over the same lines changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from billing.actions.reconciliation.exact import find_exact
from billing.actions.reconciliation.expecting import take_up_expected_money
from billing.actions.reconciliation.judged import judge_named, say_misapplied_and_misdated
from billing.actions.reconciliation.nameless import find_nameless, propose_nameless, say_unknown
from billing.actions.reconciliation.plans import any_join
from billing.actions.reconciliation.returning import find_originals_of_returns
from billing.actions.reconciliation.writing import DROP, Findings
from billing.locks import lock_matching_alone

# The joins of a large run stay in memory instead of on disk; it ends with the transaction.
WORK_MEM: Final = "128MB"


@dataclass(frozen=True, slots=True)
class Outcome:
    expected: int
    exact: int
    judged: int
    by_amount: int
    proposed: int
    discrepancies: int

    @property
    def matched(self) -> int:
        return self.exact + self.judged + self.by_amount


def reconcile(*, at: datetime, account_id: int | None = None) -> Outcome:
    """The caller sees as system."""
    with transaction.atomic():
        lock_matching_alone()
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('work_mem', %s, true)", [WORK_MEM])
        expected = take_up_expected_money()
        exact = find_exact(account_id=account_id)
        find_originals_of_returns()
        findings = Findings()
        judge_named(findings)
        by_amount = find_nameless()
        propose_nameless(findings)
        findings.keep(at=at)
        off = say_misapplied_and_misdated(at=at) + say_unknown(at=at)
        _clear()
    return Outcome(expected, exact, findings.judged, by_amount, findings.proposed, findings.off + off)


def _clear() -> None:
    """All of it would go with the transaction; but another run may be in the same."""
    with connection.cursor() as cursor:
        cursor.execute("DROP VIEW found; DROP TABLE hit, found_among_others, token, joined_token, rest_hit, now_held")
        cursor.execute("DROP TABLE rest_line, open_expected, candidate, by_amount")
        cursor.execute(DROP)
    any_join()
