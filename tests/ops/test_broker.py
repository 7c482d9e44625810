"""What the queue promises, asked of real workers: nothing is lost when one is killed or away."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.broker_latency import measure
from tests.database import use_running_server
from tests.ops.broker import Bench, bench

pytestmark = pytest.mark.production


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bench]:
    use_running_server()
    with bench(tmp_path) as made:
        yield made


def test_the_task_of_a_killed_worker_is_run_again(desk: Bench) -> None:
    worker = desk.start_worker()
    desk.publish("ops.hang_once", "refund 1")
    desk.wait_for(lambda: len(desk.seen("started", "refund 1")) == 1)

    desk.kill(worker)
    desk.start_worker()

    desk.wait_for(lambda: len(desk.seen("ran", "refund 1")) == 1)
    assert len(desk.seen("started", "refund 1")) == 2


def test_the_task_of_a_killed_child_is_run_again_by_the_same_worker(desk: Bench) -> None:
    desk.start_worker()
    desk.publish("ops.hang_once", "refund 2")
    desk.wait_for(lambda: len(desk.seen("started", "refund 2")) == 1)

    os.kill(desk.seen("started", "refund 2")[0]["pid"], signal.SIGKILL)

    desk.wait_for(lambda: len(desk.seen("ran", "refund 2")) == 1)
    assert len({entry["pid"] for entry in desk.seen("started", "refund 2")}) == 2


def test_a_task_published_while_no_worker_runs_is_run_when_one_is_back(desk: Bench) -> None:
    desk.publish("ops.note", "while away")
    assert desk.seen("ran", "while away") == []

    desk.start_worker()

    desk.wait_for(lambda: len(desk.seen("ran", "while away")) == 1)


def test_a_worker_that_is_asked_to_end_finishes_its_task_first(desk: Bench) -> None:
    worker = desk.start_worker()
    desk.publish("ops.two_seconds", "polite")
    desk.wait_for(lambda: len(desk.seen("started", "polite")) == 1)

    worker.terminate()

    assert worker.wait(timeout=40) == 0
    assert len(desk.seen("ran", "polite")) == 1


def test_an_idle_worker_starts_a_task_within_a_second(desk: Bench) -> None:
    desk.start_worker()
    desk.publish("ops.note", "warm")
    desk.wait_for(lambda: len(desk.seen("ran", "warm")) == 1)

    latency = measure(desk, 20)

    print(latency)
    assert latency.median_ms < 1000
