"""For each URL name, what to call it with. A URL without a row here fails the access matrix.

Each app adds its rows in tests/<app>/url_examples.py, which is imported below and offers

    def prepare(world: World) -> None: ...      # makes the objects, keeps them in world.things
    EXAMPLES: dict[str, Example] = {"tickets:ticket": Example(lambda world: {"number": world.things["ticket"].pk})}

``seen_by`` names the callers for whom the example object exists. Whoever the policy admits and is not among them is
answered with 404; leave it out where the URL names no object.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from tests.security.world import Caller, World

Arguments = Callable[[World], dict[str, Any]]


def _nothing(world: World) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Example:
    kwargs: Arguments = _nothing
    seen_by: frozenset[Caller] | None = None
    data: Arguments = field(default=_nothing)  # the body of the POST; what it does not fit may be answered 4xx
    query: str = ""
    also: frozenset[int] = frozenset()  # statuses by which the view itself may refuse, for a reason of its own


APPS = ("people", "tickets", "channels", "helpsite", "billing", "disputes", "stream", "demo")


def _modules() -> list[Any]:
    names = (f"tests.{app}.url_examples" for app in APPS if find_spec(f"tests.{app}") is not None)
    return [import_module(name) for name in names if find_spec(name) is not None]


def prepare(world: World) -> None:
    for module in _modules():
        if hasattr(module, "prepare"):
            module.prepare(world)


def all_examples() -> Mapping[str, Example]:
    found: dict[str, Example] = {}
    for module in _modules():
        twice = found.keys() & module.EXAMPLES.keys()
        assert not twice, f"two examples for {twice}"
        found.update(module.EXAMPLES)
    return found
