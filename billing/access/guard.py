"""The guard before payment data: nobody sees it who has not just proved who they are, and every look is a row.

    @payment_view(reading=Reading.PANEL)
    def money_panel(request: HttpRequest, case: Case) -> HttpResponse: ...      # billing/case/<str:ref>/…

    @desk_payment_view(permission="billing.approve_refund", reading=Reading.LIST)
    def refunds_waiting(request: HttpRequest) -> HttpResponse: ...

    @customer_money_view()
    def bills(request: HttpRequest, customer: Customer) -> HttpResponse: ...    # my/bills/

In order: method, signed in, staff, second factor in this session, permission; the case is theirs (else 404); the
factor is fresh (else the lock); the read is recorded. Then the database is told who looks, the view runs and its
answer is rendered, all in one transaction, after which the database shows nothing again. Whatever raises on the way
denies, and a refusal is recorded after the rollback, in a transaction of its own.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from billing.access.attempt import Attempt, kept_private
from billing.access.cases import Case
from billing.access.policies import READ_AND_POST, Declared, Policy
from billing.access.reads import Look
from billing.access.scopes import seeing_as_agent, seeing_as_customer
from billing.models import Customer, Reading

P = ParamSpec("P")
Q = ParamSpec("Q")
# Says more exactly what is looked at, from the request and the URL's arguments, before it is recorded.
Refine = Callable[[HttpRequest, Look, Mapping[str, object]], Look]
PlainView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
CaseView = Callable[Concatenate[HttpRequest, Case, P], HttpResponseBase]
CustomerView = Callable[Concatenate[HttpRequest, Customer, P], HttpResponseBase]


class RefView(Protocol[Q]):
    def __call__(self, request: HttpRequest, /, ref: str, *args: Q.args, **kwargs: Q.kwargs) -> HttpResponseBase: ...


def payment_view(
    *,
    permission: str = "",
    money_moving: bool = False,
    reading: Reading = Reading.PANEL,
    methods: Iterable[str] = READ_AND_POST,
    refine: Refine | None = None,
) -> Callable[[CaseView[P]], RefView[P]]:
    """For staff, about one case. The URL gives ``ref``; the view gets the Case, and with it whose money it is.

    ``permission`` is asked on top of seeing payment data; ``money_moving`` wants a factor proved within 5 minutes.
    """
    declared = _for_staff(permission, money_moving, methods)

    def decorate(view: CaseView[P]) -> RefView[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, ref: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            attempt = Attempt(request, declared, Look(view=_name(view), reading=reading, case_ref=ref))
            with attempt.recorded():
                if (answer := attempt.refused_person()) is not None:
                    return answer
                case = attempt.open_case(ref)
                if refine is not None:
                    attempt.look = refine(request, attempt.look, kwargs)
                if (answer := attempt.refused()) is not None:
                    return answer
                return attempt.show(seeing_as_agent(), lambda: view(request, case, *args, **kwargs))

        return _marked(guarded, declared)

    return decorate


def desk_payment_view(
    *,
    permission: str = "",
    money_moving: bool = False,
    reading: Reading = Reading.LIST,
    methods: Iterable[str] = READ_AND_POST,
    refine: Refine | None = None,
) -> Callable[[PlainView[P]], PlainView[P]]:
    """For staff, across cases: refunds to approve, exports, the admin. For finance: billing.access.finance."""
    return across_cases(_for_staff(permission, money_moving, methods), reading=reading, refine=refine)


def across_cases(
    declared: Declared, *, reading: Reading, refine: Refine | None = None
) -> Callable[[PlainView[P]], PlainView[P]]:
    """Refused, or recorded and shown in the agent's scope: whatever the declaration, the steps are these."""

    def decorate(view: PlainView[P]) -> PlainView[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            attempt = Attempt(request, declared, Look(view=_name(view), reading=reading))
            with attempt.recorded():
                if refine is not None:
                    attempt.look = refine(request, attempt.look, kwargs)
                for refused in (attempt.refused_person, attempt.refused):
                    if (answer := refused()) is not None:
                        return answer
                return attempt.show(seeing_as_agent(), lambda: view(request, *args, **kwargs))

        return _marked(guarded, declared)

    return decorate


def customer_money_view(*, methods: Iterable[str] = ("GET",)) -> Callable[[CustomerView[P]], PlainView[P]]:
    """For the signed-in customer's own records. A sign-in without billing records gets a page that says so."""
    declared = Declared(Policy.CUSTOMER, named(methods))

    def decorate(view: CustomerView[P]) -> PlainView[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            attempt = Attempt(request, declared, Look(view=_name(view), reading=Reading.OWN))
            with attempt.recorded():
                if (answer := attempt.refused()) is not None:
                    return answer
                customer = Customer.objects.filter(user=request.user.pk).first()
                if customer is None:
                    return kept_private(render(request, "billing/no_records_page.html"))
                attempt.look = attempt.look.of(customer.pk)
                return attempt.show(seeing_as_customer(customer.pk), lambda: view(request, customer, *args, **kwargs))

        return _marked(guarded, declared)

    return decorate


def _for_staff(permission: str, money_moving: bool, methods: Iterable[str]) -> Declared:
    policy = Policy.AGENT_FRESH_MONEY if money_moving else Policy.AGENT_FRESH
    return Declared(policy, named(methods), permission)


def named(methods: Iterable[str]) -> frozenset[str]:
    named = frozenset(methods)
    return named | {"HEAD"} if "GET" in named else named


def _marked(guarded: Callable[P, HttpResponseBase], declared: Declared) -> Callable[P, HttpResponseBase]:
    """What the URL registry's test and the access table look for."""
    guarded.declared = declared  # type: ignore[attr-defined]  # functions carry attributes; typing has no word for it
    guarded.payment_guarded = True  # type: ignore[attr-defined]
    return guarded


def _name(view: Callable[..., object]) -> str:
    return f"{view.__module__}.{view.__qualname__}"[-100:]
