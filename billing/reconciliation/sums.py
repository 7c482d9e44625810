"""Which of these amounts make that sum? Bounded: a search that finds two answers has found none."""

from collections.abc import Sequence

from billing.reconciliation.rules import MOST_CANDIDATES_OF_A_SUM, MOST_PARTS_OF_A_SUM


def only_subset(amounts: Sequence[int], total: int) -> tuple[int, ...] | None:
    """Places of the one set of two or more amounts that adds up to the total; None where there is none or another.

    All amounts have the total's sign. Two equal amounts are two answers: which of them was paid nobody can say.
    """
    if not 2 <= len(amounts) <= MOST_CANDIDATES_OF_A_SUM:
        return None
    order = sorted(range(len(amounts)), key=lambda place: -abs(amounts[place]))
    sizes = [abs(amounts[place]) for place in order]
    behind = [sum(sizes[place:]) for place in range(len(sizes) + 1)]
    found: list[tuple[int, ...]] = []

    def search(place: int, left: int, taken: tuple[int, ...]) -> None:
        if left == 0:
            found.append(taken)
            return
        if place == len(sizes) or len(taken) == MOST_PARTS_OF_A_SUM or left > behind[place] or len(found) > 1:
            return
        if sizes[place] <= left:
            search(place + 1, left - sizes[place], (*taken, order[place]))
        search(place + 1, left, taken)

    search(0, abs(total), ())
    if len(found) != 1 or len(found[0]) < 2:
        return None
    return tuple(sorted(found[0]))
