"""The table of columns as it stands in docs/importing.md."""

from collections.abc import Iterable, Iterator

from billing.bulk.columns import KINDS, Column, Form


def columns_page() -> str:
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    for kind in KINDS.values():
        yield f"### {kind.name}\n\n{kind.about}\n"
        yield from _table(kind.columns)
        if kind.part:
            yield f"\nEach has any number of **{kind.part}**: in JSON an array `{kind.part}` of objects with the names"
            yield f"below; in CSV columns with `{kind.prefix}` before the name, one row for each, and rows with the"
            yield "same `external_id` after each other.\n"
            yield from _table(kind.part_columns, prefix=kind.prefix)
        yield ""


def _table(columns: Iterable[Column], *, prefix: str = "") -> Iterator[str]:
    yield "| column | | what it is |"
    yield "| --- | --- | --- |"
    for column in columns:
        yield f"| `{prefix}{column.name}` | {_form(column)}{', needed' if column.needed else ''} | {column.meaning} |"


def _form(column: Column) -> str:
    if column.form is Form.CHOICE:
        return "one of " + ", ".join(f"`{choice}`" for choice in column.choices)
    if column.form is Form.NUMBER:
        return f"{column.lowest} to {column.highest}"
    if column.form in {Form.TEXT, Form.CODE} or (column.form is Form.ID and column.limit < 255):
        return f"{column.form.value}, at most {column.limit} characters"
    return column.form.value
