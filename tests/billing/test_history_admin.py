"""The histories of records speak in words: no names of columns that pghistory made, no "object (13)"."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client

from billing.access.scopes import seeing_as_system
from billing.actions.refunds import reject_refund
from billing.audit.history import History, history_models
from billing.models import ReconciliationLimit, Refund
from supportdesk.people import roles
from tests.billing.refunds.people import AT, a_payment, ask, somebody
from tests.personas import make_staff, sign_in

pytestmark = pytest.mark.django_db
TECHNICAL = re.compile(r"pgh[ _]|object \(\d+\)", re.IGNORECASE)


@pytest.fixture
def auditor() -> Client:
    return sign_in(make_staff("aud@desk.example", roles.AUDITOR))


@pytest.fixture
def refund() -> Refund:
    asked = ask(a_payment(), by=somebody("a@desk.example"), amount_minor=4_000)
    with seeing_as_system():
        return reject_refund(asked.pk, by=somebody("lead@desk.example"), note="Not ours.", at=AT)


def words_on(page: str) -> str:
    """What a reader sees: the text without the addresses in its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<script.*?</script>|<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))


def events_of(refund: Refund) -> list[History]:
    with seeing_as_system():
        return list(refund.history.order_by("pgh_id"))  # type: ignore[attr-defined]  # made by pghistory


@pytest.mark.parametrize("model", list(history_models()), ids=lambda model: model.__name__)
def test_no_list_names_a_column_of_the_machinery(auditor: Client, model: type[Model]) -> None:
    answer = auditor.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/")

    assert answer.status_code == 200
    assert TECHNICAL.findall(words_on(answer.content.decode())) == []


def test_histories_stand_behind_what_somebody_comes_to_decide(auditor: Client) -> None:
    apps = auditor.get("/admin/").context["available_apps"]
    are_histories = [{model["model"] in set(history_models()) for model in app["models"]} for app in apps]

    assert apps[-1]["name"] == "Audit trail"
    assert are_histories == [*[{False}] * (len(apps) - 1), {True}]
    assert len(apps) > 1


def test_the_list_says_what_happened_to_which_record(auditor: Client, refund: Refund) -> None:
    words = words_on(auditor.get("/admin/billing/refundhistory/").content.decode())

    assert words.count(refund.reference) == 2
    assert "Made" in words
    assert "Changed" in words
    assert TECHNICAL.findall(words) == []


@pytest.mark.parametrize(("what", "shown"), [("insert", 1), ("update", 1), ("delete", 0), ("nonsense", 2)])
def test_the_list_is_filtered_by_it(auditor: Client, refund: Refund, what: str, shown: int) -> None:
    page = auditor.get(f"/admin/billing/refundhistory/?what={what}").content.decode()

    assert words_on(page).count(refund.reference) == shown


def test_one_change_says_what_is_different(auditor: Client, refund: Refund) -> None:
    made, changed = events_of(refund)

    words = words_on(auditor.get(f"/admin/billing/refundhistory/{changed.pk}/change/").content.decode())
    first = words_on(auditor.get(f"/admin/billing/refundhistory/{made.pk}/change/").content.decode())

    assert str(changed) == f"{refund.reference}, changed {changed.pgh_created_at:%-d %b %Y %H:%M}"
    assert str(changed) in words
    assert "status: Waits for approval → Rejected" in words
    assert "decision note: — → Not ours." in words
    assert "$40.00" in words
    assert TECHNICAL.findall(words + first) == []
    assert "→" not in first


def test_a_change_of_an_amount_is_said_in_its_currency(auditor: Client) -> None:
    limit = ReconciliationLimit.objects.create(
        group=Group.objects.get(name=roles.FINANCE), currency="USD", match_minor=100_00, write_off_minor=25_00
    )
    limit.match_minor = 250_00
    limit.save()
    changed = limit.history.latest("pgh_id")  # type: ignore[attr-defined]  # made by pghistory

    words = words_on(auditor.get(f"/admin/billing/reconciliationlimithistory/{changed.pk}/change/").content.decode())

    assert "match: $100.00 → $250.00" in words


def test_a_record_whose_name_leaned_on_a_lost_row_is_named_all_the_same(auditor: Client) -> None:
    group = Group.objects.create(name="short-lived")
    limit = ReconciliationLimit.objects.create(group=group, currency="USD", match_minor=1, write_off_minor=1)
    number = limit.pk
    group.delete()

    words = words_on(auditor.get("/admin/billing/reconciliationlimithistory/").content.decode())

    assert words.count(f"reconciliation limit {number}") == 2
    assert "Deleted" in words


def test_every_model_of_the_admin_says_its_name() -> None:
    nameless = [model._meta.label for model in admin.site._registry if model.__str__ is Model.__str__]

    assert nameless == []
