"""Reads of disputes that several pages and rules share. In a scope that shows payment rows."""

from collections.abc import Iterable

from django.db.models import F, QuerySet

from disputes.models import Dispute
from disputes.states import CLOSED


def open_disputes() -> QuerySet[Dispute]:
    """The one to answer first at the top; those without a date last."""
    return Dispute.objects.exclude(status__in=CLOSED).order_by(F("due_at").asc(nulls_last=True), "pk")


def disputes_of_payments(payment_ids: Iterable[int]) -> QuerySet[Dispute]:
    return Dispute.objects.filter(payment__in=list(payment_ids)).order_by("opened_at", "pk")
