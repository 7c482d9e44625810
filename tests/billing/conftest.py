from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections


@pytest.fixture
def owner_connection(db: None) -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
    """What somebody with the owner's password could do: the tables' owner, inside the system scope."""
    parameters = connections["default"].get_connection_params()
    known = {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if parameters.get(key)}
    with psycopg.connect(**known, options="-c redress.scope=system -c lock_timeout=5s", autocommit=True) as connection:
        yield connection
