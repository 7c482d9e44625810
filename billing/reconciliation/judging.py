"""Lines whose references name expected money that their amount does not simply equal.

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
    LISTED_TOGETHER,
    MORE_THAN_IT,
    NET_OF_FEE,
    PART_OF_IT,
    RETURNED,
    Rule,
)
from billing.reconciliation.states import DiscrepancyKind


def judge_line_naming_several(line: LineFacts, named: Sequence[ExpectedFacts]) -> list[Finding]:
    """One transfer for several bills: nothing less than all that is open of them, to the cent."""
    of_one_currency = [each for each in named if each.currency == line.currency]
    open_ones = [each for each in of_one_currency if each.is_open and each.left_minor]
    if len(open_ones) > 1 and sum(each.left_minor for each in open_ones) == line.amount_minor:
        parts = tuple(PartFound(line.id, each.id, each.left_minor, each.left_minor) for each in open_ones)
        return [_match(LISTED_TOGETHER, parts, f"It names {len(parts)} and pays each in full.")]
    if not open_ones and sum(each.amount_minor for each in of_one_currency) == line.amount_minor:
        first = of_one_currency[0]
        return [_off(DiscrepancyKind.DUPLICATE, line, first, line.amount_minor, "The same money came before.")]
    return []


def judge_lines_naming_one(lines: Sequence[LineFacts], expected: ExpectedFacts) -> list[Finding]:
    """Every line that names it and that no exact rule took, in the order of their days."""
    returns = [line for line in lines if line.returns or line.amount_minor * expected.amount_minor < 0]
    others = [line for line in lines if line not in returns]
    findings: list[Finding] = []
    if _add_up(others, expected):
        parts = tuple(PartFound(line.id, expected.id, line.amount_minor, line.amount_minor) for line in others)
        findings.append(_match(INSTALMENTS, parts, f"{len(parts)} lines name it and add up to it."))
    else:
        held = expected.held_minor
        for line in others:
            found = _judge_pair(line, expected, held)
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


def _judge_pair(line: LineFacts, expected: ExpectedFacts, held: int) -> list[Finding]:
    left = expected.amount_minor - held
    if line.currency != expected.currency:
        return _judge_exchange(line, expected, left)
    if not expected.is_open or not left:
        return [_off(DiscrepancyKind.DUPLICATE, line, expected, line.amount_minor, "The same money came before.")]
    fee = line.fee_minor if line.amount_minor > 0 else 0
    if fee and line.amount_minor + fee == left:
        part = PartFound(line.id, expected.id, line.amount_minor, left, whole=left == expected.amount_minor)
        kept = Money(fee, line.currency).format()
        return [_match(NET_OF_FEE, (part,), f"The bank states a fee of {kept} that makes the difference.")]
    if abs(line.amount_minor) == abs(left):  # another line of this run pays it in full too
        part = PartFound(line.id, expected.id, line.amount_minor, left)
        return [_match(INSTALMENTS, (part,), "What other lines left open of it.")]
    if abs(line.amount_minor) < abs(left):
        return _judge_less(line, expected, left)
    return _judge_more(line, expected, left)


def _judge_less(line: LineFacts, expected: ExpectedFacts, left: int) -> list[Finding]:
    short = left - line.amount_minor
    missing = Money(abs(short), line.currency).format()
    off = _off(DiscrepancyKind.UNDER, line, expected, short, f"{missing} less than expected.")
    if line.amount_minor > 0 and short <= left * LIKELY_FEE_PER_MILLE // 1000 + LIKELY_FEE_FIXED_MINOR:
        part = PartFound(line.id, expected.id, line.amount_minor, left)
        return [off, _match(LIKELY_FEE, (part,), f"The difference of {missing} is as small as a fee.")]
    part = PartFound(line.id, expected.id, line.amount_minor, line.amount_minor)
    return [off, _match(PART_OF_IT, (part,), f"{missing} would stay open.")]


def _judge_more(line: LineFacts, expected: ExpectedFacts, left: int) -> list[Finding]:
    over = line.amount_minor - left
    words = Money(abs(over), line.currency).format()
    part = PartFound(line.id, expected.id, left, left)
    return [
        _off(DiscrepancyKind.OVER, line, expected, over, f"{words} more than expected."),
        _match(MORE_THAN_IT, (part,), f"{words} of the line would stay open."),
    ]


def _judge_exchange(line: LineFacts, expected: ExpectedFacts, left: int) -> list[Finding]:
    original = line.original_minor
    if original is not None and line.original_currency == expected.currency and expected.is_open and left:
        off = abs(original - left)
        if original * left > 0 and off * 1000 <= abs(left) * FX_TOLERANCE_PER_MILLE:
            part = PartFound(line.id, expected.id, line.amount_minor, left, whole=left == expected.amount_minor)
            words = Money(original, expected.currency).format()
            return [_match(CURRENCY_EXCHANGED, (part,), f"Before the exchange it was {words}.")]
    words = f"{line.currency} came where {expected.currency} was expected."
    return [_off(DiscrepancyKind.WRONG_CURRENCY, line, expected, line.amount_minor, words)]


def _judge_return(line: LineFacts, expected: ExpectedFacts, seen: int) -> list[Finding]:
    """Money that went the other way. It reverses what an earlier line brought, never more."""
    words = f"{Money(abs(line.amount_minor), line.currency).format()} went back."
    off = _off(DiscrepancyKind.RETURNED, line, expected, line.amount_minor, words)
    reverses = line.amount_minor * seen < 0 and abs(line.amount_minor) <= abs(seen)
    if line.currency != expected.currency or not reverses:
        return [off]
    part = PartFound(line.id, expected.id, line.amount_minor, line.amount_minor)
    return [off, _match(RETURNED, (part,), "An earlier line brought it, this one takes it back.")]


def _match(rule: Rule, parts: tuple[PartFound, ...], *reasons: str) -> MatchFound:
    return MatchFound(rule, parts, (rule.words, *reasons), rule.score)


def _off(
    kind: DiscrepancyKind, line: LineFacts, expected: ExpectedFacts, amount_minor: int, words: str
) -> DiscrepancyFound:
    return DiscrepancyFound(kind, amount_minor, line.currency, words, line.id, expected.id)
