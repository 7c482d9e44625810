"""How PostgreSQL may join, for a statement or a run: of rows behind a policy it guesses too few."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

_NAMES: Final = ("enable_hashjoin", "enable_mergejoin", "enable_nestloop")
_HASHES: Final = ("on", "off", "off")
_ANY: Final = ("on", "on", "on")
_LOOKUPS: Final = ("off", "off", "on")


def only_hash_joins() -> None:
    """The tables grow while a run goes on: a plan made of what they were before would read them for every row."""
    _set(_HASHES)


def any_join() -> None:
    _set(_ANY)


@contextmanager
def looking_up() -> Iterator[None]:
    """A few rows of a million, each by its key. For joins by an index alone."""
    before = _set(_LOOKUPS)
    yield
    _set(before)  # after an error the transaction takes it back itself


def _set(values: tuple[str, ...]) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s), current_setting(%s), current_setting(%s)", _NAMES)
        before: tuple[str, ...] = cursor.fetchone()
        for name, value in zip(_NAMES, values, strict=True):
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
    return before
