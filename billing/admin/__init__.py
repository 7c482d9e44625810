"""Pages of the admin site about money. Each asks for a fresh factor by itself; the site's own door is not enough."""

from billing.admin import audit, credits, events, history, incidents, ledger, limits, outbox, refunds

__all__ = ["audit", "credits", "events", "history", "incidents", "ledger", "limits", "outbox", "refunds"]
