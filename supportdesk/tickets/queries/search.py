"""Finding a ticket: by its number, by words of the conversation, by who asked; with payment data open, also by the
reference of a payment, a refund, a bill or a policy. Never by amounts or by what a sealed text quotes.
"""

from collections.abc import Sequence
from typing import Final

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet

from supportdesk.people.models import User
from supportdesk.tickets.access import tickets_visible_to
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.queries.rows import drawable

SHOWN: Final = 25
OF_OWNERS: Final = 10  # tickets that name the reference in their words have room beside them
# Trigrams need three letters to be of use; fewer would read the whole table.
SHORTEST_PART: Final = 3


def search_tickets(user: User, text: str, *, owners: Sequence[int] = ()) -> list[Ticket]:
    """The number first, then the newest of ``owners`` (customers to whom a record of this reference belongs), then the
    newest of what matches. One more than is shown, to tell that there are more.
    """
    text = text.strip()
    if not text:
        return []
    mine = drawable(tickets_visible_to(user))
    theirs = mine.filter(customer__in=owners).order_by("-updated_at", "-pk")[:OF_OWNERS] if owners else ()
    ways = (_by_number(mine, text), theirs, _by_words(mine, text), _by_person(mine, text))
    found = {ticket.pk: ticket for way in ways for ticket in way}
    return list(found.values())[: SHOWN + 1]


def _by_number(mine: QuerySet[Ticket], text: str) -> list[Ticket]:
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 18):
        return []
    return list(mine.filter(pk=int(digits)))


def _by_words(mine: QuerySet[Ticket], text: str) -> list[Ticket]:
    query = SearchQuery(text, config="redress_tickets", search_type="websearch")
    return list(mine.filter(search=query).order_by("-updated_at", "-pk")[: SHOWN + 1])


def _by_person(mine: QuerySet[Ticket], text: str) -> list[Ticket]:
    """Half a name, half an address, half a word of the subject."""
    if len(text) < SHORTEST_PART:
        return []
    part = Q(requester_name__icontains=text) | Q(requester_email__icontains=text) | Q(subject__icontains=text)
    return list(mine.filter(part).order_by("-updated_at", "-pk")[: SHOWN + 1])
