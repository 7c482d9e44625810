"""What a transaction leaves behind for others: tasks to run, and word to open pages that something changed.

Both are rows of the caller's own transaction, so they exist exactly when the fact they follow from does. The relay
takes them from there.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from pghistory import runtime

from billing.models import OutboxMessage, StreamEvent
from billing.redaction.payloads import refuse_cards_in


class OutsideTransaction(Exception):
    def __init__(self) -> None:
        super().__init__("Write the outbox in the transaction of the fact it follows from: open transaction.atomic().")


def enqueue(task: str, *, key: str, payload: dict[str, Any] | None = None) -> None:
    """Have the Celery task run once after this commits. ``payload`` is its keyword arguments: ids, nothing else.

    ``key`` names the deed (``refund:41:send``): the same key again is the same message, and runs once all the same.
    """
    enqueue_each(task, {key: payload or {}})


def enqueue_each(task: str, payloads: Mapping[str, dict[str, Any]]) -> None:
    """The same for many deeds of one kind, by their keys, in one statement."""
    _inside_transaction()
    origin = _origin()
    for payload in payloads.values():
        refuse_cards_in(payload, task=task)
    messages = (OutboxMessage(task=task, key=key, payload=each, origin=origin) for key, each in payloads.items())
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)


# By hand: every change on the desk says this, and nobody needs the rows back.
_ANNOUNCE = f"INSERT INTO {StreamEvent._meta.db_table} (topic, kind, ref) SELECT unnest(%s::text[]), %s, %s"


def announce(*topics: str, kind: str, ref: str = "") -> None:
    """Tell open pages that follow one of the topics to look again. It carries ids and never content."""
    _inside_transaction()
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(_ANNOUNCE, [list(topics), kind, ref])


def _inside_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransaction


def _origin() -> dict[str, Any]:
    """Who caused it, from the running request or task, for the history that the task will write."""
    context = getattr(runtime._tracker, "value", None)
    return {} if context is None else {str(key): value for key, value in context.metadata.items()}
