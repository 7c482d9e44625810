"""Row-level security as migration operations: the second line, under every view, task and query.

    EnableScope("invoice")                                 a column customer_id says whose row it is
    EnableScope("invoiceline", via="invoice")              the row belongs to whom its invoice belongs to
    EnableScope("providerevent", owner=None)               staff and system only

Policies: system and agent scope see and write every row, customer scope sees its own and writes none, and without a
scope there is no row at all. FORCE binds the tables' owner too. The scope is read in a sub-select, which PostgreSQL
evaluates once per statement, not once per row; a policy that called a function per row would turn index scans into
something far slower. Note for loads: COPY INTO is refused on such a table; copy into a temporary table and
INSERT … SELECT inside ``seeing_as_system()``.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState
from django.db.models import ForeignKey, Model

SCOPE = "(SELECT current_setting('redress.scope', true))"
CUSTOMER = "(SELECT nullif(current_setting('redress.customer', true), '')::bigint)"
STAFF = f"{SCOPE} IN ('system', 'agent')"


class EnableScope(Operation):
    reversible = True
    category = OperationCategory.SQL

    def __init__(self, model_name: str, *, via: str = "", owner: str | None = "customer") -> None:
        self.model_name = model_name
        self.via = via
        self.owner = owner

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return type(self).__name__, [self.model_name], {"via": self.via, "owner": self.owner}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing that Django's models know of changes."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        table = schema_editor.quote_name(model._meta.db_table)
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"CREATE POLICY redress_staff ON {table} USING ({STAFF}) WITH CHECK ({STAFF})")
        if self.owner is not None:
            own = _belongs(model, self.via, self.owner)
            schema_editor.execute(
                f"CREATE POLICY redress_customer ON {table} FOR SELECT USING ({SCOPE} = 'customer' AND {own})"
            )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = schema_editor.quote_name(from_state.apps.get_model(app_label, self.model_name)._meta.db_table)
        schema_editor.execute(f"DROP POLICY IF EXISTS redress_customer ON {table}")
        schema_editor.execute(f"DROP POLICY redress_staff ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def describe(self) -> str:
        return f"Show rows of {self.model_name} only to whom they concern"

    @property
    def migration_name_fragment(self) -> str:
        return f"scope_{self.model_name.lower()}"


def _belongs(model: type[Model], via: str, owner: str) -> str:
    """The condition that a row is the customer's. A child asks its parent, whose own policy holds there as well."""
    if not via:
        return f'"{_key(model, owner).column}" = {CUSTOMER}'
    link = _key(model, via)
    parent = link.related_model
    # Names of our own tables and columns; nothing a user wrote comes near.
    return (
        f'EXISTS (SELECT 1 FROM "{parent._meta.db_table}" AS parent'  # noqa: S608
        f' WHERE parent."{parent._meta.pk.column}" = "{model._meta.db_table}"."{link.column}"'
        f' AND parent."{_key(parent, owner).column}" = {CUSTOMER})'
    )


def _key(model: type[Model], field: str) -> "ForeignKey[Model, Model]":
    found = model._meta.get_field(field)
    if not isinstance(found, ForeignKey):
        raise TypeError(f"{model._meta.label}.{field} is no foreign key.")
    return found
