"""Prepared answers, with this ticket's names in the places that wait for them."""

from dataclasses import dataclass

from billing.text.macros import expand
from supportdesk.people.models import User
from supportdesk.tickets.models import Macro, Ticket


@dataclass(frozen=True, slots=True)
class Prepared:
    key: str
    name: str
    text: str
    fits: bool  # made for this ticket's category


def macros_for(ticket: Ticket, *, agent: User) -> list[Prepared]:
    """Values are inserted once and never read as placeholders themselves: a subject may say {{ anything }}."""
    values = placeholders(ticket, agent=agent)
    macros = Macro.objects.filter(active=True)
    prepared = [
        Prepared(f"macro-{macro.pk}", macro.name, expand(macro.body, values), macro.category == ticket.category)
        for macro in macros
        if macro.category in {"", ticket.category}
    ]
    return sorted(prepared, key=lambda each: not each.fits)


def placeholders(ticket: Ticket, *, agent: User) -> dict[str, str]:
    """Everything a macro may name. No payment data: a macro is not behind the lock."""
    return {
        "customer.first_name": ticket.requester_name.partition(" ")[0] or "there",
        "customer.name": ticket.requester_name,
        "ticket.number": str(ticket.pk),
        "ticket.subject": ticket.subject,
        "ticket.about": ticket.about,
        "agent.name": str(agent),
        "agent.first_name": agent.get_short_name(),
    }
