"""``make run``: the database, its tables, the demo data, then every process of the Procfile, until Ctrl-C."""

import argparse
import contextlib
import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from config import embedded, processes
from config.bootstrap import Step
from config.preparing import prepare
from config.processes import CHECKOUT, Refused

PATIENCE = 60  # seconds until it is said what does not answer; a cold laptop needs some ten


def main() -> int:
    port = wanted_port()
    var = embedded.var_directory()
    address = os.environ.get("SITE_ADDRESS") or f"http://localhost:{port}"
    try:
        embedded.make_var(var)
        processes.claim(var, address)
    except (Refused, embedded.CannotStart) as reason:
        return refuse(reason)
    try:
        with interruptible(), database_until_the_end():
            return serve(port=port, address=address, var=var)
    except (Refused, embedded.CannotStart) as reason:
        return refuse(reason)
    except KeyboardInterrupt:
        print("\nredress: stopped before it was up; `make run` goes on from here.")
        return 130
    finally:
        processes.end(processes.ours(var))  # children of one that was killed, or a start that was interrupted
        processes.release(var)


def refuse(reason: Exception) -> int:
    print(f"redress: {reason}", file=sys.stderr)
    return 1


def wanted_port() -> int:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", default="8000")
    written = parser.parse_args().port
    if not written.isdigit() or not 1 <= int(written) <= 65535:
        sys.exit(f"redress: PORT={written} is no port; write a number from 1 to 65535.")
    return int(written)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Until honcho takes over: whatever asks us to end does so in one way."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    threading.Thread(target=follow_make, daemon=True).start()
    yield


def follow_make() -> None:
    """End when make does. A signal sent to make alone, not to the terminal's group, does not reach us:
    make would wait for us, and we for nobody. While it handles an interrupt it has that signal blocked."""
    parent = os.getppid()
    status = Path(f"/proc/{parent}/status")
    with contextlib.suppress(OSError):
        if status.read_text().split(maxsplit=2)[1] not in {"make", "gmake"}:
            return
        while os.getppid() == parent and not interrupting(status.read_text()):
            time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)


def interrupting(status: str) -> bool:
    blocked = next((line for line in status.splitlines() if line.startswith("SigBlk:")), "SigBlk: 0")
    return bool(int(blocked.split()[1], 16) & 1 << (signal.SIGINT - 1))


@contextlib.contextmanager
def database_until_the_end() -> Iterator[None]:
    try:
        yield
    finally:
        if uses_embedded_database():
            with contextlib.suppress(KeyboardInterrupt):
                embedded.stop()


def uses_embedded_database() -> bool:
    return not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"))


def serve(*, port: int, address: str, var: Path) -> int:
    if left := processes.ours(var):
        print(f"  a run before this one was killed; ending the {len(left)} processes it left")
        processes.end(left)
    refuse_taken_port(port)
    environment = processes.environment(port=port, address=address, var=var)
    print(f"redress: starting from {CHECKOUT}, data in {var}")
    database = None
    if uses_embedded_database():
        with Step("database"):
            database = embedded.start().pid
    prepare(environment, var)
    manager = processes.procfile_manager(environment, lambda: announce(port, address), database=database)
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    manager.loop()
    if trouble := manager.how_it_ended():
        print(f"redress: {trouble}", file=sys.stderr)
        return 1
    print("redress: stopped.")
    return 0


def refuse_taken_port(port: int) -> None:
    host = os.environ.get("HOST") or "127.0.0.1"
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Refused(f"Port {port} is for root alone; start on another: make run PORT=8000") from None
        except OSError as error:
            free = port + 1 if port < 65535 else 8000
            raise Refused(
                f"Port {port} on {host} is taken ({error.strerror}); start on another: make run PORT={free}"
            ) from None


# --- once they run -----------------------------------------------------------------------------------------


def announce(port: int, address: str) -> None:
    with Step("web, worker, beat and relay"):
        while missing := still_missing(port):
            print(f"redress: after {PATIENCE} s there is no {missing} yet; waiting on", flush=True)
    print(screen(address), flush=True)


def still_missing(port: int) -> str:
    """What /readyz waits for after a while; empty as soon as it waits for nothing."""
    host = os.environ.get("HOST", "127.0.0.1").replace("0.0.0.0", "127.0.0.1")  # noqa: S104  # where to ask, not to listen
    deadline = time.monotonic() + PATIENCE
    missing = "web server"
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://{host}:{port}/readyz", timeout=5):
                return ""
        except urllib.error.HTTPError as error:
            with contextlib.suppress(ValueError):
                missing = ", ".join(name for name, state in json.load(error).items() if state != "ready")
        except OSError:
            missing = "web server"
        time.sleep(0.3)
    return missing


def screen(address: str) -> str:
    from supportdesk.demo.sign_ins import PASSWORD, SIGN_INS

    pages = {
        "Help site": "/",
        "Portal": "/my/",
        "Workspace": "/desk/",
        "Admin": "/admin/",
        "Mail it sent": "/dev/mail/",
    }
    people = [f"    {person.role:<14} {person.email}" for person in SIGN_INS]
    factor = next(person.email for person in SIGN_INS if person.needs_factor)
    return "\n".join(
        [
            "",
            "  Redress is up. Ctrl-C stops it.",
            "",
            *(f"    {name:<13} {address}{path}" for name, path in pages.items()),
            "",
            f"  Sign in with the password “{PASSWORD}” as",
            *people,
            "",
            f"  Staff are asked for a code as well: make code USER={factor}",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
