"""Keeps what a run finds: gathered in temporary tables while it judges, written by a few large statements at its end.

The triggers of matches and parts look at an insert as a whole, so one insert of a hundred thousand rows costs them
little more than one of a hundred.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any, Final, TypeVar

from django.db import connection

from billing.actions.reconciliation.plans import looking_up
from billing.models import Match
from billing.reconciliation.facts import DiscrepancyFound, Finding, MatchFound, PartFound
from billing.reconciliation.states import MatchStatus

Found = TypeVar("Found")
AT_ONCE: Final = 2000

_TABLES: Final = """
CREATE TEMPORARY TABLE new_part (line_id bigint, expected_id bigint, line_minor bigint, expected_minor bigint,
    rule text, score smallint, alone boolean) ON COMMIT DROP;
CREATE TEMPORARY TABLE new_proposal (fingerprint text, rule text, score smallint, reasons jsonb) ON COMMIT DROP;
CREATE TEMPORARY TABLE proposed_part (line_id bigint, expected_id bigint, line_minor bigint, expected_minor bigint,
    fingerprint text) ON COMMIT DROP;
CREATE TEMPORARY TABLE new_off (kind text, line_id bigint, expected_id bigint, amount_minor bigint, currency text,
    words text) ON COMMIT DROP;
"""
DROP: Final = "DROP TABLE new_part, new_proposal, proposed_part, new_off"
# Columns stand as in the tables above.
_PARTS: Final = "COPY new_part FROM STDIN"
_PROPOSALS: Final = "COPY new_proposal FROM STDIN"
_PROPOSED_PARTS: Final = "COPY proposed_part FROM STDIN"
_OFF: Final = "COPY new_off FROM STDIN"

# A proposal that is known, whatever became of it, is not made again.
_KEEP_PROPOSALS: Final = """
CREATE TEMPORARY TABLE kept_proposal ON COMMIT DROP AS
SELECT nextval(pg_get_serial_sequence('billing_match', 'id')) AS id, p.*
FROM (SELECT DISTINCT ON (fingerprint) * FROM new_proposal) AS p
WHERE NOT EXISTS (SELECT 1 FROM billing_match m WHERE m.fingerprint = p.fingerprint AND m.fingerprint <> '');
INSERT INTO billing_match (id, deed, status, rule, score, reasons, fingerprint, note, approval_needed, approval_reason)
SELECT id, 'rule', 'proposed', rule, score, reasons, fingerprint, '', false, '' FROM kept_proposal;
"""
_KEEP_WHOLE: Final = """
INSERT INTO billing_matchpart (line_id, expected_id, line_minor, expected_minor, rule, score, status, alone)
SELECT line_id, expected_id, line_minor, expected_minor, rule, score, 'found', true FROM (
    SELECT line_id, expected_id, amount_minor AS line_minor, amount_minor AS expected_minor, rule, score FROM found
    UNION ALL SELECT line_id, expected_id, amount_minor, amount_minor, rule, score FROM by_amount
    UNION ALL SELECT line_id, expected_id, line_minor, expected_minor, rule, score FROM new_part WHERE alone
) AS part
ORDER BY line_id
"""
# After the whole: a return takes back what one of those has brought.
_KEEP_PIECES: Final = """
INSERT INTO billing_matchpart
    (match_id, line_id, expected_id, line_minor, expected_minor, rule, score, status, alone)
SELECT match_id, line_id, expected_id, line_minor, expected_minor, rule, score, status, false FROM (
    SELECT NULL::bigint AS match_id, line_id, expected_id, line_minor, expected_minor, rule, score, 'found' AS status
        FROM new_part WHERE NOT alone
    UNION ALL SELECT k.id, line_id, expected_id, line_minor, expected_minor, k.rule, k.score, 'proposed'
        FROM proposed_part JOIN kept_proposal k USING (fingerprint)
) AS part
ORDER BY line_id
"""
_KEEP_OFF: Final = """
INSERT INTO billing_discrepancy
    (kind, status, line_id, expected_id, customer_id, amount_minor, currency, words, found_at, resolution, case_ref)
SELECT f.kind, 'open', f.line_id, f.expected_id, e.customer_id, f.amount_minor, f.currency, f.words, %s, '', ''
FROM new_off f LEFT JOIN billing_expectedmoney e ON e.id = f.expected_id
ON CONFLICT DO NOTHING
"""


class Findings:
    """Of one run. In its transaction."""

    def __init__(self) -> None:
        self.judged = self.proposed = self.off = 0
        self.refused_any = Match.objects.filter(status__in=[MatchStatus.UNDONE, MatchStatus.REJECTED]).exists()
        with connection.cursor() as cursor:
            cursor.execute(_TABLES)

    def collect(self, findings: Iterable[Finding]) -> None:
        for some in batched(findings, AT_ONCE):
            matches = [each for each in some if isinstance(each, MatchFound)]
            if self.refused_any:
                matches = _not_refused(matches)
            _collect_parts([each for each in matches if each.rule.posts])
            _collect_proposals([each for each in matches if not each.rule.posts])
            _collect_off([each for each in some if isinstance(each, DiscrepancyFound)])

    def keep(self, *, at: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE new_part, new_proposal, proposed_part, new_off")
            cursor.execute("SELECT count(*) FROM new_part")
            self.judged = cursor.fetchone()[0]
            cursor.execute(_KEEP_PROPOSALS)
            cursor.execute("SELECT count(*) FROM kept_proposal")
            self.proposed = cursor.fetchone()[0]
            cursor.execute(_KEEP_WHOLE)
            cursor.execute(_KEEP_PIECES)
            cursor.execute("DROP TABLE kept_proposal")
            with looking_up():
                cursor.execute(_KEEP_OFF, [at])
                self.off = cursor.rowcount


def rows_of(statement: str) -> Iterator[Any]:
    """By a cursor on the server's side: however many there are, some thousand are here at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.cursor.itersize = AT_ONCE
        cursor.execute(statement)
        yield from cursor


def batched(findings: Iterable[Found], size: int) -> Iterator[list[Found]]:
    source = iter(findings)
    while some := list(islice(source, size)):
        yield some


def _not_refused(found: Sequence[MatchFound]) -> list[MatchFound]:
    """Without those of which a person has undone or rejected a pair."""
    pairs = {_pair(part) for each in found for part in each.parts}
    rows = Match.objects.filter(fingerprint__in=pairs, status__in=[MatchStatus.UNDONE, MatchStatus.REJECTED])
    refused = set(rows.values_list("fingerprint", flat=True))
    return [each for each in found if not any(_pair(part) in refused for part in each.parts)]


def _collect_parts(found: Sequence[MatchFound]) -> None:
    rows = [(part, each) for each in found for part in each.parts]
    _insert(
        _PARTS,
        [(*_amounts(part), each.rule.name, each.score, part.whole) for part, each in rows],
    )


def _collect_proposals(found: Sequence[MatchFound]) -> None:
    named = [(_fingerprint(each), each) for each in found]
    _insert(_PROPOSALS, [(name, each.rule.name, each.score, json.dumps(each.reasons)) for name, each in named])
    _insert(_PROPOSED_PARTS, [(*_amounts(part), name) for name, each in named for part in each.parts])


def _collect_off(found: Sequence[DiscrepancyFound]) -> None:
    _insert(
        _OFF,
        [
            (each.kind.value, each.line_id, each.expected_id, each.amount_minor, each.currency, each.words)
            for each in found
        ],
    )


def _amounts(part: PartFound) -> tuple[int, int, int, int]:
    return part.line_id, part.expected_id, part.line_minor, part.expected_minor


def _insert(statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    """By COPY, which the temporary tables take: no policy is on them."""
    if rows:
        with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:  # psycopg's own: Django has no COPY
            for row in rows:
                copy.write_row(row)


def _pair(part: PartFound) -> str:
    return f"{part.line_id}:{part.expected_id}"


def _fingerprint(match: MatchFound) -> str:
    """Of a long list the hash: a column has its width."""
    text = match.fingerprint
    return text if len(text) <= 64 else sha256(text.encode()).hexdigest()
