"""The simulated provider's events, written down when it is clear what will happen, and sent when their moment comes."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from billing.models import SimulatedObject

EVENT: Final = "event"


def make_event(kind: str, body: Mapping[str, Any], *, at: datetime, attempt: int = 0) -> SimulatedObject:
    """An event to be sent when its moment has come. The same deed makes the same event; ``attempt`` tells two apart."""
    second = int(at.timestamp())
    event_id = made_id("evt_sim_", f"{kind} {body['id']} {body.get('status')} {second} {attempt}")
    event = {
        "id": event_id,
        "object": "event",
        "api_version": "2026-10-28",
        "type": kind,
        "created": second,
        "livemode": False,
        "data": {"object": dict(body)},
    }
    made, _ = SimulatedObject.objects.get_or_create(
        external_id=event_id,
        defaults={"kind": EVENT, "body": event, "created_at": at, "send_at": at},
    )
    return made


def made_id(prefix: str, seed: str) -> str:
    return prefix + blake2b(seed.encode(), digest_size=12).hexdigest()
