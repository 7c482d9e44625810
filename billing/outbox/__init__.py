"""What must happen after a commit, kept as rows of that commit (see billing.models.outbox)."""

from billing.outbox.publish import announce, enqueue, enqueue_each

__all__ = ["announce", "enqueue", "enqueue_each"]
