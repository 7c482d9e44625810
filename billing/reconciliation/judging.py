"""Lines whose references name one expected amount that theirs does not simply equal; of several see ``lists``.

A reference is strong, an amount that differs is a fact as well: what explains the difference (a stated fee, an
exchange, instalments, a return) is a match; what does not is a discrepancy, with a proposal where one helps.
"""

from collections.abc import Sequence

from billing.money import Money
from billing.reconciliation.facts import DiscrepancyFound, ExpectedFacts, Finding, LineFacts, MatchFound, PartFound
from billing.reconciliation.rules import (
    CURRENCY_EXCHANGED,
    FX_TOLERANCE_PER_MILLE,
    INSTALMENTS,
    LIKELY_FEE,
    LIKELY_FEE_FIXED_MINOR,
    LIKELY_FEE_PER_MILLE,
    MORE_THAN_IT,
    NET_OF_FEE,
    PART_OF_IT,
    RETURNED,
    Rule,
)
from billing.reconciliation.states import DiscrepancyKind


def judge_lines_naming_one(lines: Sequence[LineFacts], expected: ExpectedFacts) -> list[Finding]:
    """Every line that names it and that no exact rule took, in the order of their days."""
    returns = [line for line in lines if line.returns or line.amount_minor * expected.amount_minor < 0]
    others = [line for line in lines if line not in returns]
    findings: list[Finding] = []
    if _add_up(others, expected):
        parts = tuple(PartFound(line.id, expected.id, line.amount_minor, line.amount_minor) for line in others)
        findings.append(match_by(INSTALMENTS, parts, f"{len(parts)} lines name it and add up to it."))
    else:
        held = expected.held_minor
        for line in others:
            found = judge_pair(line, expected, held)
            held += sum(
                part.expected_minor
                for each in found
                if isinstance(each, MatchFound) and each.rule.posts
                for part in each.parts
            )
            findings += found
    seen = expected.held_minor + sum(
        part.expected_minor
        for each in findings
        if isinstance(each, MatchFound) and each.rule.posts
        for part in each.parts
    )
    for line in returns:
        found = _judge_return(line, expected, seen)
        seen += sum(part.expected_minor for each in found if isinstance(each, MatchFound) for part in each.parts)
        findings += found
    return findings


def _add_up(lines: Sequence[LineFacts], expected: ExpectedFacts) -> bool:
    return (
        len(lines) > 1
        and expected.is_open
        and {line.currency for line in lines} == {expected.currency}
        and sum(line.amount_minor for line in lines) == expected.left_minor
    )


def judge_pair(line: LineFacts, expected: ExpectedFacts, held: int) -> list[Finding]:
    """``held``: minor units of it that other lines brought."""
    left = expected.amount_minor - held
    if line.currency != expected.currency:
        return _judge_exchange(line, expected, left)
    if not expected.is_open or not left:
        return [off_by(DiscrepancyKind.DUPLICATE, line, expected, line.amount_minor, "The same money came before.")]
    fee = line.fee_minor if line.amount_minor > 0 else 0
    if fee and line.amount_minor + fee == left:
        part = PartFound(line.id, expected.id, line.amount_minor, left, whole=left == expected.amount_minor)
        kept = Money(fee, line.currency).format()
        return [match_by(NET_OF_FEE, (part,), f"The bank states a fee of {kept} that makes the difference.")]
    if abs(line.amount_minor) == abs(left):  # another line of this run pays it in full too
        part = PartFound(line.id, expected.id, line.amount_minor, left)
        return [match_by(INSTALMENTS, (part,), "What other lines left open of it.")]
    if abs(line.amount_minor) < abs(left):
        return _judge_less(line, expected, left)
    return _judge_more(line, expected, left)


def _judge_less(line: LineFacts, expected: ExpectedFacts, left: int) -> list[Finding]:
    short = left - line.amount_minor
    missing = Money(abs(short), line.currency).format()
    off = off_by(DiscrepancyKind.UNDER, line, expected, short, f"{missing} less than expected.")
    if may_be_fee(short, left):
        part = PartFound(line.id, expected.id, line.amount_minor, left)
        return [off, match_by(LIKELY_FEE, (part,), f"The difference of {missing} is as small as a fee.")]
    part = PartFound(line.id, expected.id, line.amount_minor, line.amount_minor)
    return [off, match_by(PART_OF_IT, (part,), f"{missing} would stay open.")]


def may_be_fee(short: int, left: int) -> bool:
    return 0 < short <= left * LIKELY_FEE_PER_MILLE // 1000 + LIKELY_FEE_FIXED_MINOR


def _judge_more(line: LineFacts, expected: ExpectedFacts, left: int) -> list[Finding]:
    over = line.amount_minor - left
    words = Money(abs(over), line.currency).format()
    part = PartFound(line.id, expected.id, left, left)
    return [
        off_by(DiscrepancyKind.OVER, line, expected, over, f"{words} more than expected."),
        match_by(MORE_THAN_IT, (part,), f"{words} of the line would stay open."),
    ]


def _judge_exchange(line: LineFacts, expected: ExpectedFacts, left: int) -> list[Finding]:
    original = line.original_minor
    if original is not None and line.original_currency == expected.currency and expected.is_open and left:
        off = abs(original - left)
        if original * left > 0 and off * 1000 <= abs(left) * FX_TOLERANCE_PER_MILLE:
            part = PartFound(line.id, expected.id, line.amount_minor, left, whole=left == expected.amount_minor)
            words = Money(original, expected.currency).format()
            return [match_by(CURRENCY_EXCHANGED, (part,), f"Before the exchange it was {words}.")]
    words = f"{line.currency} came where {expected.currency} was expected."
    return [off_by(DiscrepancyKind.WRONG_CURRENCY, line, expected, line.amount_minor, words)]


def _judge_return(line: LineFacts, expected: ExpectedFacts, seen: int) -> list[Finding]:
    """Money that went the other way. It reverses what an earlier line brought, never more."""
    words = f"{Money(abs(line.amount_minor), line.currency).format()} went back."
    off = off_by(DiscrepancyKind.RETURNED, line, expected, line.amount_minor, words)
    reverses = line.amount_minor * seen < 0 and abs(line.amount_minor) <= abs(seen)
    if line.currency != expected.currency or not reverses:
        return [off]
    part = PartFound(line.id, expected.id, line.amount_minor, line.amount_minor)
    return [off, match_by(RETURNED, (part,), "An earlier line brought it, this one takes it back.")]


def match_by(rule: Rule, parts: tuple[PartFound, ...], *reasons: str) -> MatchFound:
    return MatchFound(rule, parts, (rule.words, *reasons), rule.score)


def off_by(
    kind: DiscrepancyKind, line: LineFacts, expected: ExpectedFacts, amount_minor: int, words: str
) -> DiscrepancyFound:
    return DiscrepancyFound(kind, amount_minor, line.currency, words, line.id, expected.id)
