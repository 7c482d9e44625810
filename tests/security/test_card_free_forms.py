"""Each field for text of each form refuses a card number, or is named here with why not.

The forms are found, not listed: a new one without the refusal fails this test.
"""

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import SimpleNamespace
from typing import Any, Final

import pytest
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.test import Client, RequestFactory

import billing
import disputes
import supportdesk
from billing.credit_forms import CorrectionForm, CreditForm, FeeWaiverForm, GoodwillForm, PromotionForm
from billing.credits.plans import BillLine
from billing.forms import RefundForm, SplitForm
from billing.forms_compare import CompareForm
from billing.forms_statements import MappingForm
from billing.redaction.forms import REFUSAL, is_for_text
from billing.states import LineKind
from supportdesk.channels.forms import AskForm, AskUnknownForm, MessageForm
from supportdesk.people import roles
from supportdesk.people.account_forms import ReauthenticateForm
from supportdesk.people.forms import CodeForm, EnrolForm, JoinForm
from supportdesk.people.models import Team, User
from supportdesk.tickets.forms import AssignForm, KeyForm, PropertiesForm
from supportdesk.tickets.models import Macro, Queue, Ticket
from tests.personas import make_staff, make_user, sign_in

PAN: Final = "4111 1111 1111 1111"

TOLD: Final = "The customer's words: struck out by the action, and they are told. tests/security/test_marker_sweep.py"
UNREFUSED: Final[Mapping[tuple[type[forms.BaseForm], str], str]] = {
    (MessageForm, "text"): TOLD,
    (AskForm, "text"): TOLD,
    (AskForm, "subject"): TOLD,
    **{(AskUnknownForm, name): TOLD for name in ("text", "subject", "name")},
    (CompareForm, "text"): "A statement names cards. It is struck out before it is read, and never stored.",
    (CodeForm, "code"): "A one-time code is compared and forgotten.",
    (EnrolForm, "code"): "A one-time code is compared and forgotten.",
    (KeyForm, "after"): "A place in a list, read as a moment and a number and forgotten.",
    (KeyForm, "before"): "A place in a list, read as a moment and a number and forgotten.",
}

_LINE = BillLine(position=1, kind=LineKind.FEE, description="Late fee", amount_minor=100)
_BILL = {"bill": SimpleNamespace(currency="USD", lines=[_LINE])}
NEEDED: Final[Mapping[type[forms.BaseForm], Mapping[str, Any]]] = {
    RefundForm: {"payment": SimpleNamespace(currency="USD")},
    SplitForm: {
        "line": SimpleNamespace(amount_minor=100, currency="USD"),
        "candidates": [SimpleNamespace(pk=1), SimpleNamespace(pk=2)],
    },
    MappingForm: {"header": ["Day", "Amount"]},
    JoinForm: {"email": "lena@desk.test"},
    ReauthenticateForm: {"user": User()},
    PropertiesForm: {"user": User(), "ticket": Ticket()},
    AssignForm: {"ticket": Ticket(queue=Queue(team_id=1))},
    **dict.fromkeys((FeeWaiverForm, GoodwillForm, CorrectionForm, PromotionForm), _BILL),
}


def our_forms() -> list[type[forms.BaseForm]]:
    for package in (billing, disputes, supportdesk):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in module.name:
                import_module(module.name)
    found = {each for each in _below(forms.BaseForm) if each.__module__.partition(".")[0] in ROOTS}
    # A CreditForm is only ever one of its four kinds; those that card_free makes are the admin's, asked below; what has
    # no fields of its own is mixed into others.
    return sorted(
        (
            each
            for each in found
            if each is not CreditForm and "CardFree" not in each.__name__ and hasattr(each, "base_fields")
        ),
        key=lambda each: str(each),
    )


ROOTS: Final = frozenset({"billing", "disputes", "supportdesk"})


def _below(parent: type[Any]) -> Iterator[type[Any]]:
    for child in parent.__subclasses__():
        yield child
        yield from _below(child)


def unrefused(form: forms.BaseForm) -> set[str]:
    """Which fields for text take the number in."""
    names = [name for name, field in form.fields.items() if is_for_text(field)]
    form.is_bound, form.data = True, {form.add_prefix(name): f"see {PAN}" for name in names}
    form.full_clean()
    assert PAN not in str([form.data[form.add_prefix(name)] for name in names if REFUSAL in form.errors.get(name, [])])
    return {name for name in names if REFUSAL not in form.errors.get(name, [])}


@pytest.mark.django_db
@pytest.mark.parametrize("form_class", our_forms(), ids=lambda each: each.__name__)
def test_our_forms(form_class: type[forms.BaseForm]) -> None:
    if form_class.__module__.endswith(("queue", "desk", "in_money")):
        pytest.skip("a form of the admin, asked below as the admin draws it")
    form = form_class(**NEEDED.get(form_class, {}))

    assert unrefused(form) == {name for each, name in UNREFUSED if each is form_class}


def test_the_forms_are_found() -> None:
    found = our_forms()

    assert {RefundForm, MessageForm, JoinForm, KeyForm} <= set(found)
    assert {each for each, _ in UNREFUSED} <= set(found)


@pytest.mark.django_db
def test_every_form_of_the_admin() -> None:
    request = RequestFactory().get("/admin/")
    # Whom it refuses nothing, so that no form hides behind a missing right.
    request.user = SimpleNamespace(has_perm=lambda right: True)  # type: ignore[assignment]
    asked, taken = set(), set()
    for model, model_admin in admin.site._registry.items():
        if not (model_admin.has_add_permission(request) or model_admin.has_change_permission(request)):
            continue
        forms_here = [model_admin.get_form(request, change=True)]
        forms_here += [inline.get_formset(request).form for inline in model_admin.get_inline_instances(request)]
        for form_class in forms_here:
            form = form_class()
            asked |= {f"{model.__name__}.{name}" for name, field in form.fields.items() if is_for_text(field)}
            taken |= {f"{model.__name__}.{name}" for name in unrefused(form)}

    assert taken == set()
    assert {"Team.name", "Queue.name", "Macro.body", "Article.body", "Article.also_asked_as", "Promotion.name"} <= asked


@pytest.mark.django_db
def test_a_team_is_not_called_by_a_card() -> None:
    client = sign_in(make_staff("admin@desk.test", roles.ADMINISTRATOR), factor="fresh")
    empty = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}

    page = client.post("/admin/people/team/add/", {"name": f"Team {PAN}", **empty})
    made = client.post("/admin/people/team/add/", {"name": "Cards", **empty})

    assert (page.status_code, made.status_code) == (200, 302)
    assert REFUSAL in page.content.decode()
    assert "1111 1111" not in page.content.decode()
    assert set(Team.objects.values_list("name", flat=True)) == {"Cards"}


def test_a_prepared_answer_keeps_its_own_refusals_too(lead_client: Client) -> None:
    sent = {"name": f"Refund {PAN}", "body": "{{ customer.card }}", "category": "", "active": "on", "position": "1"}

    page = lead_client.post("/admin/tickets/macro/add/", sent).content.decode()

    assert REFUSAL in page
    assert "Nothing fills customer.card." in page
    assert not Macro.objects.exists()


@pytest.mark.parametrize("url", ["/accounts/signup/", "/accounts/email/"])
def test_no_account_is_named_by_a_card(db: None, url: str) -> None:
    client = Client() if "signup" in url else sign_in(make_user("lena@home.test"))
    before = set(User.objects.values_list("email", flat=True)), EmailAddress.objects.count()

    sent = {"email": "4111111111111111@home.test", "action_add": "", "password1": "ink on good paper"}
    page = client.post(url, sent)

    assert REFUSAL in page.content.decode()
    assert (set(User.objects.values_list("email", flat=True)), EmailAddress.objects.count()) == before
