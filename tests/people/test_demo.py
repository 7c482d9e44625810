from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from supportdesk.people.actions.demo import COLLEAGUES, create_demo_customer, create_demo_staff
from supportdesk.people.models import Membership, Team, TotpDevice, User

PASSWORD = "well-kept ledger"


@pytest.fixture
def staff(team: Team) -> list[User]:
    return create_demo_staff(password=PASSWORD, team=team)


def test_every_role_is_there_once_and_ana_and_tom_are_agents(staff: list[User]) -> None:
    assert {user.email: (user.name, set(user.roles)) for user in staff} == {
        "agent@redress.example": ("Ana Ruiz", {"agent"}),
        "tom@redress.example": ("Tom Baker", {"agent"}),
        "supervisor@redress.example": ("Mira Holt", {"supervisor"}),
        "finance@redress.example": ("Jonas Lind", {"finance"}),
        "auditor@redress.example": ("Edith Okoro", {"auditor"}),
        "admin@redress.example": ("Sam Adeyemi", {"administrator"}),
    }
    leads = Membership.objects.filter(is_lead=True).values_list("user__email", flat=True)
    assert list(leads) == ["supervisor@redress.example"]


def test_making_them_again_keeps_their_apps(staff: list[User], team: Team) -> None:
    seeds = [device.seed for device in TotpDevice.objects.order_by("pk")]
    create_demo_staff(password=PASSWORD, team=team)
    assert [device.seed for device in TotpDevice.objects.order_by("pk")] == seeds
    assert len(seeds) == len(COLLEAGUES)


def test_printed_code_opens_the_desk(staff: list[User]) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "agent@redress.example", "password": PASSWORD})
    printed = StringIO()
    call_command("demo_code", "agent@redress.example", stdout=printed, stderr=StringIO())
    response = client.post("/factor/prove/", {"code": printed.getvalue().strip(), "next": "/factor/devices/"})
    assert response["Location"] == "/factor/devices/"
    assert client.get("/factor/devices/").status_code == 200


def test_demo_customer_signs_in(db: None) -> None:
    create_demo_customer(email="customer@redress.example", name="Lena Ortiz", password=PASSWORD)
    client = Client()
    client.post("/accounts/login/", {"login": "customer@redress.example", "password": PASSWORD})
    assert client.get("/factor/")["Location"] == "/my/"


def test_command_says_who_has_no_app(customer: User) -> None:
    with pytest.raises(CommandError, match="has no authenticator app here"):
        call_command("demo_code", "customer@home.test")


def test_command_refuses_in_production(staff: list[User], settings: "object") -> None:
    settings.PRODUCTION = True  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="demo mode only"):
        call_command("demo_code", "agent@redress.example")
