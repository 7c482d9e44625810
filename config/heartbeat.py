"""A row per background process that says when it was last alive."""

from typing import Any

import psycopg
from django.db import connections


def record_heartbeat(name: str) -> None:
    with connected() as connection:
        connection.execute(
            "INSERT INTO billing_heartbeat (name, at) VALUES (%s, now())"
            " ON CONFLICT (name) DO UPDATE SET at = excluded.at",
            [name],
        )


def connected() -> "psycopg.Connection[tuple[Any, ...]]":
    """A connection of its own: Django's pool does not survive a worker's forks, and may be used up when asked."""
    parameters: dict[str, Any] = connections["default"].get_connection_params()
    return psycopg.connect(**{**parameters, "connect_timeout": 3}, autocommit=True)
