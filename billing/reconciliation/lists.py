"""Lines that name several expected amounts: one transfer for several bills.

All that is open of them, to the cent, is paid. What comes near is proposed and told as too much or too little, so that
a list that does not add up is nobody's guess.
"""

from collections.abc import Iterator, Sequence

from billing.money import Money
from billing.reconciliation.facts import ExpectedFacts, Finding, LineFacts, PartFound
from billing.reconciliation.judging import judge_lines_naming_one, judge_pair, match_by, may_be_fee, off_by
from billing.reconciliation.rules import (
    LIKELY_FEE,
    LISTED_TOGETHER,
    MORE_THAN_IT,
    NET_OF_FEE,
    PART_OF_IT,
    SOME_OF_A_LIST,
)
from billing.reconciliation.states import DiscrepancyKind
from billing.reconciliation.sums import only_subset


def judge_line_naming_several(line: LineFacts, named: Sequence[ExpectedFacts]) -> list[Finding]:
    """``named`` has at least one."""
    listed = _open_of(line.currency, named)
    if len(listed) > 1 and sum(each.left_minor for each in listed) == line.amount_minor:
        words = f"It names {len(listed)} and pays each in full."
        return [match_by(LISTED_TOGETHER, tuple(_in_full(line, listed)), words)]
    of_its_sign = [each for each in named if each.amount_minor * line.amount_minor > 0]
    if line.returns or not of_its_sign:
        return _judge_return(line, named)
    open_ones = list(filter(_is_open, of_its_sign))
    if not open_ones:
        words = "The same money came before."
        return [off_by(DiscrepancyKind.DUPLICATE, line, of_its_sign[0], line.amount_minor, words)]
    if len(open_ones) == 1:
        return judge_pair(line, open_ones[0], open_ones[0].held_minor)
    listed = _open_of(line.currency, of_its_sign)
    if not listed:
        words = f"{line.currency} came where {open_ones[0].currency} was expected."
        return [off_by(DiscrepancyKind.WRONG_CURRENCY, line, open_ones[0], line.amount_minor, words)]
    if len(listed) == 1:
        return judge_pair(line, listed[0], listed[0].held_minor)
    return _judge_list(line, listed)


def _open_of(currency: str, named: Sequence[ExpectedFacts]) -> list[ExpectedFacts]:
    """The oldest first."""
    return sorted((each for each in named if each.currency == currency and _is_open(each)), key=_oldest_first)


def _is_open(expected: ExpectedFacts) -> bool:
    return expected.is_open and expected.left_minor != 0


def _judge_return(line: LineFacts, named: Sequence[ExpectedFacts]) -> list[Finding]:
    """What it takes back came before. Of several that came nobody can say which it was: the line stays open."""
    came = [each for each in named if each.held_minor]
    return judge_lines_naming_one([line], came[0]) if len(came) == 1 else []


def _judge_list(line: LineFacts, listed: Sequence[ExpectedFacts]) -> list[Finding]:
    """Two or more that are open, with the line's sign and currency, and not its sum."""
    total = sum(each.left_minor for each in listed)
    fee = line.fee_minor if line.amount_minor > 0 else 0
    if fee and line.amount_minor + fee == total and fee < _largest(listed).left_minor:
        words = f"The bank states a fee of {Money(fee, line.currency).format()} that makes the difference."
        return [match_by(NET_OF_FEE, tuple(_less_a_fee(line, listed, fee)), words)]
    exactly = [each for each in listed if each.left_minor == line.amount_minor]
    if len(exactly) == 1:
        words = f"It names {len(listed)} and pays one of them."
        return [match_by(SOME_OF_A_LIST, tuple(_in_full(line, exactly)), words)]
    if (some := only_subset([each.left_minor for each in listed], line.amount_minor)) is not None:
        words = f"It names {len(listed)} and pays {len(some)} of them."
        return [match_by(SOME_OF_A_LIST, tuple(_in_full(line, [listed[place] for place in some])), words)]
    if abs(line.amount_minor) < abs(total):
        return _judge_less(line, listed, total - line.amount_minor, total)
    over = line.amount_minor - total
    words = Money(abs(over), line.currency).format()
    return [
        off_by(DiscrepancyKind.OVER, line, listed[0], over, f"{words} more than the {len(listed)} that it names."),
        match_by(MORE_THAN_IT, tuple(_in_full(line, listed)), f"{words} of the line would stay open."),
    ]


def _judge_less(line: LineFacts, listed: Sequence[ExpectedFacts], short: int, total: int) -> list[Finding]:
    """The oldest are paid first, as a debtor's payment is when nobody says otherwise; what is short is of the last."""
    missing = Money(abs(short), line.currency).format()
    words = f"{missing} less than the {len(listed)} that it names."
    off = off_by(DiscrepancyKind.UNDER, line, listed[-1], short, words)
    if may_be_fee(short, total) and short < _largest(listed).left_minor:
        words = f"The difference of {missing} is as small as a fee."
        return [off, match_by(LIKELY_FEE, tuple(_less_a_fee(line, listed, short)), words)]
    words = f"The oldest first; {missing} would stay open."
    return [off, match_by(PART_OF_IT, tuple(_as_far_as_it_goes(line, listed)), words)]


def _in_full(line: LineFacts, listed: Sequence[ExpectedFacts]) -> Iterator[PartFound]:
    for each in listed:
        yield PartFound(line.id, each.id, each.left_minor, each.left_minor)


def _less_a_fee(line: LineFacts, listed: Sequence[ExpectedFacts], fee: int) -> Iterator[PartFound]:
    """It is kept back from the largest, which is larger than it."""
    largest = _largest(listed)
    for each in listed:
        yield PartFound(line.id, each.id, each.left_minor - (fee if each is largest else 0), each.left_minor)


def _as_far_as_it_goes(line: LineFacts, listed: Sequence[ExpectedFacts]) -> Iterator[PartFound]:
    left = abs(line.amount_minor)
    sign = 1 if line.amount_minor > 0 else -1
    for each in listed:
        if taken := min(left, abs(each.left_minor)):
            yield PartFound(line.id, each.id, sign * taken, sign * taken)
        left -= taken


def _largest(listed: Sequence[ExpectedFacts]) -> ExpectedFacts:
    return max(listed, key=lambda each: each.left_minor)


def _oldest_first(expected: ExpectedFacts) -> tuple[str, int]:
    return expected.due_on.isoformat(), expected.id
