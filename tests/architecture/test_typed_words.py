"""What a person types passes the detector in the action too: forms are not the only callers of an action."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TYPED = frozenset({"note", "words", "text", "reason", "why"})
ASKS = frozenset({"note_of", "refuse_card_number", "refuse_card_numbers", "redact", "redact_joined"})
OURS = {
    ("deciding.py", "_ask_to_undo", "why"): "a limit's sentence, made by us",
    ("exact.py", "_find_in_words", "words"): "the name of a table",
    ("intake.py", "count_rejection", "reason"): "one of the few words for a bad signature",
    ("rows.py", "ask_for_diagnosis", "why"): "a word for the log, made by us",
    ("statements.py", "close_file", "reason"): "a sentence of the reader, made by us",
    ("opening.py", "sort", "text"): "read to choose a queue, not kept",
    ("words.py", "_first_answer", "text"): "struck out by its two callers, and only compared",
    ("twin.py", "_take_out", "reason"): "a sentence of ours",
}
Function = tuple[str, ast.FunctionDef]


def functions() -> Iterator[Function]:
    for folder in ("billing/actions", "disputes/actions", "supportdesk/*/actions"):
        for path in sorted(file for place in ROOT.glob(folder) for file in place.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    yield path.name, node


def typed_in(function: ast.FunctionDef) -> list[str]:
    told = [*function.args.args, *function.args.kwonlyargs]
    return [
        each.arg for each in told if each.arg in TYPED and each.annotation and ast.unparse(each.annotation) == "str"
    ]


FUNCTIONS = list(functions())
TAKERS = frozenset(function.name for _, function in FUNCTIONS if typed_in(function))
CASES = [(file, function, name) for file, function in FUNCTIONS for name in typed_in(function)]


def passed_to(function: ast.FunctionDef, name: str) -> set[str]:
    """The functions that are given it."""
    called = set()
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        if any(isinstance(each, ast.Name) and each.id == name for value in given for each in ast.walk(value)):
            called.add(ast.unparse(call.func).rpartition(".")[2])
    return called


@pytest.mark.parametrize(("file", "function", "name"), CASES, ids=lambda each: getattr(each, "name", str(each)))
def test_it_is_asked_or_handed_on_to_one_that_asks(file: str, function: ast.FunctionDef, name: str) -> None:
    safe = bool(passed_to(function, name) & (ASKS | TAKERS - {function.name}))

    assert safe is ((file, function.name, name) not in OURS)


def test_the_actions_are_found() -> None:
    assert {"approve_refund", "confirm_sent", "discard_held", "explain", "add_note", "open_ticket"} <= TAKERS
    assert {(file, function.name, name) for file, function, name in CASES} >= set(OURS)
