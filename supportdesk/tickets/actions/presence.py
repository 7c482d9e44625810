"""Who has a ticket open. A page says so every twenty seconds; rows that stopped saying so count for nobody."""

from datetime import datetime

from supportdesk.people.models import User
from supportdesk.tickets.models import Presence, Ticket


def be_present(ticket: Ticket, *, by: User, writing: bool, at: datetime) -> None:
    Presence.objects.bulk_create(
        [Presence(ticket=ticket, agent=by, seen_at=at, writing=writing)],
        update_conflicts=True,
        unique_fields=["ticket", "agent"],
        update_fields=["seen_at", "writing"],
    )
