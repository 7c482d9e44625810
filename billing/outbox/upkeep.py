"""What the relay clears away, and what an operator puts back."""

from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from billing.models import OutboxMessage, StreamEvent

# A broker may deliver a message again for days; whose row is gone counts as done.
DONE_KEPT = timedelta(days=14)
STREAM_KEPT = timedelta(days=1)
AT_ONCE = 1000


def clear_old(*, at: datetime) -> int:
    """Delete finished messages and old stream events, a bounded number at a time. Dead letters stay."""
    done = OutboxMessage.objects.filter(done_at__lt=at - DONE_KEPT).values("pk")[:AT_ONCE]
    removed = OutboxMessage.objects.filter(pk__in=done).delete()[0]
    # The newest one stays, whatever its age: cursors count on from it.
    newest = StreamEvent.objects.aggregate(newest=Max("cursor"))["newest"] or 0
    old = StreamEvent.objects.filter(created_at__lt=at - STREAM_KEPT, cursor__lt=newest).values("pk")[:AT_ONCE]
    return removed + StreamEvent.objects.filter(pk__in=old).delete()[0]


def dead_letters() -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(dead_at__isnull=False).order_by("-dead_at")


def replay(messages: QuerySet[OutboxMessage], *, at: datetime) -> int:
    """Give dead letters another round of tries, after what stopped them was put right."""
    return messages.filter(dead_at__isnull=False, done_at=None).update(
        dead_at=None, published_at=None, publications=0, failures=0, due_at=at, running_until=None
    )
