"""The test database: made and emptied by the tables' owner, used as the role that production runs as.

A test that forgot a grant or a row-level policy therefore fails here, and not on the first day in production.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models.signals import pre_migrate
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from config import embedded
from config.provision import prepare_database

# Losing the last milliseconds of a test database is no loss, and commits cost a third.
OWNER_OPTIONS = "-c synchronous_commit=off"
APP_OPTIONS = f"{OWNER_OPTIONS} -c role={settings.RUNTIME_ROLE} -c lock_timeout=5s -c statement_timeout=30s"
KEPT = "django_migrations"


def use_running_server() -> None:
    """Start the embedded server where no other is named, and look for it where it listens."""
    if environ.get("DATABASE_URL") or environ.get("DATABASE_URL_FILE"):
        return
    connections["default"].settings_dict["HOST"] = str(embedded.start().socket_directory)


@contextmanager
def connected_as_owner() -> Iterator[None]:
    """Create, migrate and drop as the owner: the runtime role may do none of it."""
    _reconnect(OWNER_OPTIONS)
    pre_migrate.connect(_prepare)
    try:
        yield
    finally:
        pre_migrate.disconnect(_prepare)
        _reconnect(APP_OPTIONS)


def _reconnect(options: str) -> None:
    connection: Any = connections["default"]
    connection.close()
    connection.close_pool()
    connection.settings_dict["OPTIONS"]["options"] = options


def _prepare(using: str, **signal: object) -> None:
    connections[using].ensure_connection()
    prepare_database(connections[using].connection)


def whole_desk_database() -> str:
    return f"{connections['default'].settings_dict['NAME']}_whole"


def copy_for_whole_desk() -> None:
    """The migrated database once more, while nobody is connected to it: migrating another takes far longer."""
    parameters = connections["default"].get_connection_params()
    known = {key: parameters[key] for key in ("user", "password", "host", "port") if parameters.get(key)}
    copy, source = sql.Identifier(whole_desk_database()), sql.Identifier(parameters["dbname"])
    with psycopg.connect(**known, dbname="postgres", autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(copy))
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(copy, source))


class Owner:
    """Empties the tables after a test that commits, back to what the migrations left.

    The runtime role may not TRUNCATE, and append-only tables refuse it to everybody while their triggers stand.
    """

    def __init__(self) -> None:
        parameters = connections["default"].get_connection_params()
        known = {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if parameters.get(key)}
        self.connection = psycopg.connect(**known, options=f"{OWNER_OPTIONS} -c lock_timeout=10s", autocommit=True)
        self.guarded = self._names("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        self.seeded = [name for name in self._with_pages() if name != KEPT]
        for table in self.seeded:
            self._run("CREATE TEMPORARY TABLE {copy} AS TABLE {table}", table)

    def empty_tables(self) -> None:
        used = sorted({name for name in self._with_pages() if name != KEPT} - set(self.seeded))
        with self.connection.transaction():
            self._each("ALTER TABLE {table} DISABLE TRIGGER USER", self.guarded)
            self._truncate(self.seeded, "CONTINUE IDENTITY")  # later rows must not collide with the kept ones
            self._truncate(used, "RESTART IDENTITY")
            for table in self.seeded:
                self._restore(table)
            self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            self._each("ALTER TABLE {table} ENABLE TRIGGER USER", self.guarded)

    def _with_pages(self) -> list[str]:
        """Tables that were written to, rolled back or not; counting rows would miss those behind row-level security."""
        return self._names(
            "SELECT oid::regclass::text FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0"
        )

    def _names(self, query: str) -> list[str]:
        return [row[0] for row in self.connection.execute(query)]

    def _truncate(self, tables: list[str], identity: str) -> None:
        if tables:
            names = sql.SQL(", ").join(sql.SQL(table) for table in tables)
            self.connection.execute(sql.SQL("TRUNCATE {} {} CASCADE").format(names, sql.SQL(identity)))

    def _restore(self, table: str) -> None:
        columns = self._names(
            "SELECT quote_ident(attname) FROM pg_attribute"
            f" WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
        )
        listed = ", ".join(columns)
        self._run(f"INSERT INTO {{table}} ({listed}) SELECT {listed} FROM {{copy}}", table)

    def _each(self, statement: str, tables: list[str]) -> None:
        for table in tables:
            self._run(statement, table)

    def _run(self, statement: str, table: str) -> None:
        # Names come quoted from the catalogue's regclass.
        copy = sql.Identifier("kept " + table)
        self.connection.execute(sql.SQL(statement).format(table=sql.SQL(table), copy=copy))


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    from django.test.utils import setup_databases, teardown_databases

    verbosity = request.config.option.verbose
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        use_running_server()
        with connected_as_owner():
            made = setup_databases(verbosity, interactive=False, keepdb=django_db_keepdb and not django_db_createdb)
        if any("whole_desk" in getattr(item, "fixturenames", ()) for item in request.session.items):
            copy_for_whole_desk()
        owner = Owner()
        patch.setattr(DatabaseOperations, "execute_sql_flush", lambda *_: owner.empty_tables())
        patch.setattr("django.core.management.commands.flush.emit_post_migrate_signal", lambda *_, **__: None)
        yield
        owner.connection.close()
        if not django_db_keepdb:
            with connected_as_owner():
                teardown_databases(made, verbosity)
        _reconnect(APP_OPTIONS)
