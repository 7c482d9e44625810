from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def kept_bytes(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Where uploads wait, empty for each test."""
    settings.STATEMENT_STORAGE = tmp_path / "statements"
    settings.STATEMENT_STORAGE.mkdir()
    yield settings.STATEMENT_STORAGE
