"""What finance works on: for whoever reconciles, with a fresh factor, and never without a row of the read log."""

import pytest

from billing.models import PaymentRead
from supportdesk.people import roles
from tests.billing.records import a_customer, records_of
from tests.personas import Factor, make_staff, sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.billing.finance_urls")]


def test_finance_with_a_fresh_factor_sees_payments_and_is_written_down() -> None:
    lena = records_of(a_customer())

    answer = sign_in(make_staff("fin@desk.example", roles.FINANCE)).get("/payments/")

    assert (answer.status_code, answer.content.decode()) == (200, lena.payment.reference)
    assert answer["Cache-Control"] == "no-store, private"
    read = PaymentRead.objects.get()
    assert (read.outcome, read.reading, read.view) == ("seen", "list", "tests.billing.finance_urls.payments")


@pytest.mark.parametrize(
    ("role", "factor", "status", "refusal"),
    [
        (roles.FINANCE, "stale", 302, "factor_stale"),
        (roles.FINANCE, "none", 302, "no_factor"),
        (roles.AGENT, "fresh", 403, "no_permission"),
        (roles.SUPERVISOR, "fresh", 403, "no_permission"),
        (roles.ADMINISTRATOR, "fresh", 403, "no_permission"),
    ],
)
def test_others_are_refused_and_that_is_written_down(role: str, factor: Factor, status: int, refusal: str) -> None:
    lena = records_of(a_customer())

    answer = sign_in(make_staff("somebody@desk.example", role), factor=factor).get("/payments/")

    assert answer.status_code == status
    assert lena.payment.reference not in answer.content.decode()
    assert list(PaymentRead.objects.values_list("outcome", "refusal")) == [("refused", refusal)]
