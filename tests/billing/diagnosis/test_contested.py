"""A refund beside a dispute goes out twice only where both are for the same money."""

from datetime import timedelta

import pytest

from billing.diagnosis.records import DisputeFact
from billing.states import RefundStatus
from tests.billing.diagnosis.scenes import AT, bill, codes, paid, plain, refund, told


def dispute(minor: int, **fields: object) -> DisputeFact:
    return DisputeFact(1, "D-1", 1, minor, "USD", AT - timedelta(days=2), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("refunded", "disputed", "twice"),
    [
        (12_500, 12_500, 12_500),
        (5_000, 12_500, 5_000),
        (7_500, 7_500, 7_500),  # just the same amount: of the same thing, as far as anybody can tell
        (7_500, 6_000, 1_000),
        (5_000, 7_500, 0),
        (4_000, 6_000, 0),
    ],
)
def test_how_much_can_go_out_twice(refunded: int, disputed: int, twice: int) -> None:
    diagnosis = told(bill(), paid(), refund(amount_minor=refunded), disputes=(dispute(disputed),))
    first = diagnosis.findings[0]

    assert first.code == ("disputed_and_refunded" if twice else "disputed")
    assert first.at_stake_minor == (twice or disputed)


def test_the_words_name_what_is_in_both() -> None:
    found = told(bill(), paid(), refund(amount_minor=7_500), disputes=(dispute(6_000),)).findings[0]

    assert plain(found.headline) == "$10.00 is disputed and refunded: it can go out twice"
    assert plain(found.customer_text).startswith(
        "You asked your bank for $60.00, and we sent $10.00 of the same money back as well."
    )


def test_a_dispute_over_the_rest_that_is_decided_is_told_as_decided() -> None:
    lost = dispute(7_500, open=False, won=False, closed_at=AT - timedelta(days=1))
    diagnosis = told(bill(), paid(), refund(amount_minor=5_000), disputes=(lost,))

    assert codes(diagnosis)[:2] == ["refund_on_its_way", "dispute_lost"]


def test_a_refund_that_never_went_is_in_neither() -> None:
    failed = refund(status=RefundStatus.REJECTED)
    assert codes(told(bill(), paid(), failed, disputes=(dispute(12_500),)))[0] == "disputed"
