"""Kills a relay, a worker or a sealer at each failpoint in turn, lets another finish, and writes down what came of it.

Runs as a process of its own (tests/billing/test_outbox_faults.py starts it) that forks a child for each deed and
never opens a connection itself, so no child inherits one. The broker is a directory of files and forgets a message
once a worker has taken it: the least a broker can do.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()  # before anything that needs the models

from celery import current_app  # noqa: E402
from celery.signals import worker_ready  # noqa: E402
from celery.worker.state import reserved_requests  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from billing.audit.sealer import seal_batch  # noqa: E402
from billing.audit.verify import verify  # noqa: E402
from billing.models import Customer, OutboxMessage, StreamEvent  # noqa: E402
from billing.outbox.publish import announce, enqueue  # noqa: E402
from billing.outbox.relay import number_stream_events, publish_due  # noqa: E402
from tests.billing.outbox_tasks import ONCE, OUTSIDE  # noqa: E402

FOLDER = Path(sys.argv[1])
MESSAGES = 3


def leave(task: str, point: str) -> None:
    with transaction.atomic():
        for number in range(MESSAGES):
            payload = {"ref": f"{point}/{number}"}
            if task == OUTSIDE:
                payload["provider"] = str(FOLDER / "provider")
            enqueue(task, key=f"{task} {point}/{number}", payload=payload)


def relay() -> None:
    while publish_due():
        pass


def work() -> None:
    worker: Any = current_app.Worker(
        pool="solo",
        quiet=True,
        concurrency=1,
        loglevel="CRITICAL",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )

    was_idle = False

    def end_when_idle() -> None:
        """In a thread beside the work: between a file that is gone and a request that is known, a message is in neither
        place, so idle is who was so a moment ago as well."""
        nonlocal was_idle
        idle = not any((FOLDER / "queue").iterdir()) and not reserved_requests
        if idle and was_idle:
            os._exit(0)
        was_idle = idle

    def watch(sender: Any, **signal: Any) -> None:
        sender.timer.call_repeatedly(0.2, end_when_idle)

    worker_ready.connect(watch, weak=False)
    worker.start()


def time_passes() -> None:
    OutboxMessage.objects.filter(done_at=None).update(due_at=timezone.now(), running_until=None)


def recover() -> None:
    time_passes()
    relay()
    work()


def child(deed: Callable[[], object], fail_at: str = "") -> int:
    """Run it in a fork and return how that ended: 0, or minus the signal that killed it."""
    pid = os.fork()
    if pid == 0:
        os.environ["FAIL_AT"] = fail_at
        try:
            deed()
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def outbox_case(point: str, victim: Callable[[], None], task: str) -> dict[str, Any]:
    ended = [child(lambda: leave(task, point))]
    if victim is work:
        ended.append(child(relay))
    killed = child(victim, fail_at=point)
    ended.append(child(recover))
    return {"point": f"{point} {task.rpartition('.')[2]}", "killed": killed, "others": ended}


def stream_case(point: str) -> dict[str, Any]:
    def change() -> None:
        with transaction.atomic():
            announce("ticket:1", kind="changed", ref=point)

    ended = [child(change)]
    killed = child(number_stream_events, fail_at=point)
    ended.append(child(number_stream_events))
    return {"point": point, "killed": killed, "others": ended}


def seal_case(point: str) -> dict[str, Any]:
    ended = [child(lambda: Customer.objects.create(reference=point))]
    killed = child(seal_batch, fail_at=point)
    ended.append(child(seal_batch))
    return {"point": point, "killed": killed, "others": ended}


def tell(facts: dict[str, Any]) -> None:
    """A line of the report; what a worker prints does not get between."""
    with (FOLDER / "report").open("a", encoding="ascii") as report:
        report.write(json.dumps(facts) + "\n")


def report() -> None:
    """The state of the database after all of it, as the last line."""
    tell(
        {
            "effects": list(StreamEvent.objects.filter(topic="effect").values_list("ref", flat=True)),
            "unfinished": OutboxMessage.objects.filter(done_at=None).count(),
            "uncounted": StreamEvent.objects.filter(topic="ticket:1", cursor=None).count(),
            "audit": [finding.words for finding in verify().findings],
            "unsealed": verify().unsealed,
        }
    )
    connection.close()


def main() -> None:
    (FOLDER / "queue").mkdir()
    current_app.conf.update(
        broker_url="filesystem://",
        broker_transport_options={
            "data_folder_in": FOLDER / "queue",
            "data_folder_out": FOLDER / "queue",
            "control_folder": FOLDER / "control",
            "polling_interval": 0.05,
        },
    )
    cases = [outbox_case(f"relay.{at}:{nth}", relay, ONCE) for at in ("claimed", "published") for nth in (1, 2, 3)]
    cases += [
        outbox_case(f"task.{at}:{nth}", work, ONCE) for at in ("begun", "effected", "committed") for nth in (1, 2, 3)
    ]
    cases += [outbox_case(f"task.{at}:2", work, OUTSIDE) for at in ("begun", "called", "committed")]
    cases += [stream_case("stream.numbered"), seal_case("sealer.written"), seal_case("sealer.committed")]
    for case in cases:
        tell(case)
    child(report)


if __name__ == "__main__":
    main()
