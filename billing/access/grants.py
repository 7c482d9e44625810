"""What the runtime role may do with each table, set after every ``migrate`` (see ``billing.apps``).

It covers the tables of all apps, third-party ones too, so that no migration has to remember. The owner runs it; when
``migrate`` is run as the runtime role by mistake the tables could not have been made either.
"""

from django.db import connections
from django.db.utils import ProgrammingError
from psycopg import sql

from billing.audit.append_only import FUNCTION

APPEND_ONLY_TABLES = """
SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE proname = %s
ORDER BY 1
"""


class RuntimeRoleMissing(Exception):
    def __init__(self, role: str) -> None:
        super().__init__(
            f"The database has no role {role}, and this connection may not make one. As a superuser run:"
            f" CREATE ROLE {role} NOLOGIN; GRANT {role} TO <the user of DATABASE_URL>;"
            " then run migrate again (docs/operations.md, Database roles)."
        )


def ensure_role(using: str, role: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() == (True,):
            return
        try:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
            cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))
        except ProgrammingError as error:
            raise RuntimeRoleMissing(role) from error


def grant(using: str, role: str) -> None:
    """Read and write everywhere; on append-only tables, read and add. Safe to repeat."""
    ensure_role(using, role)
    runtime = sql.Identifier(role)
    with connections[using].cursor() as cursor:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
            "ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
            "ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {}",
            "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}",
        ):
            cursor.execute(sql.SQL(statement).format(runtime))
        cursor.execute(APPEND_ONLY_TABLES, [FUNCTION])
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(sql.SQL(table), runtime))
