"""Whoever chooses an account means it: a file of another one is refused, and is not silently made ours."""

import pytest

from billing.access.scopes import seeing_as_system
from billing.models import BankAccount, StatementLine
from tests.billing.statements.answering import our_account
from tests.billing.statements.files import IBAN, camt
from tests.billing.statements.test_importing import COFFEE, RENT, counts, imported

pytestmark = [pytest.mark.django_db, pytest.mark.production]


def ours() -> list[tuple[str, str]]:
    with seeing_as_system():
        return list(BankAccount.objects.order_by("id").values_list("number", "currency"))


@pytest.mark.parametrize(("number", "currency"), [(IBAN, "USD"), ("DE02120300000000202051", "EUR")])
def test_a_file_of_another_account_is_refused_and_names_both(number: str, currency: str) -> None:
    chosen = our_account(number, currency)

    file = imported(camt(RENT + COFFEE), account=chosen)

    assert file.status == "refused"
    assert file.status_reason == (
        f"The file is of account {IBAN} in EUR. You chose House bank, which is {number} in {currency}. Choose the "
        "right account, or “As the file says”, which asks you before it adds the file's own account."
    )
    assert ours() == [(number, currency)]
    with seeing_as_system():
        assert not StatementLine.objects.exists()


def test_as_the_file_says_asks_and_adds_it_when_it_is_sent_again() -> None:
    chosen = our_account(IBAN, "USD")
    imported(camt(RENT + COFFEE), account=chosen)

    again = imported(camt(RENT + COFFEE))

    assert counts(again) == ("imported", 2, 2, 0, 0)
    assert ours() == [(IBAN, "USD"), (IBAN, "EUR")]


def test_the_right_account_takes_it() -> None:
    assert counts(imported(camt(RENT), account=our_account(IBAN, "EUR"))) == ("imported", 1, 1, 0, 0)
