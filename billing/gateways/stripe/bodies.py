"""A signed body turned into JSON that the database can keep: strict, bounded, and without what must not be stored.

It runs before every answer, so it is one parse and one walk: a hook for every number made it three times as slow.
"""

import json
import re
from collections.abc import Iterable
from math import isfinite
from typing import Any, Final

from billing.gateways.stripe.fields import Unreadable
from billing.redaction import redact

LARGEST_BODY: Final = 1024 * 1024
DEEPEST: Final = 40  # the provider's deepest objects have 12 levels
LARGEST_NUMBER: Final = 10**18
REMOVED: Final = "[removed]"
# Never kept, whoever sent it. Card numbers are found by what they are, under whatever name.
SECRETS: Final = frozenset({"cvc", "cvv", "client_secret", "account_number", "routing_number", "iban"})
SMALLEST_CARD_NUMBER: Final = 10**11

_MANY_DIGITS = re.compile(r"[1-9](?:[^0-9A-Za-z]{0,3}[0-9]){12}")
_ID = re.compile(r"[a-z]{2,12}_[0-9A-Za-z_]+")  # the provider's own names have no card in them


def read_body(raw: bytes) -> dict[str, Any]:
    """Raises Unreadable, and nothing else, for whatever bytes."""
    try:
        text = raw.decode("utf-8")
        body = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except UnicodeDecodeError:
        raise Unreadable("The body is not UTF-8.") from None
    except Unreadable:
        raise
    except (ValueError, RecursionError):
        raise Unreadable("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise Unreadable("The body is not an object.")
    _walk(body, suspicious="\\u" in text)
    return body


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("A key stands twice in one object.")
    return found


def _refuse_constant(name: str) -> None:
    raise Unreadable(f"{name} is no JSON number.")


def _walk(body: dict[str, Any], *, suspicious: bool) -> None:
    """Check and redact the whole tree in place, level by level: how deep it goes is the sender's choice."""
    level: list[Any] = [body]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for node in level:
            if type(node) is list:
                _clean(node, enumerate(node), below, suspicious)
                continue
            if suspicious:
                for key in node:
                    _storable(key)
            _clean(node, node.items(), below, suspicious)
        if not below:
            return
        level = below
    raise Unreadable("The body is nested too deeply.")


def _clean(node: Any, entries: Iterable[tuple[Any, Any]], below: list[Any], suspicious: bool) -> None:
    """One object or list: what it nests goes to ``below``, what must not be stored goes away."""
    for key, value in entries:
        kind = type(value)
        if kind is str:
            if suspicious:
                _storable(value)
            if key in SECRETS:
                node[key] = REMOVED
            elif len(value) > 12 and _MANY_DIGITS.search(value) and not _ID.fullmatch(value):
                node[key] = redact(value).text
        elif kind is dict or kind is list:
            below.append(value)
        elif kind is int:
            if abs(value) >= LARGEST_NUMBER:
                raise Unreadable("A number is too long.")
            if key == "number" and value >= SMALLEST_CARD_NUMBER:
                node[key] = REMOVED
        elif kind is float and not isfinite(value):
            raise Unreadable("A number is too long.")


def _storable(text: str) -> None:
    """PostgreSQL keeps neither a zero character nor half of a surrogate pair. Both can only come as an escape."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Unreadable("The body has characters that are none.")
