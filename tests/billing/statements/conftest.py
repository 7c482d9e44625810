from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def kept_bytes(settings: Settings, tmp_path: Path) -> Path:
    """Where uploads wait, empty for each test."""
    settings.STATEMENT_STORAGE = tmp_path / "statements"
    settings.STATEMENT_STORAGE.mkdir()
    storage: Path = settings.STATEMENT_STORAGE
    return storage
