"""docs/operations.md against the code it describes."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
SETTINGS = (CHECKOUT / "config" / "settings.py").read_text(encoding="utf-8")
READ = set(re.findall(r'env\.(?:text|flag|number|words)\(\s*"([A-Z_]+)"', SETTINGS))


def test_every_variable_that_settings_read_is_listed_and_no_other() -> None:
    table = PAGE.partition("\n## Environment\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]

    assert {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)} == READ


def test_the_production_example_names_variables_that_are_read() -> None:
    example = (CHECKOUT / "docs" / "production.env.example").read_text(encoding="utf-8")
    named = {line.partition("=")[0] for line in example.splitlines() if line and not line.startswith("#")}

    assert named - READ == set()


def test_the_requirements_name_no_index_and_hash_everything() -> None:
    for name in ("requirements.txt", "requirements-test.txt"):
        lines = (CHECKOUT / name).read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if re.search(r"index|trusted-host|find-links|://|^-e", line)] == []
        pinned = [number for number, line in enumerate(lines) if re.match(r"[a-z0-9]", line)]
        assert pinned
        assert [lines[number] for number in pinned if not lines[number].endswith("\\")] == []
        assert [lines[number] for number in pinned if "--hash=sha256:" not in lines[number + 1]] == []


def test_the_runtime_set_is_part_of_the_test_set() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (CHECKOUT / name).read_text(encoding="utf-8"), re.MULTILINE))

    assert pins("requirements.txt") - pins("requirements-test.txt") == set()
