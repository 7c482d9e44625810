"""Who is behind a request and from where, in the words every audit row uses. Hashes stand for what identifies a
browser; they compare, and tell nothing by themselves."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from billing.access.addresses import client_address


@dataclass(frozen=True, slots=True)
class Origin:
    actor_id: int | None
    actor_name: str
    real_actor_id: int | None
    role: str
    session_hash: str
    ip: str | None
    user_agent_hash: str
    request_id: UUID | None


def origin_of(request: HttpRequest) -> Origin:
    user = request.user
    address = client_address(request)
    return Origin(
        actor_id=user.pk if user.is_authenticated else None,
        actor_name=user.get_username()[:254] if user.is_authenticated else "",
        real_actor_id=getattr(request, "real_user_id", None),
        role=_roles(user),
        session_hash=_digest("session", request.session.session_key or ""),
        ip=str(address) if address else None,
        user_agent_hash=_digest("user agent", request.headers.get("User-Agent", "")),
        request_id=request_id_of(request),
    )


def request_id_of(request: HttpRequest) -> UUID:
    """Ours, made once: a client's own id could be made to collide with another request's."""
    found: UUID | None = getattr(request, "request_id", None)
    if found is None:
        found = request.request_id = uuid4()  # type: ignore[attr-defined]  # requests carry what middleware puts on them
    return found


def as_context(request: HttpRequest) -> dict[str, Any]:
    """What change history keeps of a request. The path names the deed; no form content is kept."""
    origin = {key: str(value) for key, value in asdict(origin_of(request)).items() if value not in (None, "")}
    return {**origin, "method": request.method, "path": request.path[:300]}


def _roles(user: Any) -> str:
    if not user.is_authenticated:
        return ""
    return " ".join(sorted(user.roles))[:60] or "customer"


def _digest(kind: str, value: str) -> str:
    return salted_hmac(f"billing.audit {kind}", value, algorithm="sha256").hexdigest()[:32] if value else ""
