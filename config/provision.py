"""Roles, database, extensions and the broker's queues: everything before the first migration. Safe to repeat."""

from pathlib import Path

import psycopg
from pgmq.install import get_embedded_install_sql
from psycopg import sql

from config.cluster import Running

SQL = Path(__file__).resolve().parent / "sql"


def provision(server: Running) -> None:
    with psycopg.connect(server.dsn(user="postgres", database="postgres"), autocommit=True) as superuser:
        superuser.execute(statements("roles.sql"))
        if not superuser.execute("SELECT 1 FROM pg_database WHERE datname = 'redress'").fetchone():
            superuser.execute("CREATE DATABASE redress OWNER redress_owner")
    with psycopg.connect(server.dsn(user="redress_owner"), autocommit=True) as owner:
        prepare_database(owner)
    with psycopg.connect(server.dsn(user="postgres"), autocommit=True) as superuser:
        superuser.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        install_broker(superuser)


def prepare_database(owner: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Extensions and default rights in the connected database; tests call it for theirs."""
    owner.execute(statements("database.sql"))


def install_broker(superuser: "psycopg.Connection[tuple[object, ...]]") -> None:
    """The message queue's functions from the ``pgmq`` wheel, owned by the broker's role, and our queue.

    The script makes its own schema, so the role may create one while it runs and not after. All in one
    transaction: a start that is killed here leaves nothing half made.
    """
    with superuser.transaction():
        superuser.execute("SELECT pg_advisory_xact_lock(hashtext('redress broker'))")  # two starts at once
        if superuser.execute("SELECT to_regclass('pgmq.meta') IS NOT NULL").fetchone() == (True,):
            return
        superuser.execute("GRANT CREATE ON DATABASE redress TO redress_broker")
        superuser.execute("SET LOCAL ROLE redress_broker")
        superuser.execute(sql.SQL(get_embedded_install_sql()))
        superuser.execute("SELECT pgmq.create('celery')")
        superuser.execute("RESET ROLE")
        superuser.execute("REVOKE CREATE ON DATABASE redress FROM redress_broker")


def statements(name: str) -> sql.SQL:
    return sql.SQL((SQL / name).read_text(encoding="utf-8"))
