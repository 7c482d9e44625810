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
