from typing import Any

from supportdesk.tickets.models import Ticket
from tests.billing.records import a_customer, records_of
from tests.security.examples import Example
from tests.security.world import OF_THE_TEAM, Caller, World
from tests.tickets.factories import make_queue, make_ticket


def prepare(world: World) -> None:
    """Two customers with a ticket and records each; both tickets are in the queue of the agents' team."""
    make_queue(world.team)
    for word, caller in (("own", Caller.CUSTOMER), ("other", Caller.OTHER_CUSTOMER)):
        user = world.people[caller]
        customer = a_customer(user.name)
        customer.user = user
        customer.save()
        world.things[f"{word} records"] = records_of(customer)
        ticket = make_ticket(customer=customer, requester=user, name=user.name, email=user.email)
        assert ticket.queue.team_id == world.team.pk
        world.things[f"{word} ticket"] = ticket


def ticket_of(world: World) -> Ticket:
    ticket: Ticket = world.things["own ticket"]
    return ticket


def _number(world: World) -> dict[str, Any]:
    return {"number": ticket_of(world).pk}


def _of_the_team(**fields: Any) -> Example:
    return Example(_number, seen_by=OF_THE_TEAM, **fields)


EXAMPLES = {
    "tickets:queue": Example(),
    "tickets:next": Example(),
    "tickets:decisions": Example(),
    "tickets:search": Example(query="q=september"),
    "tickets:write": _of_the_team(data=lambda world: {"text": "We look into it.", "kind": "reply"}),
    "tickets:draft": _of_the_team(data=lambda world: {"text": "We look"}),
    # An id that the page did not offer is nobody.
    "tickets:recognise": _of_the_team(also=frozenset({404})),
    "tickets:refund": Example(lambda world: {"ref": str(ticket_of(world).pk)}, seen_by=OF_THE_TEAM),
    **{
        f"tickets:{name}": _of_the_team()
        for name in (
            "ticket",
            "macros",
            "person",
            "presence",
            "claim",
            "release",
            "assign",
            "properties",
            "wait",
            "solve",
            "reopen",
            "escalate",
        )
    },
}
