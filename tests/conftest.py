from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings

from tests.database import django_db_setup
from tests.personas import (
    agent,
    agent_client,
    customer,
    customer_client,
    lead,
    lead_client,
    other_team,
    outsider,
    outsider_client,
    team,
)

__all__ = [
    "agent",
    "agent_client",
    "customer",
    "customer_client",
    "django_db_setup",
    "lead",
    "lead_client",
    "other_team",
    "outsider",
    "outsider_client",
    "team",
]


@pytest.fixture(scope="session", autouse=True)
def static_files_from_the_source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Pages name files as they are in static/: no test waits for, or depends on, what was collected last."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages = {**settings.STORAGES, "staticfiles": plain}
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path_factory.mktemp("static")):
        yield
