"""What an administrator types as fifty dollars is fifty dollars, in every currency and on every page."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from billing.models import GoodwillBudget, Promotion, RefundLimit
from supportdesk.people import roles
from tests.personas import make_staff, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def administrator() -> Client:
    return sign_in(make_staff("adm@desk.example", roles.ADMINISTRATOR))


def agents() -> Group:
    RefundLimit.objects.all().delete()
    GoodwillBudget.objects.all().delete()
    return Group.objects.get(name=roles.AGENT)


@pytest.mark.parametrize(
    ("currency", "typed", "minor", "shown"),
    [
        ("USD", "50.00", 5_000, "$50.00"),
        ("USD", "1,250", 125_000, "$1,250.00"),
        ("JPY", "5000", 5_000, "¥5,000"),
        ("KWD", "1.234", 1_234, "KWD\u00a01.234"),
    ],
)
def test_a_limit_is_typed_and_shown_in_its_own_unit(
    administrator: Client, currency: str, typed: str, minor: int, shown: str
) -> None:
    asked = {"group": agents().pk, "currency": currency, "limit_minor": typed, "daily_count": 9}

    assert administrator.post("/admin/billing/refundlimit/add/", asked).status_code == 302

    limit = RefundLimit.objects.get()
    listed = administrator.get("/admin/billing/refundlimit/").content.decode()
    form = administrator.get(f"/admin/billing/refundlimit/{limit.pk}/change/").content.decode()
    assert (limit.limit_minor, str(limit)) == (minor, f"agent {shown}")
    assert f'<td class="field-column">{shown}</td>' in listed
    digits = shown.lstrip("$¥KWD\u00a0")
    assert f'value="{digits}"' in form


@pytest.mark.parametrize(
    ("currency", "typed", "why"),
    [
        ("USD", "50,00", "Write an amount such as 1,234.56, with digits only."),
        ("JPY", "50.00", "JPY has no decimals; 50.00 has more."),
        ("USD", "-1", "An amount is not below zero."),
        ("USD", "", "This field is required."),
        ("XXQ", "1", "is not a currency we know"),
    ],
)
def test_what_cannot_be_read_saves_nothing(administrator: Client, currency: str, typed: str, why: str) -> None:
    asked = {"group": agents().pk, "currency": currency, "limit_minor": typed, "daily_count": 9}

    answer = administrator.post("/admin/billing/refundlimit/add/", asked)

    assert (answer.status_code, why in answer.content.decode()) == (200, True)
    assert not RefundLimit.objects.exists()


def test_budgets_and_promotions_too(administrator: Client) -> None:
    budget = {"group": agents().pk, "currency": "EUR", "grant_limit_minor": "25", "monthly_minor": "1,000.00"}
    promotion = {
        "code": "SPRING",
        "currency": "USD",
        "amount_off_minor": "",
        "percent_off": "10",
        "minimum_minor": "20.50",
        "uses_per_customer": "1",
        "products": "",
    }

    assert administrator.post("/admin/billing/goodwillbudget/add/", budget).status_code == 302
    finance = sign_in(make_staff("fin@desk.example", roles.FINANCE))
    assert finance.post("/admin/billing/promotion/add/", promotion).status_code == 302

    given, kept = GoodwillBudget.objects.get(), Promotion.objects.get()
    assert (given.grant_limit_minor, given.monthly_minor) == (2_500, 100_000)
    assert (kept.percent_off, kept.amount_off_minor, kept.minimum_minor) == (10, None, 2_050)
    assert "field-column" in finance.get("/admin/billing/promotion/").content.decode()
