"""What stands between a database server and the processes: tables, static files, and the demo's data, each once."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import psycopg

from config import embedded
from config.bootstrap import Step
from config.processes import CHECKOUT, Refused

Commands = dict[str, "subprocess.Popen[str]"]


def prepare(environment: dict[str, str], var: Path) -> None:
    done = _remembered(var)
    static, tables = static_digest(), tables_digest(environment)
    commands: Commands = {}
    if tables is None or tables != done.get("tables"):
        owner = {**environment, "DATABASE_ROLE": "owner"}
        commands["migrate"] = managing("migrate", "--no-input", environment=owner)
    if static != done.get("static"):
        commands["collectstatic"] = managing("collectstatic", "--no-input", environment=environment)
    if commands:
        with Step("tables and static files") as step:
            follow(commands, step)
    if environment.get("REDRESS_MODE", "demo") == "demo" and not done.get("demo"):
        with Step("demo data, this once") as step:
            follow({"load_demo": managing("load_demo", environment=environment)}, step)
    forget_heartbeats()
    (var / "prepared.json").write_text(
        json.dumps({"tables": tables_digest(environment), "static": static, "demo": True})
    )


def _remembered(var: Path) -> dict[str, str | bool | None]:
    try:
        remembered: dict[str, str | bool | None] = json.loads((var / "prepared.json").read_text())
    except (OSError, ValueError):
        return {}
    return remembered


def static_digest() -> str:
    """Of the names, sizes and times of our own files and of the packages that bring theirs."""
    files = (file for file in (CHECKOUT / "static").rglob("*") if file.is_file())
    seen = (f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in sorted(files))
    return _digest([*seen, *_code("settings.py"), _packages()])


def tables_digest(environment: dict[str, str]) -> str | None:
    """Of the migrations on disk and of those in the embedded database; None where neither can be known cheaply.

    Asking Django takes two and a half seconds of every start.
    """
    server = embedded.running()
    if server is None or "DATABASE_URL" in environment or "DATABASE_URL_FILE" in environment:
        return None
    try:
        with psycopg.connect(server.dsn(user="redress_owner")) as owner:
            applied = owner.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    except psycopg.errors.UndefinedTable:
        return None
    return _digest([*(name for (name,) in applied), *_code("migrations/*.py"), _packages()])


def forget_heartbeats() -> None:
    """Those of the run before are a few seconds old: /readyz would say yes before anything answers."""
    if server := embedded.running():
        with psycopg.connect(server.dsn(user="redress_owner")) as owner:
            owner.execute("DELETE FROM billing_heartbeat")


def _code(pattern: str) -> list[str]:
    roots = (CHECKOUT / name for name in ("billing", "config", "disputes", "supportdesk"))
    return [file.read_text(encoding="utf-8") for root in roots for file in sorted(root.rglob(pattern))]


def _packages() -> str:
    return (CHECKOUT / "requirements.txt").read_text(encoding="utf-8")


def _digest(parts: Iterable[str]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(part.encode() + b"\0")
    return total.hexdigest()


def managing(*command: str, environment: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def follow(commands: Commands, step: Step) -> None:
    """Show the last line each says while it runs, and the end of what it said when it fails."""
    try:
        for name, process in commands.items():
            said = follow_one(process, step)
            if process.returncode:
                raise Refused("\n".join([f"`manage.py {name}` failed:", *said[-25:]]))
    except BaseException:
        for process in commands.values():
            process.terminate()
        raise


def follow_one(process: "subprocess.Popen[str]", step: Step) -> list[str]:
    said: list[str] = []
    for line in process.stdout or ():
        if line.strip():
            said.append(line.rstrip())
            step.detail = line.strip()
    process.wait()
    return said
