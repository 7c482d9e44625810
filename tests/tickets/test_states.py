"""Every pair of statuses, allowed and refused, walked through the one function that assigns a status."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from supportdesk.tickets.actions.rows import step
from supportdesk.tickets.errors import StepRefused
from supportdesk.tickets.models import Ticket
from supportdesk.tickets.states import STEPS, UNSOLVED, WITH_US, TicketStatus

PAIRS = [(was, to) for was in TicketStatus for to in TicketStatus]
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_the_table_names_every_status() -> None:
    assert set(STEPS) == set(TicketStatus)
    assert set().union(*STEPS.values()) <= set(TicketStatus)


def test_what_is_with_us_is_unsolved() -> None:
    assert WITH_US < UNSOLVED


@pytest.mark.parametrize(("was", "to"), PAIRS)
def test_step(was: TicketStatus, to: TicketStatus) -> None:
    ticket = Ticket(status=was)

    if to in STEPS[was]:
        step(ticket, to)
        assert ticket.status == to
    else:
        with pytest.raises(StepRefused):
            step(ticket, to)
        assert ticket.status == was


def test_a_status_is_assigned_in_one_place() -> None:
    app = Path(__file__).parents[2] / "supportdesk" / "tickets"
    found = [
        f"{module.relative_to(app)}"
        for module in sorted(app.rglob("*.py"))
        for line in module.read_text(encoding="utf-8").splitlines()
        if "ticket.status = " in line or ".update(status" in line
    ]

    assert found == ["actions/rows.py"]
