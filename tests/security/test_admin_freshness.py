"""No page of the admin writes for somebody whose factor is old, whoever registers it; for money, five minutes."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import Client, RequestFactory
from django.urls import reverse

from billing.models import GoodwillBudget, OutboxMessage, Promotion, ReconciliationLimit, RefundLimit
from supportdesk.people import roles
from supportdesk.people.models import IdentityEvent, Membership, Team, User
from tests.personas import Factor, age_factor, make_staff, sign_in

pytestmark = pytest.mark.django_db

PROVE = "/factor/prove/"
MONEY = {"billing", "disputes"}
# They guard themselves with a reading in the log; whom they refuse is refused by them.
REFUSED_ANYWAY = {403, 404, 405}


@pytest.fixture
def chief() -> User:
    """Whom the admin refuses nothing, so that no page hides behind a missing right."""
    made = make_staff("chief@desk.test", roles.ADMINISTRATOR)
    Group.objects.get(name=roles.ADMINISTRATOR).permissions.set(Permission.objects.all())
    found: User = User.objects.with_rights().get(pk=made.pk)
    return found


def pages() -> list[Any]:
    return sorted(admin.site._registry.values(), key=lambda page: page.opts.label_lower)


def addresses(page: Any) -> list[str]:
    name = f"admin:{page.opts.app_label}_{page.opts.model_name}"
    return [
        reverse(f"{name}_add"),
        reverse(f"{name}_changelist"),
        reverse(f"{name}_change", args=[1]),
        reverse(f"{name}_delete", args=[1]),
    ]


def asks_to_prove(answer: Any) -> bool:
    return bool(answer.status_code == 302 and answer["Location"].startswith(PROVE))


def writes(page: Any, user: User) -> bool:
    request = RequestFactory().get("/admin/")
    request.user = user
    may = (page.has_add_permission, page.has_change_permission, page.has_delete_permission)
    acts: set[str] = set(page.get_actions(request)) - {"delete_selected"}
    return bool(acts) or any(bool(each(request)) for each in may)


def test_the_pages_that_write_are_found(chief: User) -> None:
    found = {page.model for page in pages() if writes(page, chief)}

    assert {RefundLimit, GoodwillBudget, ReconciliationLimit, Promotion, Team, OutboxMessage} <= found
    assert len(found) < len(pages())


@pytest.mark.parametrize("factor", ["stale", "leaned on"])
def test_nothing_is_sent_with_an_old_factor(chief: User, factor: Factor) -> None:
    client = sign_in(chief, factor=factor)
    let_in = set()

    for page in pages():
        too_old = factor == "stale" or page.opts.app_label in MONEY
        for address in addresses(page) if too_old else []:
            answer = client.post(address, {"action": "replay_messages", "_selected_action": [1], "post": "yes"})
            refused = asks_to_prove(answer) or (
                getattr(page, "records_refusals", False) and answer.status_code in REFUSED_ANYWAY
            )
            if not refused:
                let_in.add((address, answer.status_code))

    assert let_in == set()


def test_the_form_is_not_shown_either_and_looking_is(chief: User) -> None:
    Team.objects.create(name="Payments")
    client = sign_in(chief, factor="stale")

    assert asks_to_prove(client.get("/admin/people/team/add/"))
    assert asks_to_prove(client.get("/admin/billing/refundlimit/add/"))
    assert client.get("/admin/people/team/").status_code == 200
    assert client.get("/admin/").status_code == 200
    assert client.post("/admin/logout/").status_code == 200


def test_ten_minutes_are_young_enough_for_a_team_and_too_old_for_a_limit(chief: User) -> None:
    client = sign_in(chief, factor="leaned on")

    assert client.get("/admin/people/team/add/").status_code == 200
    assert asks_to_prove(client.get("/admin/billing/refundlimit/add/"))


def test_a_fresh_administrator_sets_a_limit_and_a_stale_one_does_not() -> None:
    client = sign_in(make_staff("adm@desk.test", roles.ADMINISTRATOR))
    agents = Group.objects.get(name=roles.AGENT)
    asked = {"group": agents.pk, "currency": "USD", "limit_minor": "999.00", "daily_count": 9}
    RefundLimit.objects.all().delete()

    age_factor(client, timedelta(minutes=6))
    refused = client.post("/admin/billing/refundlimit/add/", asked)
    assert asks_to_prove(refused)
    assert RefundLimit.objects.count() == 0

    age_factor(client, -timedelta(minutes=6))
    assert client.post("/admin/billing/refundlimit/add/", asked)["Location"] == "/admin/billing/refundlimit/"
    assert RefundLimit.objects.get().limit_minor == 99_900


def sent(team: Team, rows: list[dict[str, Any]]) -> dict[str, Any]:
    before = sum("id" in row for row in rows)
    form = {"name": team.name, "memberships-TOTAL_FORMS": len(rows), "memberships-INITIAL_FORMS": before}
    for number, row in enumerate(rows):
        form |= {f"memberships-{number}-{name}": value for name, value in {"team": team.pk, **row}.items()}
    return form


def deeds(person: User) -> list[dict[str, Any]]:
    found = IdentityEvent.objects.filter(subject_id=person.pk, deed="team_changed", by_id__isnull=False)
    return [event.detail for event in found.order_by("pk")]


def test_who_joins_changes_or_leaves_a_team_is_written_down(team: Team, agent: User, outsider: User) -> None:
    chief = make_staff("adm@desk.test", roles.ADMINISTRATOR)
    client: Client = sign_in(chief)
    page = f"/admin/people/team/{team.pk}/change/"
    row = {"id": Membership.objects.get(team=team, user=agent).pk, "user": agent.pk}

    assert client.post(page, sent(team, [row, {"user": outsider.pk, "is_lead": "on"}])).status_code == 302
    assert deeds(outsider) == [{"joined": team.name, "is_lead": True}]
    assert deeds(agent) == []

    assert client.post(page, sent(team, [{**row, "is_lead": "on"}])).status_code == 302
    assert deeds(agent) == [{"joined": team.name, "is_lead": True}]

    newcomer = make_staff("new@desk.test", roles.AGENT)
    assert client.post(page, sent(team, [{**row, "user": newcomer.pk}])).status_code == 302
    assert deeds(agent)[1:] == [{"left": team.name}]
    assert deeds(newcomer) == [{"joined": team.name, "is_lead": False}]

    gone = {"id": Membership.objects.get(team=team, user=newcomer).pk, "user": newcomer.pk, "DELETE": "on"}
    assert client.post(page, sent(team, [gone])).status_code == 302
    assert deeds(newcomer)[1:] == [{"left": team.name}]
    assert set(team.members.all()) == {outsider}

    assert client.post(f"/admin/people/team/{team.pk}/delete/", {"post": "yes"}).status_code == 302
    assert deeds(outsider)[1:] == [{"left": team.name}]
    event = IdentityEvent.objects.filter(by_id=chief.pk).latest("pk")
    assert (event.role, event.factor_age_seconds is not None) == ("administrator", True)
