"""The processes of ``make run``: which are ours, which were left behind, and honcho watching them."""

import contextlib
import fcntl
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import honcho.manager
import psutil
from honcho.environ import parse_procfile

MARK = "REDRESS_RUN"  # in the environment of every process of a run: the checkout it belongs to
DATABASE, WATCHED_EVERY = "database", 1  # second
CHECKOUT = Path(__file__).resolve().parent.parent

# A worker may be in the middle of a task; Celery itself gives up waiting after 30 seconds.
honcho.manager.KILL_WAIT = 35


class Refused(Exception):
    """Why nothing was started, in one line that says what to do."""


# --- one run at a time -------------------------------------------------------------------------------------


def claim(var: Path, address: str) -> None:
    """Say that we are the run over this data, unless another one is."""
    with _locked(var):
        if other := _living_run(var):
            raise Refused(
                f"Redress already runs from here, at {other['address']} (pid {other['pid']}); press Ctrl-C there first."
            )
        me = psutil.Process()
        _state(var).write_text(json.dumps({"pid": me.pid, "started": me.create_time(), "address": address}))


def release(var: Path) -> None:
    _state(var).unlink(missing_ok=True)


def _state(var: Path) -> Path:
    return var / "run.json"


@contextlib.contextmanager
def _locked(var: Path) -> Iterator[None]:
    with (var / "run.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _living_run(var: Path) -> dict[str, Any] | None:
    try:
        run: dict[str, Any] = json.loads(_state(var).read_text())
        process = psutil.Process(run["pid"])
        # A pid is given again; a pid with its moment of birth is not.
        return run if process.create_time() == run["started"] and process.status() != psutil.STATUS_ZOMBIE else None
    except (OSError, ValueError, KeyError, psutil.Error):
        return None


# --- what a killed run left --------------------------------------------------------------------------------


def ours(var: Path) -> list[psutil.Process]:
    """Every process of this checkout's run over this data but ourselves and the database server."""
    lineage = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error):
            if process.pid not in lineage and process.info["name"] != "postgres" and _marked(process.environ(), var):
                found.append(process)
    return found


def _marked(environ: dict[str, str], var: Path) -> bool:
    if environ.get(MARK) != str(CHECKOUT):
        return False
    return Path(environ.get("REDRESS_VAR") or CHECKOUT / "var").resolve() == var


def end(processes: list[psutil.Process]) -> None:
    """At once: whoever they belonged to is gone, and whatever they were doing is made to be done again."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes, timeout=10)


# --- running -----------------------------------------------------------------------------------------------


class _ToTheProgramAlone(honcho.manager.ProcessManager):  # type: ignore[misc]  # honcho has no types
    def terminate(self, pid: int) -> None:
        """honcho asks the whole group to end, and so ends the tasks that Celery would have waited for."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


class Manager(honcho.manager.Manager):  # type: ignore[misc]  # honcho has no types
    """honcho's, which also knows who ended first, watches the database, and says nothing while all is well."""

    def __init__(self, on_start: Callable[[], None], database: int | None = None) -> None:
        """``database``: the pid of the server, which is no child of ours, where it is for us to watch."""
        super().__init__()
        self._procmgr = _ToTheProgramAlone()
        self.on_start, self.database = on_start, database
        self.first_to_end: str | None = None

    def _start(self) -> None:
        super()._start()
        for watch in (self.on_start, self._watch_database):  # after the forks, which copy no threads
            threading.Thread(target=watch, daemon=True).start()

    def _watch_database(self) -> None:
        while self.database is not None and not self._terminating:
            time.sleep(WATCHED_EVERY)
            if not psutil.pid_exists(self.database) and not self._terminating:
                self.first_to_end = DATABASE
                os.kill(os.getpid(), signal.SIGTERM)  # the loop's own way to end, in its own thread
                return

    def terminate(self) -> None:
        ended = [name for name, process in self._processes.items() if process.get("returncode") is not None]
        if ended and not self._terminating:
            self.first_to_end = ended[0]
        super().terminate()

    def _system_print(self, data: str) -> None:
        if not self._terminating and " started " not in data:
            super()._system_print(data)

    def how_it_ended(self) -> str:
        """In words; empty when it was asked to end."""
        if self.first_to_end is None:
            return ""
        if self.first_to_end == DATABASE:
            return "the database was killed or ended, and everything else was stopped; `make run` starts again."
        code = self._processes[self.first_to_end]["returncode"]
        how = f"was killed by signal {-code}" if code < 0 else f"ended with status {code}"
        return f"{self.first_to_end} {how}, and everything else was stopped; `make run` starts again."


def procfile_manager(
    environment: dict[str, str], on_start: Callable[[], None], *, database: int | None = None
) -> Manager:
    manager = Manager(on_start, database)
    procfile = parse_procfile((CHECKOUT / "Procfile").read_text(encoding="utf-8"))
    for name, command in procfile.processes.items():
        manager.add_process(name, command, env=environment, cwd=str(CHECKOUT))
    return manager


def environment(*, port: int, address: str, var: Path) -> dict[str, str]:
    binaries = Path(sys.executable).parent
    return {
        **os.environ,
        MARK: str(CHECKOUT),
        "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        # Celery's, in seven lines; PostgreSQL's need for another user is the one thing root should hear of.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
        "REDRESS_VAR": str(var),
        "SITE_ADDRESS": address,
    }
