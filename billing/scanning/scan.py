"""Reads everything once, row by row as the database streams it, and says where a card number stands, never which.

A text with fewer than thirteen digits is left in the database; what is taken out is asked of the same detector that
stands at every entrance. JSON is asked value by value, since neighbouring numbers in it belong to different things.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Any, Final

from django.contrib.sessions.models import Session
from django.db import connection
from psycopg import sql

from billing.access.scopes import seeing_as_system
from billing.redaction import contains_card, redact
from billing.redaction.cards import SHORTEST
from billing.scanning.columns import Table, text_columns

BATCH: Final = 500
_SESSIONS: Final = "django_session"


@dataclass(frozen=True, slots=True)
class Found:
    place: str  # a table's column, or a file
    row_key: str


def scan(*, files: Sequence[str] = ()) -> Iterator[Found]:
    """Of each table in a transaction of its own, so that no snapshot is held for the whole scan."""
    for table in text_columns():
        with seeing_as_system():
            yield from _in_table(table)
    yield from _in_sessions()
    for pattern in files:
        for path in sorted(glob(pattern)):
            yield from _in_file(Path(path))


def _in_table(table: Table) -> Iterator[Found]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # reads everything; nobody waits for it
    with connection.chunked_cursor() as cursor:
        cursor.execute(_query(table))
        while rows := cursor.fetchmany(BATCH):
            for key, *texts in rows:
                for (column, is_json), text in zip(table.columns, texts, strict=True):
                    if text and any(_holds_card(part) for part in (_leaves(text) if is_json else [text])):
                        yield Found(f"{table.name}.{column}", redact(key).text)


def _query(table: Table) -> sql.Composed:
    key = sql.SQL(" || ',' || ").join(sql.SQL("{}::text").format(sql.Identifier(each)) for each in table.key)
    columns = [
        (sql.SQL("to_json({})::text") if is_json else sql.SQL("{}::text")).format(sql.Identifier(name))
        for name, is_json in table.columns
    ]
    return sql.SQL("SELECT {}, {} FROM {} WHERE {}").format(
        key,
        sql.SQL(", ").join(columns),
        sql.Identifier(table.name),
        sql.SQL(" OR ").join(sql.SQL(_MAY_HOLD).format(column, SHORTEST) for column in columns),
    )


# Digits of other scripts are not counted here; a text with any letter beyond ASCII is looked at in full.
_MAY_HOLD: Final = (
    "length({0}) - length(translate({0}, '0123456789', '')) >= {1} OR octet_length({0}) >= {1} + length({0})"
)


def _holds_card(text: str) -> bool:
    return sum(character.isdigit() for character in text) >= SHORTEST and contains_card(text)


def _leaves(text: str) -> Iterable[str]:
    """The keys and values of a JSON text, however deep."""
    waiting: list[Any] = [json.loads(text, parse_float=str, parse_int=str)]
    while waiting:
        match waiting.pop():
            case dict() as inner:
                yield from inner
                waiting += inner.values()
            case list() as inner:
                waiting += inner
            case str() as leaf:
                yield leaf


def _in_sessions() -> Iterator[Found]:
    """What they hold is packed, so that the column itself says nothing."""
    for session in Session.objects.iterator(chunk_size=BATCH):
        if any(_holds_card(leaf) for leaf in _leaves(json.dumps(session.get_decoded()))):
            yield Found(f"{_SESSIONS}.session_data", f"until {session.expire_date:%Y-%m-%d %H:%M:%S}")


def _in_file(path: Path) -> Iterator[Found]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if _holds_card(line):
                yield Found(str(path)[-200:], f"line {number}")
