"""Who may call a URL: declared on the view, enforced by the same line.

``@declares(Policy.AGENT)`` writes the policy on the view, where the system check, the matrix test and the table in
docs/security.md read it, and it refuses whoever the policy does not admit. So the three cannot disagree.
This module is in the lowest layer for every app to use: it asks the user object and the session, and knows no role
by name. Which role holds which permission is one table in supportdesk.people.roles.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers

from billing.access import factor, refusals

P = ParamSpec("P")
# A view may ask for a narrower request (one with a signed-in user): the decorator has seen to it.
R = TypeVar("R", bound=HttpRequest)
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class Audience(Enum):
    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    CUSTOMER = "customer"
    STAFF = "staff"
    MACHINE = "machine"  # proves itself in the request: a signature, a token


@dataclass(frozen=True, slots=True)
class Rule:
    audience: Audience
    words: str  # the row in docs/security.md
    permission: str = ""
    verified: bool = False
    within: timedelta | None = None  # since the factor was last leaned on
    hard_limit: timedelta | None = None  # since it was proved
    fresh_for_staff: bool = False  # customers pass, staff show a fresh factor


def _staff(words: str, permission: str = "") -> Rule:
    return Rule(Audience.STAFF, words, permission, verified=True)


def _fresh(words: str, permission: str = "", hard_limit: timedelta = factor.HARD) -> Rule:
    return Rule(Audience.STAFF, words, permission, True, factor.SLIDING, hard_limit)


class Policy(Enum):
    PUBLIC = Rule(Audience.ANYONE, "anyone")
    DEMO_ONLY = Rule(Audience.ANYONE, "anyone, in demo mode; absent in production")
    SIGNED_WEBHOOK = Rule(Audience.MACHINE, "a provider, by its signature over the body")
    SIGNED_IN = Rule(Audience.SIGNED_IN, "whoever is signed in")
    OWN_ACCOUNT = Rule(
        Audience.SIGNED_IN,
        "whoever is signed in, for their own account; staff with a fresh factor",
        within=factor.SLIDING,
        hard_limit=factor.HARD,
        fresh_for_staff=True,
    )
    CUSTOMER = Rule(Audience.CUSTOMER, "a customer, for what is theirs")
    STAFF_UNVERIFIED = Rule(Audience.STAFF, "staff, before the second factor")
    STAFF_ANY = _staff("staff with the second factor shown in this session")
    STAFF_FRESH = _fresh("staff with a fresh second factor")
    READER = _staff("staff who may read tickets", "tickets.read_tickets")
    AGENT = _staff("staff who work on tickets", "tickets.work_tickets")
    AGENT_FRESH = _fresh("staff who may see payment data, fresh factor", "billing.view_payment_data")
    AGENT_FRESH_MONEY = _fresh(
        "staff who may see payment data, factor proved within 5 minutes", "billing.view_payment_data", factor.MONEY
    )
    SUPERVISOR = _staff("supervisors", "tickets.review_escalations")
    SUPERVISOR_FRESH = _fresh("supervisors with a fresh factor", "tickets.review_escalations")
    FINANCE = _fresh("finance with a fresh factor", "billing.reconcile_statements")
    AUDITOR = _staff("whoever may read the audit trail", "billing.read_audit")
    ADMINISTRATOR_FRESH = _fresh("administrators with a fresh factor", "people.manage_people")
    ADMIN_SITE = _staff("staff with a role in the admin; each page asks its model's permission")

    @property
    def rule(self) -> Rule:
        return self.value


@dataclass(frozen=True, slots=True)
class Declared:
    policy: Policy
    methods: frozenset[str]
    permission: str = ""  # asked on top of the policy's own

    @property
    def permissions(self) -> tuple[str, ...]:
        return tuple(name for name in (self.policy.rule.permission, self.permission) if name)


READ_AND_POST: Final = ("GET", "POST")


def declares(
    policy: Policy, *, methods: Iterable[str] = READ_AND_POST, permission: str = ""
) -> Callable[[Callable[Concatenate[R, P], HttpResponseBase]], View[P]]:
    """Declare and enforce. GET admits HEAD; any other method than those named is answered with 405."""
    named = frozenset(methods) | ({"HEAD"} if "GET" in methods else frozenset())
    declared = Declared(policy, named, permission)

    def decorate(view: Callable[Concatenate[R, P], HttpResponseBase]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            refused = refuse(request, declared)
            response = refused if refused is not None else view(cast(R, request), *args, **kwargs)
            return _kept_private(response, declared)

        guarded.declared = declared  # type: ignore[attr-defined]  # functions carry attributes; typing has no word for it
        return guarded

    return decorate


def declared_by(view: Callable[..., object]) -> Declared | None:
    return getattr(view, "declared", None)


def refuse(request: HttpRequest, declared: Declared) -> HttpResponseBase | None:
    """The answer for a request that the declaration does not admit, or None when it does."""
    rule = declared.policy.rule
    if request.method not in declared.methods:
        return refusals.method_not_allowed(request, declared.methods)
    if declared.policy is Policy.DEMO_ONLY:
        refusals.absent_in_production()
    if rule.audience in {Audience.ANYONE, Audience.MACHINE}:
        return None
    return _refuse_person(request, declared)


def _refuse_person(request: HttpRequest, declared: Declared) -> HttpResponseBase | None:
    rule, user = declared.policy.rule, request.user
    if not user.is_authenticated or not user.is_active:
        return refusals.sign_in_first(request)
    if rule.audience is Audience.CUSTOMER and user.is_staff:
        return refusals.forbidden("This page belongs to customers.")
    if rule.audience is Audience.STAFF and not user.is_staff:
        return refusals.forbidden("This page belongs to the desk's staff.")
    if rule.fresh_for_staff and not user.is_staff:
        return None
    if (rule.verified or rule.fresh_for_staff) and not user.is_verified():
        return refusals.prove_first(request)
    if not user.has_perms(declared.permissions):
        return refusals.forbidden("Your role does not include this.")
    if rule.within is not None and rule.hard_limit is not None:
        if not factor.is_fresh(request, within=rule.within, hard_limit=rule.hard_limit):
            return refusals.locked(request, asks_again="GET" in declared.methods)
        factor.touch(request)
    return None


def _kept_private(response: HttpResponseBase, declared: Declared) -> HttpResponseBase:
    if declared.policy.rule.audience is not Audience.ANYONE:
        patch_cache_control(response, no_store=True, private=True)
        patch_vary_headers(response, ["Cookie", "HX-Request"])
    return response
