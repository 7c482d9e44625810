"""Reads one field of a provider's object. What is missing reads as nothing; what is of another kind is refused."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from billing.currencies import EXPONENTS
from billing.providers import COUNTED_IN_HUNDREDTHS, COUNTED_IN_WHOLES

# The provider's JSON, known to be JSON and nothing else. Only this package handles it.
Json = Mapping[str, Any]

LARGEST_AMOUNT: Final = 10**15
LAST_MOMENT: Final = 7_258_118_400  # the year 2200


class Unreadable(ValueError):
    """The object is not of a shape we know: the sentence says which field."""


def text(source: Json, name: str, limit: int = 255) -> str:
    value = source.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(f"{name} is not text.")
    return value.strip()[:limit]


def amount(source: Json, name: str, default: int = 0) -> int:
    value = source.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unreadable(f"{name} is not a whole number of minor units.")
    if abs(value) > LARGEST_AMOUNT:
        raise Unreadable(f"{name} is too large to be money.")
    return value


def currency(source: Json) -> str:
    value = text(source, "currency").upper()
    if len(value) != 3 or not value.isascii() or not value.isalpha():
        raise Unreadable("currency is not three letters.")
    if value not in EXPONENTS:
        raise Unreadable(f"currency is {value}, which we do not keep books in.")
    if value in COUNTED_IN_HUNDREDTHS:
        raise Unreadable(f"currency is {value}, of which the provider counts hundredths that do not exist.")
    if value in COUNTED_IN_WHOLES:
        raise Unreadable(f"currency is {value}, of which the provider counts whole ones and we keep hundredths.")
    return value


def moment(source: Json, name: str) -> int | None:
    value = source.get(name)
    if value is None or value == 0:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < LAST_MOMENT:
        raise Unreadable(f"{name} is not a moment.")
    return value


def needed_moment(source: Json, name: str) -> int:
    value = moment(source, name)
    if value is None:
        raise Unreadable(f"{name} is missing.")
    return value


def flag(source: Json, name: str) -> bool:
    return source.get(name) is True


def small(source: Json, name: str, highest: int) -> int | None:
    value = source.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= highest:
        return value
    return None


def part(source: Json, name: str) -> Json:
    """A nested object, or an empty one."""
    value = source.get(name)
    return value if isinstance(value, Mapping) else {}


def items(source: Json, name: str) -> Iterator[Json]:
    """The objects of a list, which is either a list or an object with ``data``."""
    value = source.get(name)
    if isinstance(value, Mapping):
        value = value.get("data")
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, Mapping))


def reference(source: Json, name: str) -> str:
    """The id of another object: given as an id, or as the object itself where it was expanded."""
    value = source.get(name)
    if isinstance(value, Mapping):
        value = value.get("id")
    return value[:255] if isinstance(value, str) else ""


def needed_id(source: Json) -> str:
    value = text(source, "id")
    if not value:
        raise Unreadable("id is missing.")
    return value


def choice(value: str, known: Mapping[str, str], name: str) -> str:
    try:
        return known[value]
    except KeyError:
        raise Unreadable(f"{name} is {value[:40]!r}, which we do not know.") from None
