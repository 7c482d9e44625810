from typing import Any

from tests.security.examples import Example
from tests.security.world import Caller, World

HIS_OWN = frozenset({Caller.CUSTOMER})


def _question(world: World) -> dict[str, Any]:
    return {"number": world.things["own ticket"].pk}


EXAMPLES = {
    "channels:contact": Example(),
    "channels:sent": Example(),
    "channels:suggestions": Example(data=lambda world: {"subject": "charged twice"}),
    "channels:contact_about": Example(lambda world: {"slug": "refund"}),
    "channels:questions": Example(),
    "channels:question": Example(_question, seen_by=HIS_OWN),
    "channels:write": Example(_question, seen_by=HIS_OWN, data=lambda world: {"text": "Thank you."}),
    "channels:solved": Example(_question, seen_by=HIS_OWN),
    "channels:still_wrong": Example(_question, seen_by=HIS_OWN),
}
