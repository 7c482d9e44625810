"""Eight agents take a thousand tickets; prints the seconds of each. A program: it runs inside a desk's Django."""

import os
import threading
import time

TICKETS, AGENTS = 1_000, 8


def main() -> None:
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
    agents = [make_staff(f"bench-{stamp}-{number}@desk.test", "agent", team=team) for number in range(AGENTS)]
    now = timezone.now()
    Ticket.objects.bulk_create(
        Ticket(subject=f"Bench {number}", channel="form", queue=queue, created_at=now, updated_at=now, due_at=now)
        for number in range(TICKETS)
    )
    times: list[float] = []
    taken: list[int] = []

    def press(agent: object) -> None:
        while True:
            began = time.perf_counter()
            ticket = take_next(by=agent, at=timezone.now())  # type: ignore[arg-type]  # the model is imported late
            if ticket is None:
                break
            times.append(time.perf_counter() - began)
            taken.append(ticket.pk)
        connection.close()

    threads = [threading.Thread(target=press, args=[agent]) for agent in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(taken) != TICKETS or len(set(taken)) != TICKETS:
        raise SystemExit(f"{len(set(taken))} of {TICKETS} tickets were taken, {len(taken)} times")
    Ticket.objects.filter(queue=queue).update(status="closed", solved_at=now)
    print(*times)


if __name__ == "__main__":
    main()
