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


# What was owed, paid and contested is changed with history, and never taken away (S-84). Not among them: lines of a
# draft invoice and attempts, which are written anew when the provider tells them anew; their history keeps the old.
NEVER_DELETED = (
    "billing_agreement",
    "billing_bankaccount",
    "billing_checkout",
    "billing_creditnote",
    "billing_discrepancy",
    "billing_expectedmoney",
    "billing_invoice",
    "billing_match",
    "billing_matchpart",
    "billing_payment",
    "billing_paymentmethod",
    "billing_payout",
    "billing_promise",
    "billing_providerevent",
    "billing_providerobject",
    "billing_refund",
    "billing_statement",
    "billing_statementfile",
    "billing_statementline",
    "disputes_dispute",
)
# Taken out and put in, never changed in place.
NEVER_CHANGED = ("billing_paymentattempt",)


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
    """Read and write everywhere, delete no money; on append-only tables, read and add. Safe to repeat."""
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
        for refused, tables in (("DELETE, TRUNCATE", NEVER_DELETED), ("UPDATE, TRUNCATE", NEVER_CHANGED)):
            for table in _existing(using, tables):
                cursor.execute(
                    sql.SQL("REVOKE {} ON {} FROM {}").format(sql.SQL(refused), sql.Identifier(table), runtime)
                )


def _existing(using: str, tables: tuple[str, ...]) -> list[str]:
    """Half way through the migrations not all of them are there."""
    there = set(connections[using].introspection.table_names())
    return [table for table in tables if table in there]
