"""Makes published sample events distinct: their ids are mostly zeros, so that all charges would be one charge.

What is rewritten, and nothing else:

- the event's own id, from its file's name;
- an id of zeros that stands on an object ("id"), from its kind and the second it was created in: two files that tell of
  the same object keep telling of the same one;
- an id of zeros that refers to another object: to that object of the same file; else, for a charge, intent, invoice
  or subscription, to the one in any file that fits (same amount and currency; made in the same seconds, or, for what
  is refunded or disputed, last before); else to an id that all files about the same story share.

Ids that are not zeros are left as they are. The same files always give the same ids.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

from billing.gateways.stripe.fields import Json

ZEROS: Final = re.compile(r"([A-Za-z][A-Za-z_]*?_)0{8,}[0-9]*")
FOUND_ELSEWHERE: Final = frozenset({"ch_", "pi_", "in_", "sub_", "su_"})
# How long before and after what refers to it an object may have been made, in seconds.
AFTERWARDS: Final = (120 * 24 * 3600, 0)  # money is given back or contested long after it was taken
TOGETHER: Final = (5, 5)  # a bill, its intent and its charge are made in one go


@dataclass(slots=True)
class Sample:
    name: str
    body: dict[str, Any]
    own: dict[str, str] = field(default_factory=dict)  # ids of zeros on this file's objects, and what they become
    story: str = ""


@dataclass(frozen=True, slots=True)
class Defined:
    """An object that some file shows whole."""

    prefix: str
    new_id: str
    created: int
    amount: object
    currency: object


def make_distinct(files: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Events by the names of their files, with their ids rewritten."""
    samples = [Sample(name, body) for name, body in sorted(files.items())]
    defined = [thing for sample in samples for thing in _definitions(sample)]
    _join_stories(samples, defined)
    return {sample.name: {**_rewritten(sample, defined), "id": _event_id(sample)} for sample in samples}


def _event_id(sample: Sample) -> str:
    told = str(sample.body.get("id", ""))
    return _id("evt_", sample.name) if ZEROS.fullmatch(told) else told


def _definitions(sample: Sample) -> Iterator[Defined]:
    for thing in _objects(sample.body.get("data", {})):
        found, created = ZEROS.fullmatch(str(thing.get("id", ""))), thing.get("created")
        if found and isinstance(created, int):
            new_id = _id(found[1], f"{found[1]}{created}")
            sample.own.setdefault(str(thing["id"]), new_id)
            yield Defined(found[1], new_id, created, _amount(thing), thing.get("currency"))


def _objects(node: object) -> Iterator[Json]:
    if isinstance(node, dict):
        yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _objects(child)


def _amount(thing: Json) -> object:
    return thing.get("total", thing.get("amount"))


def _join_stories(samples: list[Sample], defined: list[Defined]) -> None:
    """Files that tell of one object, or refer to it, are one story; it is named by the first of them."""
    story_of: dict[str, str] = {}
    renamed: dict[str, str] = {}
    for sample in samples:
        about = set(_references(sample, defined)) | set(sample.own.values())
        met = {_end(renamed, story_of[new_id]) for new_id in about if new_id in story_of}
        sample.story = min(met | {sample.name})
        renamed.update(dict.fromkeys(met - {sample.story}, sample.story))
        story_of.update(dict.fromkeys(about, sample.story))
    for sample in samples:
        sample.story = _end(renamed, sample.story)


def _end(renamed: Mapping[str, str], story: str) -> str:
    while story in renamed:
        story = renamed[story]
    return story


def _references(sample: Sample, defined: list[Defined]) -> Iterator[str]:
    for thing in _objects(sample.body.get("data", {})):
        for value in thing.values():
            found = ZEROS.fullmatch(value) if isinstance(value, str) else None
            if found and value not in sample.own and (elsewhere := _elsewhere(found[1], thing, defined)):
                yield elsewhere


def _elsewhere(prefix: str, thing: Json, defined: list[Defined]) -> str:
    """The nearest object of that kind that any file shows and that may be meant."""
    at = thing.get("created")
    if prefix not in FOUND_ELSEWHERE or not isinstance(at, int):
        return ""
    before, after = AFTERWARDS if thing.get("object") in {"refund", "dispute"} else TOGETHER
    fitting = [
        other
        for other in defined
        if other.prefix == prefix
        and at - before <= other.created <= at + after
        and (other.amount is None or (other.amount, other.currency) == (_amount(thing), thing.get("currency")))
    ]
    best = min(fitting, key=lambda other: (abs(at - other.created), other.new_id), default=None)
    return best.new_id if best else ""


def _rewritten(sample: Sample, defined: list[Defined]) -> dict[str, Any]:
    def rewrite(node: Any, around: Json) -> Any:
        if isinstance(node, dict):
            return {key: rewrite(value, node) for key, value in node.items()}
        if isinstance(node, list):
            return [rewrite(value, around) for value in node]
        found = ZEROS.fullmatch(node) if isinstance(node, str) else None
        if not found:
            return node
        shared = _id(found[1], f"{found[1]}{sample.story}")
        return sample.own.get(node) or _elsewhere(found[1], around, defined) or shared

    body: dict[str, Any] = rewrite(sample.body, sample.body)
    return body


def _id(prefix: str, seed: str) -> str:
    return prefix + blake2b(seed.encode(), digest_size=12).hexdigest()
