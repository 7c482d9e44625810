"""A corrected bill gets a number that no other bill has."""

import pytest

from billing.access.scopes import seeing_as_system
from billing.credits.plans import Correct
from billing.models import Invoice
from tests.billing.credits.bills import a_bill, ask
from tests.billing.refunds.people import somebody

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("taken", "wrong", "number"),
    [
        (("INV-7-C1",), "INV-7", "INV-7-C2"),
        (("INV-C2", "INV-C3"), "INV-C1", "INV-C4"),  # a series of the provider's own
        (("R" * 37 + "-C1",), "R" * 38 + "01", "R" * 37 + "-C2"),
    ],
)
def test_a_number_that_is_taken_is_not_given_again(taken: tuple[str, ...], wrong: str, number: str) -> None:
    agent, bill = somebody("a@desk.example", limit_minor=5_000), a_bill(paid=False, number=wrong)
    for other in taken:
        a_bill(paid=False, number=other)

    ask(bill, Correct(((1, 9_000), (2, 1_500))), by=agent)

    with seeing_as_system():
        assert Invoice.objects.get(corrects=bill).number == number
