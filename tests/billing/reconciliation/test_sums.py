from hypothesis import given
from hypothesis import strategies as st

from billing.reconciliation.sums import only_subset


def test_the_one_set_that_adds_up() -> None:
    assert only_subset([500, 700, 900], 1200) == (0, 1)


def test_two_answers_are_none() -> None:
    assert only_subset([500, 700, 500, 700], 1200) is None


def test_one_amount_alone_is_no_sum() -> None:
    assert only_subset([500, 1200], 1200) is None


def test_money_that_goes_out_adds_up_too() -> None:
    assert only_subset([-500, -700, -100], -1200) == (0, 1)


@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=14), st.data())
def test_what_is_found_adds_up(amounts: list[int], data: st.DataObject) -> None:
    total = data.draw(st.sampled_from([sum(amounts[:2]), sum(amounts), 7]))

    found = only_subset(amounts, total)

    assert found is None or sum(amounts[place] for place in found) == total
