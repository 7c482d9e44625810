"""A payout is what its events tell, in whatever order they come, and it is what the bank is expected to show."""

from itertools import permutations
from typing import Any

import pytest
from django.utils import timezone

from billing.access.scopes import seeing_as_system
from billing.actions.applying import apply_snapshots
from billing.actions.books import book_payment
from billing.actions.payouts import list_moves_of_payouts
from billing.actions.reconciliation.run import reconcile
from billing.gateways.stripe.events import snapshots
from billing.models import ExpectedMoney, MatchPart, Payment, Payout, ProviderObject
from billing.queries.payouts import composition_of
from supportdesk.people import roles
from tests.billing.reconciliation.records import DAY, a_line
from tests.billing.records import a_customer, records_of
from tests.fakes.gateways import FakeGateway
from tests.personas import make_staff, sign_in

pytestmark = pytest.mark.django_db
ARRIVES = 1789344000  # 14 September 2026, the day of the line


def told(number: int, status: str, **more: Any) -> dict[str, Any]:
    payout = {
        "id": "po_1",
        "object": "payout",
        "amount": 98_700,
        "currency": "usd",
        "arrival_date": ARRIVES,
        "created": ARRIVES - 2 * 86_400,
        "status": status,
        **more,
    }
    return {
        "id": f"evt_{number}",
        "object": "event",
        "type": "payout.updated",
        "created": ARRIVES - 86_400 + number,
        "livemode": False,
        "api_version": "2026-08-27",
        "data": {"object": payout},
    }


EVENTS = (told(1, "pending"), told(2, "in_transit"), told(3, "paid", trace_id={"status": "supported", "value": "T77"}))


@pytest.mark.parametrize("order", list(permutations(EVENTS)))
def test_any_order_ends_the_same(order: tuple[dict[str, Any], ...]) -> None:
    with seeing_as_system():
        for event in order:
            assert apply_snapshots(snapshots(event), provider="stripe", at=timezone.now()) == []

        payout = Payout.objects.get()
        assert (payout.status, payout.amount_minor, payout.currency) == ("paid", 98_700, "USD")
        assert (payout.arrives_on, payout.bank_reference) == (DAY, "T77")


def test_the_line_that_names_a_payout_is_it() -> None:
    with seeing_as_system():
        apply_snapshots(snapshots(EVENTS[2]), provider="stripe", at=timezone.now())
        a_line(amount_minor=98_700, bank_reference="po_1")
        reconcile(at=timezone.now())

        assert MatchPart.objects.values_list("rule", "line_minor", "expected__kind").get() == (
            "external_id",
            98_700,
            "payout",
        )


def move(name: str, kind: str, source: str, amount: int, fee: int = 0) -> dict[str, Any]:
    return {
        "id": f"txn_{name}",
        "object": "balance_transaction",
        "type": kind,
        "source": source,
        "amount": amount,
        "fee": fee,
        "net": amount - fee,
        "currency": "usd",
    }


MOVES = [
    move("1", "charge", "ch_1", 100_000, 800),
    move("2", "charge", "ch_2", 500),
    move("3", "stripe_fee", "", -1_000),
    move("4", "payout", "po_1", -98_700),
]


def paid_out() -> Payout:
    """A payout that was paid, of a payment that we know and booked, and of one that we never heard of."""
    apply_snapshots(snapshots(EVENTS[2]), provider="stripe", at=timezone.now())
    records = records_of(a_customer(), amount_minor=100_000)
    Payment.objects.filter(pk=records.payment.pk).update(provider="stripe", external_id="pi_1")
    ProviderObject.objects.create(
        provider="stripe", kind="charge", external_id="ch_1", parent_id="pi_1", version=[], facts={}, links={}
    )
    book_payment(Payment.objects.get(), at=timezone.now())
    Payout.objects.update(created_at=timezone.now())
    return Payout.objects.get()


def test_a_payout_says_what_it_consists_of_and_what_of_it_we_have() -> None:
    with seeing_as_system():
        payout = paid_out()
    gateway = FakeGateway(payouts={"po_1": MOVES})

    assert [list_moves_of_payouts(gateway=gateway, at=timezone.now()) for _ in range(2)] == [1, 0]

    with seeing_as_system():
        made_of = composition_of(payout)
        reference = Payment.objects.get().reference
    assert made_of is not None
    assert [(each.type, each.state, each.reference) for each in made_of.moves] == [
        ("charge", "unknown", ""),
        ("stripe_fee", "", ""),
        ("charge", "booked", reference),
    ]
    assert (made_of.net_minor, made_of.unexplained_minor, made_of.missing) == (98_700, 0, 1)


def test_finance_sees_it_on_the_payout_s_page() -> None:
    with seeing_as_system():
        paid_out()
        reconcile(at=timezone.now())
        a_line(amount_minor=1)
        reconcile(at=timezone.now())
        expected = ExpectedMoney.objects.get(kind="payout")
    fin = sign_in(make_staff("fin@desk.example", roles.FINANCE))
    page = f"/finance/reconciliation/expected/{expected.pk}/"
    assert "has not said yet" in fin.get(page).content.decode()

    list_moves_of_payouts(
        gateway=FakeGateway(payouts={"po_1": [*MOVES, move("5", "charge", "ch_3", 100)]}), at=timezone.now()
    )

    shown = fin.get(page).content.decode()
    assert "2 of its payments or refunds are not in our books." in shown
    assert "of the payout is not explained by its movements." in shown
    assert "In the books" in shown
