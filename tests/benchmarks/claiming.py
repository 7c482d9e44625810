"""Agents take a thousand tickets; prints the seconds of each. A program: it runs inside a desk's Django.

Arguments: how many agents, and over how many seconds their presses are spread, each agent's at random moments; with 0
they press again the moment they have a ticket.
"""

import os
import random
import sys
import threading
import time

TICKETS, SEED = 1_000, 106


def main(agents: int, seconds: float) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from supportdesk.people.models import Team
    from supportdesk.tickets.actions.work import take_next
    from supportdesk.tickets.models import Queue, Ticket
    from tests.personas import make_staff

    stamp = time.time_ns()
    team = Team.objects.create(name=f"Bench {stamp}")
    queue = Queue.objects.create(name=f"Bench {stamp}", slug=f"bench-{stamp}", team=team, position=99)
    staff = [make_staff(f"bench-{stamp}-{number}@desk.test", "agent", team=team) for number in range(agents)]
    now = timezone.now()
    Ticket.objects.bulk_create(
        Ticket(subject=f"Bench {number}", channel="form", queue=queue, created_at=now, updated_at=now, due_at=now)
        for number in range(TICKETS)
    )
    times: list[float] = []
    taken: list[int] = []
    faults: list[BaseException] = []
    ready = threading.Barrier(agents)

    def press(agent: object, moments: list[float]) -> None:
        try:
            ready.wait()
            start = time.perf_counter()
            for moment in moments:
                time.sleep(max(0.0, start + moment - time.perf_counter()))
                began = time.perf_counter()
                ticket = take_next(by=agent, at=timezone.now())  # type: ignore[arg-type]  # the model is imported late
                connection.close()  # back to the pool, as a request does when it ends
                if ticket is None:
                    break
                times.append(time.perf_counter() - began)
                taken.append(ticket.pk)
        except BaseException as fault:
            faults.append(fault)
            connection.close()

    threads = [
        threading.Thread(target=press, args=[agent, moments])
        for agent, moments in zip(staff, _moments(agents, seconds), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    Ticket.objects.filter(queue=queue).update(status="closed", solved_at=now)
    if faults:
        raise faults[0]
    if len(taken) != TICKETS or len(set(taken)) != TICKETS:
        raise SystemExit(f"{len(set(taken))} of {TICKETS} tickets were taken, {len(taken)} times")
    print(*times)


def _moments(agents: int, seconds: float) -> list[list[float]]:
    """When each agent presses, in seconds from the start."""
    if not seconds:
        return [[0.0] * (TICKETS + 1) for _ in range(agents)]  # one more than there are tickets: until none is left
    chance = random.Random(SEED)  # moments, not secrets
    return [sorted(chance.uniform(0, seconds) for _ in range(TICKETS // agents)) for _ in range(agents)]


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
