"""Feeding events to the inbox, and looking at everything that came of them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.db import models

from billing.actions.inbox import apply_event
from billing.actions.intake import store_event
from billing.gateways.stripe.events import read_envelope
from billing.ledger.balances import trial_balance
from billing.models import ProviderEvent
from billing.states import InboxStatus

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ROWS = (
    "billing.Customer",
    "billing.Agreement",
    "billing.Invoice",
    "billing.InvoiceLine",
    "billing.PaymentMethod",
    "billing.Payment",
    "billing.PaymentAttempt",
    "billing.Refund",
    "billing.ProviderObject",
    "disputes.Dispute",
)
# Numbers that the database hands out, and rows made by the clock of the database.
UNTOLD = {"id", "user_id", "contact_changed_at"}


def deliver(events: Iterable[dict[str, Any]], *, provider: str = "stripe") -> None:
    """Store and apply each, one after the other, in the order given. In system scope."""
    for body in events:
        if store_event(read_envelope(body), body, provider=provider):
            apply_event(ProviderEvent.objects.latest("pk").pk, at=NOW)


def statuses() -> dict[str, tuple[str, str]]:
    """What became of each event, and why."""
    rows = ProviderEvent.objects.values_list("event_id", "status", "status_reason")
    return {event_id: (status, reason) for event_id, status, reason in rows}


def left_over() -> list[tuple[str, str, str]]:
    """Events that were neither applied nor meant for nobody."""
    done = [InboxStatus.APPLIED, InboxStatus.IGNORED]
    return list(ProviderEvent.objects.exclude(status__in=done).values_list("kind", "status", "status_reason"))


def final_state() -> dict[str, Any]:
    """Every row that events make, by names instead of numbers, and the books."""
    state: dict[str, Any] = {name: sorted(_rows(apps.get_model(name))) for name in ROWS}
    # An account that was used and is even again says the same as one that never was.
    state["books"] = {account: total for account, total in trial_balance().items() if total}
    return state


def _rows(model: type[models.Model]) -> Iterable[str]:
    fields = [field for field in model._meta.concrete_fields if field.attname not in UNTOLD and not _is_clock(field)]
    for row in model._default_manager.all():
        yield repr({field.name: _told(row, field) for field in fields})


def _is_clock(field: Any) -> bool:
    return isinstance(field, models.DateTimeField) and field.has_db_default() and field.model.__name__ != "Payment"


def _told(row: models.Model, field: Any) -> object:
    value = getattr(row, field.name)
    if isinstance(value, models.Model):
        return str(getattr(value, "external_id", "") or value)
    return value
