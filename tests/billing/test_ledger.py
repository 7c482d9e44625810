from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.access.scopes import seeing_as_system
from billing.actions.ledger import (
    LedgerConflict,
    post_credit_note,
    post_invoice,
    post_payment,
    post_refund,
    post_refund_failure,
    record_posting,
)
from billing.ledger import drafts
from billing.ledger.balances import customer_balances, trial_balance
from billing.ledger.chart import Account
from billing.ledger.drafts import Draft, Line
from billing.models import LedgerAccount, LedgerEntry, Posting, PostingKind
from billing.money import Money, MoneyError
from tests.billing.ledger_paper import DEEDS, played
from tests.billing.records import AT, Records, a_customer, records_of


@pytest.fixture
def lena(db: None) -> Iterator[Records]:
    records = records_of(a_customer())
    with seeing_as_system():
        yield records


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def test_a_duplicate_charge_shows_as_credit_until_it_is_refunded(lena: Records) -> None:
    second = records_of(lena.customer)
    post_invoice(lena.invoice, at=AT)
    post_payment(lena.payment, at=AT)
    assert customer_balances(lena.customer.pk) == []

    post_payment(second.payment, at=AT)
    assert customer_balances(lena.customer.pk) == [usd(-12500)]

    lena.refund.amount_minor = 12500
    post_refund(lena.refund, at=AT)
    assert customer_balances(lena.customer.pk) == []

    post_refund_failure(lena.refund, at=AT + timedelta(days=9))
    assert customer_balances(lena.customer.pk) == [usd(-12500)]


def test_an_overcharge_is_credited_and_refunded(lena: Records) -> None:
    post_invoice(lena.invoice, at=AT)
    post_payment(lena.payment, at=AT)

    post_credit_note(lena.invoice, amount=usd(100), reference="CN-1", at=AT)
    post_refund(lena.refund, at=AT)

    assert customer_balances(lena.customer.pk) == []
    assert trial_balance() == {
        ("provider_clearing", "USD"): 12400,
        ("receivable", "USD"): 0,
        ("revenue", "USD"): -12400,
    }


def test_a_lost_dispute_costs_us_and_not_the_customer(lena: Records) -> None:
    post_payment(lena.payment, at=AT)
    before = customer_balances(lena.customer.pk)

    whose = lena.customer.pk
    record_posting(drafts.dispute_opened(dispute_id=7, customer_id=whose, amount=usd(12500), fee=usd(1500), at=AT))
    record_posting(drafts.dispute_lost(dispute_id=7, customer_id=whose, amount=usd(12500), at=AT))

    assert customer_balances(lena.customer.pk) == before
    assert trial_balance() == {
        ("dispute_fees", "USD"): 1500,
        ("dispute_losses", "USD"): 12500,
        ("disputed_funds", "USD"): 0,
        ("provider_clearing", "USD"): -1500,
        ("receivable", "USD"): -12500,
    }


def test_a_fact_is_booked_once_and_never_differently(lena: Records) -> None:
    first = post_refund(lena.refund, at=AT)

    assert post_refund(lena.refund, at=AT + timedelta(hours=1)) == first
    lena.refund.amount_minor += 1
    with pytest.raises(LedgerConflict):
        post_refund(lena.refund, at=AT)
    assert (Posting.objects.count(), LedgerEntry.objects.count()) == (1, 2)


def test_a_bill_of_nothing_is_not_booked(lena: Records) -> None:
    lena.invoice.total_minor = 0

    assert post_invoice(lena.invoice, at=AT) is None
    assert Posting.objects.count() == 0


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (Line(Account.CLEARING, usd(1)),),
        (Line(Account.CLEARING, usd(1)), Line(Account.REVENUE, usd(-2))),
        (Line(Account.CLEARING, usd(1)), Line(Account.REVENUE, Money(-1, "EUR"))),
        (Line(Account.CLEARING, usd(0)), Line(Account.REVENUE, usd(0))),
    ],
)
def test_a_draft_that_does_not_balance_cannot_be_made(lines: tuple[Line, ...]) -> None:
    with pytest.raises(MoneyError):
        Draft(PostingKind.INVOICE, "k", 1, AT, lines, ("invoice", 1))


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_book_one_posting() -> None:
    records = records_of(a_customer())
    made: list[int] = []

    def book() -> None:
        try:
            with seeing_as_system():
                made.append(post_payment(records.payment, at=AT).pk)
        finally:
            connection.close()

    threads = [Thread(target=book) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 10
    assert len(set(made)) == 1
    with seeing_as_system():
        assert (Posting.objects.count(), LedgerEntry.objects.count(), LedgerAccount.objects.count()) == (1, 2, 2)


histories = st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(1, 10**6)), max_size=25)


@settings(max_examples=2_000, deadline=None)
@given(histories)
def test_whatever_happens_the_books_agree_with_the_paper(history: list[tuple[str, int]]) -> None:
    model = played(history)
    sums = dict.fromkeys(Account, 0)
    for draft in model.drafts:
        for line in draft.lines:
            sums[line.account] += line.amount.minor

    assert sum(sums.values()) == 0
    assert (sums[Account.RECEIVABLE], sums[Account.CLEARING], sums[Account.DISPUTED]) == (
        model.owed,
        model.clearing,
        model.disputed,
    )
    assert min(sums[Account.CLEARING], sums[Account.DISPUTED], sums[Account.DISPUTE_LOSSES]) >= 0


# Here a few; `make bench ONLY=ledger` plays 10,000 of them against the database.
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories)
def test_and_so_does_the_database(db: None, history: list[tuple[str, int]]) -> None:
    model, customer = played(history), a_customer()
    with seeing_as_system():
        before = trial_balance()
        for draft in model.drafts:
            record_posting(Draft(draft.kind, f"{customer.pk}:{draft.key}", customer.pk, AT, draft.lines, draft.source))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        after = trial_balance()
        balances = customer_balances(customer.pk)

    change = {key: after[key] - before.get(key, 0) for key in after}
    assert sum(change.values()) == 0
    assert change.get(("provider_clearing", "USD"), 0) == model.clearing
    assert balances == ([usd(model.owed)] if model.owed else [])
