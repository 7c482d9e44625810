"""Writes what the engine found, many rows at a time: what posts as bare parts, what is proposed with its reasons."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Final, TypeVar

from django.db import connection

from billing.models import Match, MatchPart, StatementLine
from billing.reconciliation.facts import DiscrepancyFound, Finding, MatchFound, PartFound
from billing.reconciliation.states import Deed, MatchStatus
from billing.states import LineMatching

Found = TypeVar("Found")
AT_ONCE: Final = 2000

_PARTS: Final = """
CREATE TEMPORARY TABLE IF NOT EXISTS judged_part
    (line_id bigint, expected_id bigint, line_minor bigint, expected_minor bigint, rule text, score smallint,
    alone boolean) ON COMMIT DROP;
TRUNCATE judged_part;
"""
_COLLECT: Final = """
INSERT INTO judged_part
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::smallint[], %s::boolean[])
"""
# One insert for all: its checks look at many rows as cheaply as at one.
_KEEP: Final = """
INSERT INTO billing_matchpart (line_id, expected_id, line_minor, expected_minor, rule, score, status, alone)
SELECT line_id, expected_id, line_minor, expected_minor, rule, score, 'found', alone FROM judged_part ORDER BY line_id
"""
_OFF: Final = """
INSERT INTO billing_discrepancy
    (kind, status, line_id, expected_id, customer_id, amount_minor, currency, words, found_at, resolution, case_ref)
SELECT f.kind, 'open', f.line_id, f.expected_id, e.customer_id, f.amount_minor, f.currency, f.words, %s, '', ''
FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[])
    AS f (kind, line_id, expected_id, amount_minor, currency, words)
LEFT JOIN billing_expectedmoney e ON e.id = f.expected_id
ON CONFLICT DO NOTHING
"""


def write_findings(findings: Iterable[Finding], *, at: datetime) -> tuple[int, int, int]:
    """How many parts post, how many proposals and discrepancies are new. What was written by an earlier run stays."""
    proposed = off = 0
    refused_any = Match.objects.filter(status__in=[MatchStatus.UNDONE, MatchStatus.REJECTED]).exists()
    with connection.cursor() as cursor:
        cursor.execute(_PARTS)
    for some in batched(findings, AT_ONCE):
        matches = [each for each in some if isinstance(each, MatchFound)]
        if refused_any:
            matches = _not_refused(matches)
        _collect([each for each in matches if each.rule.posts])
        proposed += _propose([each for each in matches if not each.rule.posts])
        off += _write_discrepancies([each for each in some if isinstance(each, DiscrepancyFound)], at=at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE judged_part")
        cursor.execute(_KEEP)
        return cursor.rowcount, proposed, off


def batched(findings: Iterable[Found], size: int) -> Iterator[list[Found]]:
    source = iter(findings)
    while some := list(islice(source, size)):
        yield some


def _not_refused(found: Sequence[MatchFound]) -> list[MatchFound]:
    """Without those of which a person has undone or rejected a pair."""
    pairs = {_pair(part) for each in found for part in each.parts}
    refused = set(
        Match.objects.filter(fingerprint__in=pairs, status__in=[MatchStatus.UNDONE, MatchStatus.REJECTED]).values_list(
            "fingerprint", flat=True
        )
    )
    return [each for each in found if not any(_pair(part) in refused for part in each.parts)]


def _collect(found: Sequence[MatchFound]) -> None:
    rows = [(each, part) for each in found for part in each.parts]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _COLLECT,
            [
                [part.line_id for _, part in rows],
                [part.expected_id for _, part in rows],
                [part.line_minor for _, part in rows],
                [part.expected_minor for _, part in rows],
                [each.rule.name for each, _ in rows],
                [each.score for each, _ in rows],
                [part.whole for _, part in rows],
            ],
        )


def _propose(found: Sequence[MatchFound]) -> int:
    fingerprints = {_fingerprint(each) for each in found}
    known = set(Match.objects.filter(fingerprint__in=fingerprints).values_list("fingerprint", flat=True))
    new = [each for each in found if _fingerprint(each) not in known]
    matches = Match.objects.bulk_create(
        Match(
            deed=Deed.RULE,
            status=MatchStatus.PROPOSED,
            rule=each.rule.name,
            score=each.score,
            reasons=list(each.reasons),
            fingerprint=_fingerprint(each),
        )
        for each in new
    )
    MatchPart.objects.bulk_create(
        MatchPart(
            match=match,
            line_id=part.line_id,
            expected_id=part.expected_id,
            line_minor=part.line_minor,
            expected_minor=part.expected_minor,
            rule=each.rule.name,
            score=each.score,
            status=match.status,
        )
        for match, each in zip(matches, new, strict=True)
        for part in each.parts
    )
    lines = [part.line_id for each in new for part in each.parts]
    StatementLine.objects.filter(pk__in=lines, matching=LineMatching.OPEN).update(matching=LineMatching.PROPOSED)
    return len(matches)


def _write_discrepancies(found: Sequence[DiscrepancyFound], *, at: datetime) -> int:
    if not found:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _OFF,
            [
                at,
                [each.kind.value for each in found],
                [each.line_id for each in found],
                [each.expected_id for each in found],
                [each.amount_minor for each in found],
                [each.currency for each in found],
                [each.words for each in found],
            ],
        )
        new: int = cursor.rowcount
    return new


def _pair(part: PartFound) -> str:
    return f"{part.line_id}:{part.expected_id}"


def _fingerprint(match: MatchFound) -> str:
    """Of a long list the hash: a column has its width."""
    text = match.fingerprint
    return text if len(text) <= 64 else sha256(text.encode()).hexdigest()
