"""The direction of imports, as `[tool.importlinter]` in pyproject.toml has it."""

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


def test_imports_point_down() -> None:
    linter = Path(sys.executable).parent / "lint-imports"

    checked = subprocess.run([linter], cwd=CHECKOUT, capture_output=True, text=True, check=False)  # noqa: S603

    assert checked.returncode == 0, checked.stdout.partition("Contracts: ")[2] or checked.stderr
