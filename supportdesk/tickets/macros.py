"""Prepared answers, with this ticket's names in the places that wait for them."""

from dataclasses import dataclass
from typing import Final

from billing.text.macros import expand
from supportdesk.people.models import User
from supportdesk.tickets.models import Macro, Ticket

# Everything a prepared answer may name. No payment data: it is not behind the lock.
PLACEHOLDERS: Final = (
    "customer.first_name",
    "customer.name",
    "ticket.number",
    "ticket.subject",
    "ticket.about",
    "agent.name",
    "agent.first_name",
)


@dataclass(frozen=True, slots=True)
class Prepared:
    key: str
    name: str
    text: str
    fits: bool  # made for this ticket's category


def macros_for(ticket: Ticket, *, agent: User) -> list[Prepared]:
    """Those for this category first, then those for any."""
    names = (
        ticket.requester_name.partition(" ")[0] or "there",
        ticket.requester_name,
        str(ticket.pk),
        ticket.subject,
        ticket.about,
        str(agent),
        agent.get_short_name(),
    )
    values = dict(zip(PLACEHOLDERS, names, strict=True))
    macros = Macro.objects.filter(active=True, category__in=["", ticket.category])
    prepared = [
        Prepared(f"macro-{macro.pk}", macro.name, expand(macro.body, values), macro.category == ticket.category)
        for macro in macros
    ]
    return sorted(prepared, key=lambda each: not each.fits)
