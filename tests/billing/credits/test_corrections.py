"""A wrong bill that was credited before: what the form proposes, and what is said of the earlier credits."""

import pytest

from billing.access.scopes import seeing_as_system
from billing.credit_forms import CorrectionForm
from billing.credits.balance import Standing, effect_of
from billing.credits.plans import Bill, BillLine, Correct, Goodwill, NewLine, WaiveFee, plan_for
from billing.errors import BillChanged, CreditNotPossible
from billing.models import CreditNote, Invoice, Refund
from billing.queries.crediting import bill_of
from billing.states import CreditStatus, LineKind, OwedBack
from tests.billing.credits.bills import a_bill, ask, fresh, owed_by, pay, seen_of, with_budget
from tests.billing.refunds.people import somebody

pytestmark = pytest.mark.django_db
FEE = WaiveFee(line=2)


def form_of(bill: Invoice) -> CorrectionForm:
    with seeing_as_system():
        return CorrectionForm(bill=bill_of(fresh(bill)))


def said(deed: Correct, *, waived: int = 0, goodwill: int = 0) -> list[str]:
    """Of earlier credits, by a bill of 100 and a fee of 15."""
    bill = Bill(
        "INV-7",
        "USD",
        11_500,
        waived + goodwill,
        (
            BillLine(1, LineKind.PREMIUM, "Monthly premium", 10_000),
            BillLine(2, LineKind.FEE, "Administrative fee", 1_500, credited_minor=waived),
        ),
    )
    effect = effect_of(plan_for(bill, deed), Standing("INV-7", "USD", 11_500, bill.credited_minor, 0))
    return [each for each in effect.sentences(OwedBack.KEEP, target="") if "credited before" in each]


def test_a_fee_that_was_waived_does_not_come_back_by_itself() -> None:
    agent, bill = somebody("a@desk.example", limit_minor=5_000), a_bill(paid=False)
    ask(bill, FEE, by=agent)

    form = form_of(bill)
    fields = [form.fields[name] for name in ("line_1", "line_2")]

    assert [(field.initial, field.help_text) for field in fields] == [
        ("100.00", ""),
        ("0.00", "$15.00 of $15.00 is credited already, or asked to be."),
    ]
    credit = ask(bill, Correct(((1, 9_000), (2, 0))), by=agent, key="key-2")
    assert (credit.status, credit.amount_minor, owed_by(bill)) == (CreditStatus.ISSUED, 10_000, 9_000)


def test_a_bill_that_is_right_since_its_credit_is_not_corrected() -> None:
    agent, bill = somebody("a@desk.example", limit_minor=5_000), a_bill(paid=False)
    ask(bill, FEE, by=agent)

    with pytest.raises(CreditNotPossible, match="Nothing differs"):
        ask(bill, Correct(((1, 10_000), (2, 0))), by=agent, key="key-2", seen="")

    assert (owed_by(bill), fresh(bill).credited_minor) == (10_000, 1_500)


@pytest.mark.parametrize(
    ("amounts", "added", "credited", "words"),
    [
        ((9_000, 1_500), None, {}, []),
        ((9_000, 0), None, {"waived": 1_500}, []),
        (
            (9_000, 1_500),
            None,
            {"waived": 1_500},
            ["Administrative fee: $15.00 that was credited before is charged again on it."],
        ),
        (
            (9_000, 700),
            None,
            {"waived": 1_500},
            ["Administrative fee: $7.00 that was credited before is charged again on it."],
        ),
        (
            (9_000, 2_000),
            None,
            {"waived": 1_500, "goodwill": 1_000},
            [
                "Administrative fee: $15.00 that was credited before is charged again on it.",
                "Goodwill and promotions: $10.00 that was credited before is charged again on it.",
            ],
        ),
        ((9_000, 1_500), NewLine(LineKind.DISCOUNT, "Goodwill", -1_000), {"goodwill": 1_000}, []),
        (
            (9_000, 1_500),
            NewLine(LineKind.RIDER, "Glass", 1_000),
            {"goodwill": 1_000},
            ["Goodwill and promotions: $10.00 that was credited before is charged again on it."],
        ),
    ],
)
def test_what_was_credited_before_and_is_charged_again_is_said(
    amounts: tuple[int, int], added: NewLine | None, credited: dict[str, int], words: list[str]
) -> None:
    assert said(Correct(tuple(enumerate(amounts, 1)), added), **credited) == words


@pytest.mark.parametrize("owed_back", list(OwedBack))
def test_a_bill_paid_since_it_was_shown_is_shown_again(owed_back: OwedBack) -> None:
    """What was shown said that nothing goes back."""
    agent, bill = with_budget("a@desk.example", grant=5_000, monthly=5_000), a_bill(paid=False)
    with seeing_as_system():
        seen = seen_of(fresh(bill), Goodwill(1_500))
    pay(bill, amount_minor=11_500)

    with pytest.raises(BillChanged):
        ask(bill, Goodwill(1_500), by=agent, owed_back=owed_back, seen=seen)

    with seeing_as_system():
        assert (CreditNote.objects.count(), Refund.objects.count()) == (0, 0)
    assert (owed_by(bill), fresh(bill).credited_minor) == (0, 0)
