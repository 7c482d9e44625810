"""Read the environment once, and die early with a hint that says how to fix it."""

import os
import re
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict


def text(name: str, default: str | None = None) -> str:
    """The variable's value, or the content of the file that ``NAME_FILE`` names."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE points at {path}: {error.strerror}.") from error
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE); docs/operations.md says what it is for.")
    return default


def words(name: str, default: str = "") -> list[str]:
    return [word for word in re.split(r"[,\s]+", text(name, default)) if word]


def flag(name: str, *, default: bool) -> bool:
    value = text(name, "yes" if default else "no").lower()
    if value in {"1", "yes", "true", "on"}:
        return True
    if value in {"0", "no", "false", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; write yes or no.")


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number.") from None


def database_parts(url: str) -> dict[str, str]:
    """Connection parts from a ``postgresql://`` URL or a libpq ``host=… dbname=…`` string."""
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {str(error).strip()}") from None
    if not parts.get("dbname"):
        raise ImproperlyConfigured("DATABASE_URL names no database; end it with /redress, say.")
    return {key: str(value) for key, value in parts.items() if value is not None}


def embedded_database_url(var: Path) -> str:
    """Where the embedded PostgreSQL listens, read from the file it keeps while it runs."""
    postmaster = var / "pgdata" / "postmaster.pid"
    try:
        lines = postmaster.read_text(encoding="utf-8").splitlines()
        socket_directory = lines[4].strip()
    except (OSError, IndexError):
        # Commands that need no database (makemigrations, check) still work; the first query says this host.
        socket_directory = str(var / "pgdata")
    return f"host={socket_directory} dbname=redress user=redress_owner"


def embedded_broker(database: dict[str, str]) -> str:
    """The queue's connection in libpq form: Kombu's own URL form loses the path of a socket."""
    return f"host={database['host']} dbname={database['dbname']} user=redress_broker"


def kept_secret(path: Path) -> str:
    """A secret for the embedded default, made once and kept with its data (never used in production)."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        secret = secrets.token_urlsafe(50)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secret)
        return secret
