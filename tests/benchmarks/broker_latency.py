"""How long a task waits between being published and being started by an idle worker."""

import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import sleep, time

from tests.ops.broker import Bench, bench


@dataclass(frozen=True)
class Latency:
    median_ms: float
    p95_ms: float
    count: int

    def __str__(self) -> str:
        return f"publish to start: median {self.median_ms:.0f} ms, p95 {self.p95_ms:.0f} ms over {self.count} tasks"


def broker_latency(count: int = 50) -> Latency:
    with tempfile.TemporaryDirectory() as directory, bench(Path(directory)) as made:
        made.start_worker()
        made.publish("ops.note", "warm")
        made.wait_for(lambda: bool(made.seen("ran", "warm")))
        return measure(made, count)


def measure(made: Bench, count: int) -> Latency:
    sent: dict[str, float] = {}
    for number in range(count):
        token = f"timed-{number}"
        sent[token] = time()
        made.publish("ops.note", token)
        sleep(0.05)  # an idle worker, not a backlog
    made.wait_for(lambda: all(made.seen("ran", token) for token in sent))
    waits = sorted(1000 * (made.seen("ran", token)[0]["at"] - at) for token, at in sent.items())
    return Latency(median_ms=statistics.median(waits), p95_ms=waits[int(0.95 * (len(waits) - 1))], count=count)
