"""Writes what the engine found, many rows at a time."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Final, TypeVar

from billing.models import Discrepancy, ExpectedMoney, Match, MatchPart, StatementLine
from billing.reconciliation.facts import DiscrepancyFound, Finding, MatchFound
from billing.reconciliation.states import Deed, MatchStatus
from billing.states import LineMatching

Found = TypeVar("Found")
AT_ONCE: Final = 1000


def write_findings(findings: Iterable[Finding], *, at: datetime) -> tuple[int, int, int]:
    """How many matches that post, proposals and discrepancies are new. What was written by an earlier run stays."""
    posted = proposed = off = 0
    for some in batched(findings, AT_ONCE):
        matches = _write_matches([each for each in some if isinstance(each, MatchFound)])
        posted += sum(match.status == MatchStatus.FOUND for match in matches)
        proposed += sum(match.status == MatchStatus.PROPOSED for match in matches)
        off += _write_discrepancies([each for each in some if isinstance(each, DiscrepancyFound)], at=at)
    return posted, proposed, off


def batched(findings: Iterable[Found], size: int) -> Iterator[list[Found]]:
    source = iter(findings)
    while some := list(islice(source, size)):
        yield some


def _write_matches(found: Sequence[MatchFound]) -> list[Match]:
    known = set(
        Match.objects.filter(fingerprint__in=[_fingerprint(each) for each in found]).values_list(
            "fingerprint", flat=True
        )
    )
    new = [each for each in found if _fingerprint(each) not in known]
    matches = Match.objects.bulk_create(
        Match(
            deed=Deed.RULE,
            status=MatchStatus.FOUND if each.rule.posts else MatchStatus.PROPOSED,
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
    proposed_lines = [part.line_id for each in new if not each.rule.posts for part in each.parts]
    StatementLine.objects.filter(pk__in=proposed_lines, matching=LineMatching.OPEN).update(
        matching=LineMatching.PROPOSED
    )
    return matches


def _write_discrepancies(found: Sequence[DiscrepancyFound], *, at: datetime) -> int:
    customers = dict(
        ExpectedMoney.objects.filter(pk__in=[each.expected_id for each in found if each.expected_id]).values_list(
            "pk", "customer_id"
        )
    )
    before = Discrepancy.objects.count()
    Discrepancy.objects.bulk_create(
        (
            Discrepancy(
                kind=each.kind,
                line_id=each.line_id,
                expected_id=each.expected_id,
                customer_id=customers.get(each.expected_id) if each.expected_id else None,
                amount_minor=each.amount_minor,
                currency=each.currency,
                words=each.words,
                found_at=at,
            )
            for each in found
        ),
        ignore_conflicts=True,
    )
    return Discrepancy.objects.count() - before if found else 0


def _fingerprint(match: MatchFound) -> str:
    """Of a long list the hash: a column has its width."""
    text = match.fingerprint
    return text if len(text) <= 64 else sha256(text.encode()).hexdigest()
