"""The log of reads: one row for each look at payment data, and one for each that was refused."""

import logging
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import DatabaseError, transaction
from django.http import HttpRequest

from billing.access.cases import Case
from billing.access.factor import factor_age
from billing.audit.origin import origin_of
from billing.models import PaymentRead, Reading, ReadOutcome

log = logging.getLogger("redress.audit")


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at and why; who looks is taken from the request."""

    view: str
    reading: Reading
    case_ref: str = ""
    customer_id: int | None = None
    object_kind: str = ""
    object_id: int | None = None
    field: str = ""
    reason: str = ""

    def at(self, case: Case) -> "Look":
        return replace(self, case_ref=case.ref, customer_id=case.customer_id)

    def of(self, customer_id: int) -> "Look":
        return replace(self, customer_id=customer_id)


def record_seen(request: HttpRequest, look: Look) -> PaymentRead:
    """In the transaction of the read itself: what cannot be recorded is not shown."""
    return PaymentRead.objects.create(outcome=ReadOutcome.SEEN, **_facts(request, look))


def record_export(actor: AbstractBaseUser, *, view: str, object_kind: str, field: str) -> PaymentRead:
    """By a command, so without a request: whoever ran it said in whose name. Before the first line is written."""
    with transaction.atomic(durable=True):
        return PaymentRead.objects.create(
            outcome=ReadOutcome.SEEN,
            reading=Reading.EXPORT,
            view=view,
            object_kind=object_kind,
            field=field,
            actor_id=actor.pk,
            actor_name=actor.get_username(),
        )


def record_refused(request: HttpRequest, look: Look, *, why: str) -> None:
    """In a transaction of its own, after the request's was rolled back. Anonymous requests are for the web server's
    log: anybody could fill a table with them."""
    if request.user.is_authenticated:
        _record_alone(request, look, ReadOutcome.REFUSED, why)


def record_failed(request: HttpRequest, look: Look, error: Exception) -> None:
    """A look that ended in an error. The error is what matters: nothing here may hide it."""
    try:
        _record_alone(request, look, ReadOutcome.FAILED, type(error).__name__)
    except DatabaseError:
        log.exception("A failed read of payment data could not be recorded")


def _record_alone(request: HttpRequest, look: Look, outcome: ReadOutcome, why: str) -> None:
    with transaction.atomic(durable=True):
        PaymentRead.objects.create(outcome=outcome, refusal=why[:40], **_facts(request, look))


def _facts(request: HttpRequest, look: Look) -> dict[str, Any]:
    age = factor_age(request)
    facts: dict[str, Any] = asdict(look) | asdict(origin_of(request))
    facts["case_ref"] = "".join(mark for mark in look.case_ref if mark.isprintable())[:30]  # it came from a URL
    facts["factor_age_seconds"] = None if age is None else int(age.total_seconds())
    return facts
