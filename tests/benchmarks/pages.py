"""The queue page and the ticket page against the floor, at two sizes of desk."""

import subprocess
import sys
from collections.abc import Sequence

import psycopg

from tests.benchmarks.client import Page, in_turns
from tests.benchmarks.desk import ROOT, UVICORN, Desk, desk_with, serving
from tests.benchmarks.results import Figure, at_most, seen

AGENT = "agent@redress.example"
FLOOR = ("uvicorn", "tests.benchmarks.floor.asgi:application", "--port", "{port}", "--log-level", "warning")
SMALL = 1_000
TIMES_FLOOR = 3.0
QUERIES = 10
GROWTH = 1.2


def queue(tickets: int, rounds: int = 150) -> list[Figure]:
    """Both pages in turns with the floor; then the same on a desk of 1,000 tickets, for the growth."""
    big = measured(desk_with(tickets), rounds)
    small = measured(desk_with(SMALL), rounds)
    counts = counted(desk_with(tickets))
    figures = [seen(f"floor page at {tickets:,} tickets, median", big["floor"].median * 1000, "ms")]
    for name, count in zip(("queue", "ticket"), counts, strict=True):
        page, before = big[name], small[name]
        # Growth is told in floors, so that a slower moment of the machine is not taken for a slower page.
        ratio, ratio_before = page.median / big["floor"].median, before.median / small["floor"].median
        figures += [
            seen(f"{name} page at {tickets:,} tickets, median", page.median * 1000, "ms"),
            at_most(f"{name} page at {tickets:,} tickets", ratio, "times the floor", TIMES_FLOOR),
            at_most(f"{name} page", count, "SQL queries", QUERIES),
            at_most(
                f"{name} page, {tickets:,} against {SMALL:,} tickets", ratio / ratio_before, "times the cost", GROWTH
            ),
        ]
    return figures


def measured(desk: Desk, rounds: int) -> dict[str, Page]:
    cookie = {"Cookie": program(desk, "tests.benchmarks.signing_in", AGENT)[0]}
    number = a_ticket(desk)
    with serving(desk, FLOOR, ready="/list/") as floor, serving(desk, UVICORN) as ours:
        pages = {
            "floor": Page(floor, "/list/", "<table>"),
            "queue": Page(ours, "/desk/", "Take next", cookie),
            "ticket": Page(ours, f"/desk/tickets/{number}/", f"#{number}", cookie),
        }
        in_turns(pages, rounds=rounds)
    return pages


def counted(desk: Desk) -> list[int]:
    lines = program(desk, "tests.benchmarks.counting", AGENT, "/desk/", f"/desk/tickets/{a_ticket(desk)}/")
    return [int(line) for line in lines]


def a_ticket(desk: Desk) -> int:
    """The ticket that is due first: open, with its conversation."""
    with psycopg.connect(f"host={desk.host} dbname={desk.name} user=redress_owner") as owner:
        row = owner.execute(
            "SELECT ticket.id FROM tickets_ticket AS ticket JOIN tickets_queue AS queue ON queue.id = ticket.queue_id"
            " WHERE ticket.status = 'open' AND queue.slug = 'payments' ORDER BY ticket.due_at, ticket.id LIMIT 1"
        ).fetchone()
    assert row is not None, "the desk has no open ticket"
    return int(row[0])


def program(desk: Desk, module: str, *arguments: str) -> Sequence[str]:
    done = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=desk.environment,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{module} failed:\n{done.stderr[-2000:]}")
    return done.stdout.split()
