"""A status column is assigned in one module of each app that holds money, so that no step can be taken elsewhere."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
# Made-up histories of the diagnosis's judge: objects of its own, which become rows by the same doors as anybody's.
MADE_UP = CHECKOUT / "billing/judging"
ASSIGNS = {"billing": "billing/actions/statuses.py", "disputes": "disputes/actions/provider.py"}


def assignments(source: str) -> Iterator[int]:
    """Lines that write a status: ``row.status = …``, ``setattr(row, "status", …)``, ``update(status=…)``."""
    for node in ast.walk(ast.parse(source)):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        parts = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
        if any(isinstance(part, ast.Attribute) and part.attr == "status" for part in parts):
            yield node.lineno  # type: ignore[attr-defined]  # an assignment has one
        if isinstance(node, ast.Call) and _writes(node):
            yield node.lineno


def _writes(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name == "setattr":
        return any(isinstance(word, ast.Constant) and word.value == "status" for word in call.args)
    return name == "update" and any(word.arg == "status" for word in call.keywords)


@pytest.mark.parametrize("app", ASSIGNS)
def test_one_module_assigns_statuses(app: str) -> None:
    modules = [path for path in (CHECKOUT / app).rglob("*.py") if "migrations" not in path.parts]
    modules = [path for path in modules if MADE_UP not in path.parents]
    found = {str(path.relative_to(CHECKOUT)) for path in modules if list(assignments(path.read_text()))}

    assert found == {ASSIGNS[app]}


def test_the_made_up_histories_hold_no_rows() -> None:
    sources = {path.name: path.read_text() for path in MADE_UP.glob("*.py")}

    assert {name for name, source in sources.items() if "billing.models" in source} == set()
    assert len(sources) > 5


@pytest.mark.parametrize(
    "source",
    [
        "row.status = 1",
        "a, row.status = 1, 2",
        "row.status += 'x'",
        "setattr(row, 'status', 1)",
        "rows.update(status=1)",
    ],
)
def test_each_way_to_assign_is_seen(source: str) -> None:
    assert list(assignments(source)) == [1]
    assert list(assignments(source.replace("status", "state"))) == []
