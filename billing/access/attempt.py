"""One attempt to see payment data: asked for, and then seen, refused or failed; each ends as a row of the read log."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.functional import SimpleLazyObject

from billing.access import factor, refusals
from billing.access.cases import Case, case_for
from billing.access.locked import what_is_locked
from billing.access.policies import Audience, Declared, Policy, refuse
from billing.access.reads import Look, record_failed, record_refused, record_seen


class Attempt:
    def __init__(self, request: HttpRequest, declared: Declared, look: Look) -> None:
        self.request = request
        self.declared = declared
        self.look = look

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """Around the whole attempt. By the time this sees an exception the read's transaction is rolled back."""
        try:
            yield
        except (Http404, PermissionDenied) as refusal:
            fallback = "not_found" if isinstance(refusal, Http404) else "forbidden"
            record_refused(self.request, self.look, why=self._why() or fallback)
            raise
        except Exception as error:
            record_failed(self.request, self.look, error)
            raise

    def refused_person(self) -> HttpResponseBase | None:
        """Everything but freshness, so that only somebody who works on the case is told what is behind the lock."""
        answer = self._refuse(Declared(Policy.STAFF_ANY, self.declared.methods))
        if answer is None and not self.request.user.has_perms(self.declared.permissions):
            refusals.forbidden("Your role does not include this.")
        return answer

    def open_case(self, ref: str) -> Case:
        case = case_for(self.request.user, ref)
        self.look = self.look.at(case)
        # Counted only where the lock's template asks.
        self.request.locked = SimpleLazyObject(  # type: ignore[attr-defined]  # for the template, like request.user
            lambda: what_is_locked(case.customer_id)
        )
        return case

    def refused(self) -> HttpResponseBase | None:
        return self._refuse(self.declared)

    def show(self, scope: AbstractContextManager[None], view: Callable[[], HttpResponseBase]) -> HttpResponseBase:
        """Record, read, render: one transaction. The row comes first, so what cannot be recorded is not read."""
        with scope:
            record_seen(self.request, self.look)
            response = view()
            if response.streaming:
                raise TypeError("Payment data cannot be streamed: the database shows it inside the guard only.")
            # A template response would otherwise be rendered after the scope has ended, and find nothing.
            render = getattr(response, "render", None)
            return kept_private(render() if callable(render) else response)

    def _refuse(self, declared: Declared) -> HttpResponseBase | None:
        answer = refuse(self.request, declared)
        if answer is None:
            return None
        record_refused(self.request, self.look, why=self._why())
        return kept_private(answer)

    def _why(self) -> str:
        """The first thing that is wrong with this person now, in a word for the log."""
        user, rule = self.request.user, self.declared.policy.rule
        wrong = (
            ("method", self.request.method not in self.declared.methods),
            ("signed_out", not user.is_authenticated),
            ("wrong_audience", user.is_staff != (rule.audience is Audience.STAFF)),
            ("no_factor", rule.verified and not getattr(user, "is_verified", bool)()),
            ("no_permission", not user.has_perms(self.declared.permissions)),
            ("factor_stale", rule.hard_limit is not None and not self._is_fresh()),
        )
        return next((word for word, is_so in wrong if is_so), "")

    def _is_fresh(self) -> bool:
        limit = self.declared.policy.rule.hard_limit or factor.HARD
        return factor.is_fresh(self.request, hard_limit=limit)


def kept_private(response: HttpResponseBase) -> HttpResponseBase:
    patch_cache_control(response, no_store=True, private=True)
    patch_vary_headers(response, ["Cookie", "HX-Request"])
    return response
