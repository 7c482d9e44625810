"""Keeps an event for good, before anybody is told that it has arrived."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from billing.actions.moments import moment_of
from billing.gateways.stripe.events import Envelope
from billing.gateways.stripe.payments import OUR_REFERENCE
from billing.models import Refund

TASK: Final = "billing.tasks.apply_provider_event"

# The provider waits for this, so it is one statement and one trip to the database: who looks, the event, and the
# message that has it applied. Two deliveries at once have one winner; a repeat only counts. Done with the outbox's and
# the scope's own functions, each in a statement of its own, an answer took twice as long as a plain insert.
STORE: Final = """
WITH scope AS MATERIALIZED (
    SELECT set_config('redress.scope', 'system', true)
), event AS (
    INSERT INTO billing_providerevent (provider, account, event_id, kind, api_version, live, happened_at, payload,
        object_id, deliveries, status, status_reason, attempts)
    SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'received', '', 0 FROM scope
    ON CONFLICT (provider, account, event_id)
        DO UPDATE SET deliveries = billing_providerevent.deliveries + EXCLUDED.deliveries
    RETURNING id, xmax = 0 AS new
), message AS (
    INSERT INTO billing_outboxmessage (key, task, payload, origin, publications, failures, last_error)
    SELECT 'provider-event:' || id, %s, jsonb_build_object('event_id', id), '{}', 0, 0, '' FROM event WHERE new
)
SELECT new FROM event
"""


def store_event(envelope: Envelope, body: Mapping[str, Any], *, provider: str, deliveries: int = 1) -> bool:
    """Is it new? Then it is stored and will be applied; outside a transaction both are committed when this returns.

    Inside one the caller is in system scope. ``deliveries=0`` is for events that we listed ourselves.
    """
    row: list[Any] = [provider, envelope.account, envelope.event_id, envelope.kind, envelope.api_version]
    row += [envelope.live, moment_of(envelope.second), Jsonb(body), envelope.object_id, deliveries, TASK]
    with connection.cursor() as cursor:
        cursor.execute(STORE, row)
        return bool(cursor.fetchone()[0])


def provider_of(body: Mapping[str, Any]) -> str:
    """Whose event it is that we fetched: our refund's own provider, for which the simulated one may stand in."""
    reference = str(body.get("data", {}).get("object", {}).get("metadata", {}).get(OUR_REFERENCE, ""))
    refund = Refund.objects.filter(reference=reference).first() if reference else None
    return refund.provider if refund else settings.PAYMENT_PROVIDER


# Lost counts are no loss, and a flood of forged messages must not wait for the disk.
COUNT: Final = """
INSERT INTO billing_webhookrejection (provider, reason, hour, count, last_body_sha256, last_at)
VALUES (%s, %s, date_trunc('hour', %s::timestamptz), 1, %s, %s)
ON CONFLICT (provider, reason, hour) DO UPDATE SET count = billing_webhookrejection.count + 1,
    last_body_sha256 = EXCLUDED.last_body_sha256, last_at = EXCLUDED.last_at
"""


def count_rejection(*, provider: str, reason: str, body_sha256: str, at: datetime) -> None:
    """A message that was refused, counted by the hour; of its body only the hash is kept."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(COUNT, [provider, reason, at, body_sha256, at])
