"""Kill -9 at every failpoint: nothing is lost, and nothing happens twice."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

pytestmark = pytest.mark.django_db(transaction=True)


def environment(folder: Path) -> dict[str, str]:
    parameters: dict[str, Any] = connections["default"].get_connection_params()
    named = {key: parameters[key] for key in ("host", "port", "dbname", "user", "password") if parameters.get(key)}
    return {
        **os.environ,
        "DATABASE_URL": " ".join(f"{key}={value}" for key, value in named.items()),
        "CELERY_BROKER_URL": "filesystem://",
        "AUDIT_ANCHOR_PATH": str(folder / "anchor.log"),
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings"),
        "PYTHONWARNINGS": "ignore",
    }


def test_twenty_places_to_die_at(tmp_path: Path) -> None:
    run = subprocess.run(  # noqa: S603  # our own module
        [sys.executable, "-m", "tests.billing.outbox_faults", str(tmp_path)],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    *cases, state = [json.loads(line) for line in (tmp_path / "report").read_text().splitlines()]

    assert len(cases) == 21
    assert {case["point"]: case["killed"] for case in cases} == {case["point"]: -signal.SIGKILL for case in cases}
    assert {code for case in cases for code in case["others"]} == {0}, run.stderr
    points = [case["point"].split()[0] for case in cases if case["point"].endswith("once")]
    assert Counter(state["effects"]) == Counter(f"{point}/{number}" for point in points for number in range(3))
    calls = Counter((tmp_path / "provider").read_text().split())
    # Killed between the call and its record: called again, under the same key. Which of the three it was, the broker
    # decides: those of one moment come in any order.
    (again,) = {ref for ref, times in calls.items() if times > 1}
    assert again.startswith("task.called:2/")
    assert calls == {
        **{f"task.{at}:2/{number}": 1 for at in ("begun", "called", "committed") for number in range(3)},
        again: 2,
    }
    assert {key: state[key] for key in ("unfinished", "uncounted", "audit", "unsealed")} == {
        "unfinished": 0,
        "uncounted": 0,
        "audit": [],
        "unsealed": 0,
    }
