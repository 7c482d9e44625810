"""The virtual environment, from nothing but Python: ``python3 config/bootstrap.py requirements.txt``.

Runs before anything is installed, so it uses the standard library alone; the first lines must be readable by a
Python that is too old for the rest.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # this line is read by the Python it is about
    sys.exit(
        "redress: Python 3.11 or newer is needed, and {} is {}.{};".format(sys.executable, *sys.version_info[:2])
        + " name another one: make run PYTHON=/usr/bin/python3.12"
    )

import fcntl
import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "redress-installed.json"
ROOM = 700 * 1024**2  # the test set, unpacked, and the downloads kept while it is


class Step:
    """One line on the screen per step, rewritten while it runs where the output is a terminal."""

    def __init__(self, name: str) -> None:
        self.name, self.detail, self.started, self.over = name, "", time.monotonic(), Event()

    def __enter__(self) -> "Step":
        self.tell(f"  {self.name} …", last=not sys.stdout.isatty())
        self.watch = Thread(target=self.keep_telling, daemon=True)
        self.watch.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self.over.set()
        self.watch.join()
        taken = time.monotonic() - self.started
        if kind is None and (sys.stdout.isatty() or taken > 2):
            self.tell(f"  {self.name}: done in {taken:.1f} s", last=True)
        elif kind is not None and sys.stdout.isatty():
            print(flush=True)

    def keep_telling(self) -> None:
        every = 0.5 if sys.stdout.isatty() else 10
        while not self.over.wait(every):
            self.tell(f"  {self.name} … {time.monotonic() - self.started:.0f} s  {self.detail}", last=every > 1)

    def tell(self, line: str, *, last: bool) -> None:
        if sys.stdout.isatty():
            line = "\r" + line[: shutil.get_terminal_size().columns - 1] + "\x1b[K"
        print(line, end="\n" if last else "", flush=True)


def prepare(requirements: str) -> Path:
    """Make .venv and install what the file pins, unless that has been done. Gives the environment's Python."""
    if not fresh(requirements):
        with one_at_a_time():
            if not fresh(requirements):
                refuse_full_disk()
                make_venv()
                install(requirements)
                remember(requirements)
    return PYTHON


def digest(requirements: str) -> str:
    return hashlib.sha256((CHECKOUT / requirements).read_bytes()).hexdigest()


def fresh(requirements: str) -> bool:
    try:
        installed = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    return PYTHON.exists() and digest(requirements) in installed


def remember(requirements: str) -> None:
    # The test set holds everything of the runtime set, at the same versions.
    files = ["requirements.txt", "requirements-test.txt"] if "test" in requirements else [requirements]
    STAMP.write_text(json.dumps([digest(name) for name in files]))


@contextmanager
def one_at_a_time() -> Iterator[None]:
    with (CHECKOUT / ".venv.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def refuse_full_disk() -> None:
    free = shutil.disk_usage(CHECKOUT).free
    if free < ROOM:
        sys.exit(
            f"redress: {free // 1024**2} MB are free at {CHECKOUT} and the packages need {ROOM // 1024**2}; free some."
        )


def make_venv() -> None:
    if PYTHON.exists() and works():
        return
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit("redress: this Python cannot make virtual environments; install its venv package (python3-venv).")
    with Step(f"making {VENV} with Python {sys.version.split()[0]}"):
        run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment was not made")


def works() -> bool:
    """An environment whose Python was upgraded or removed is made again."""
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    question = [str(PYTHON), "-c", "import sys, pip; print('%d.%d' % sys.version_info[:2])"]
    asked = subprocess.run(question, capture_output=True, text=True)
    return asked.returncode == 0 and asked.stdout.strip() == here


def install(requirements: str) -> None:
    total = len(re.findall(r"^[a-z0-9].*==", (CHECKOUT / requirements).read_text(), re.MULTILINE | re.IGNORECASE))
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--require-hashes"]
    command += ["--no-deps", "--progress-bar=off", "-r", requirements]
    fetched = 0

    def follow(line: str) -> None:
        nonlocal fetched
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            fetched += 1
            name = line.split()[1] if line.startswith("C") else line.split(":")[1].split()[0]
            step.detail = f"{fetched} of {total}: {name}"
        elif line.startswith("Installing collected"):
            step.detail = f"unpacking {total}"

    with Step(f"installing {total} packages from {requirements}") as step:
        run(command, "The packages were not installed", follow)


def run(command: list[str], failure: str, follow: Callable[[str], None] | None = None) -> None:
    lines: list[str] = []
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=CHECKOUT
    ) as process:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            if follow:
                follow(line)
    if process.returncode:
        said = "\n".join(lines[-15:])
        if "No space left on device" in said:
            sys.exit(f"\nredress: {failure}: the disk is full.")
        sys.exit(f"\n{said}\nredress: {failure}; the lines above say why. Starting again continues.")


if __name__ == "__main__":
    try:
        prepare(sys.argv[1] if len(sys.argv) > 1 else "requirements.txt")
    except KeyboardInterrupt:
        sys.exit("\nredress: stopped. Starting again continues.")
    except OSError as error:
        sys.exit(f"redress: {error.filename or CHECKOUT}: {error.strerror}.")
