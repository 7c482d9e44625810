import pytest

from supportdesk.people.models import Team
from supportdesk.tickets.models import Queue, Ticket
from tests.tickets.factories import make_queue, make_ticket


@pytest.fixture
def queue(team: Team) -> Queue:
    return make_queue(team)


@pytest.fixture
def ticket(queue: Queue) -> Ticket:
    return make_ticket()
