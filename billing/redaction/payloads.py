"""Card numbers inside the values that travel: task arguments, log fields, JSON."""

from collections.abc import Mapping
from typing import TypeVar

from billing.redaction.engine import contains_card, redact, redact_bytes

_DEEPEST = 20
Value = TypeVar("Value")


class CardNumberInTask(ValueError):
    """Raised before a card number is written to the outbox or the broker."""

    def __init__(self, task: str) -> None:
        super().__init__(f"The arguments of {task} hold a card number. Tasks are given ids, never text.")


def redact_payload(value: Value, *, _depth: int = 0) -> Value:
    """The same value with every string, number and byte string in it redacted; other objects pass as they are."""
    return _redacted(value, _depth)  # type: ignore[return-value]  # each branch keeps the kind of value it was given


def _redacted(value: object, depth: int) -> object:
    if depth > _DEEPEST:
        return "***"
    match value:
        case str():
            return redact(value).text
        case bytes():
            return redact_bytes(value)
        case bool():
            return value
        case int():
            return redact(str(value)).text if contains_card(str(value)) else value
        case Mapping():
            return {_redacted(key, depth + 1): _redacted(inner, depth + 1) for key, inner in value.items()}
        case tuple() | list() | set() | frozenset():
            return _same_kind(value, [_redacted(inner, depth + 1) for inner in value])
        case _:
            return value


def _same_kind(
    value: tuple[object, ...] | list[object] | set[object] | frozenset[object], inner: list[object]
) -> object:
    return tuple(inner) if isinstance(value, tuple) else type(value)(inner)


def refuse_cards_in(payload: object, *, task: str) -> None:
    """Asked where a task's arguments are first written. (Celery swallows what a publish signal raises.)"""
    if redact_payload(payload) != payload:
        raise CardNumberInTask(task)
