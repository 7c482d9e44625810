"""Run one command with the embedded database up: ``python -m config.with_database pytest -n 2``.

A server that runs already is used and left alone; one that was started for the command is stopped after it.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from config import embedded


def main(command: list[str]) -> int:
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        return run(command)
    started_here = embedded.running() is None
    embedded.start()
    try:
        return run(command)
    finally:
        if started_here:
            embedded.stop()


def run(command: list[str]) -> int:
    """The command gets Ctrl-C itself, from the terminal; we wait, so that the database outlives it."""
    binaries = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    with subprocess.Popen(command, env=environment) as process:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda given, _: process.send_signal(given) if given == signal.SIGTERM else None)
        code = process.wait()
    return 128 - code if code < 0 else code


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except embedded.CannotStart as reason:
        sys.exit(f"redress: {reason}")
