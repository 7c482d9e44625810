"""A Celery application with the desk's own settings, a queue of its own, and tasks that write down when they ran."""

import json
import os
import time
from pathlib import Path
from typing import Any

from celery import Celery

QUEUE = os.environ.get("OPS_QUEUE", "ops_unused")
RECORD = Path(os.environ.get("OPS_RECORD", os.devnull))

# Not the current application: the desk's own must stay that in a process that merely imports this.
app = Celery("redress-ops", set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_default_queue = QUEUE
app.conf.worker_lost_wait = 1.0
app.conf.broker_transport_options = {**app.conf.broker_transport_options, "visibility_timeout": 3}


def write_down(deed: str, token: str) -> None:
    line = json.dumps({"deed": deed, "token": token, "at": time.time(), "pid": os.getpid()})
    with RECORD.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def record(path: Path = RECORD) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@app.task(name="ops.note")
def note(token: str) -> None:
    write_down("ran", token)


@app.task(name="ops.two_seconds")
def two_seconds(token: str) -> None:
    write_down("started", token)
    time.sleep(2)
    write_down("ran", token)


@app.task(name="ops.hang_once")
def hang_once(token: str) -> None:
    """Long the first time, so that it can be killed in the middle; quick when it comes again."""
    seen = [entry for entry in record() if entry["token"] == token]
    write_down("started", token)
    if not seen:
        time.sleep(50)
    write_down("ran", token)
