"""A bill to pay on the provider's page, and its customer."""

import pytest
from django.test import Client

from billing.access.scopes import seeing_as_system
from billing.models import Agreement, Customer, Invoice
from supportdesk.people.models import User
from tests.billing.credits.bills import a_bill
from tests.personas import make_user, sign_in


@pytest.fixture
def bill() -> Invoice:
    """An open bill of somebody whom the provider knows."""
    made = a_bill(paid=False, provider="simulated")
    with seeing_as_system():
        user = make_user("lena@home.test")
        Customer.objects.filter(pk=made.customer_id).update(provider="simulated", external_id="cus_7", user=user)
        Agreement.objects.filter(invoices=made).update(provider="simulated", external_id="sub_7")
        made.refresh_from_db()
    return made


@pytest.fixture
def lena(bill: Invoice) -> Client:
    return sign_in(User.objects.get(email="lena@home.test"))


@pytest.fixture
def stripe_settings(settings: object) -> None:
    settings.PAYMENT_PROVIDER = "stripe"  # type: ignore[attr-defined]  # pytest-django's settings
