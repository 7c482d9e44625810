"""What a provider tells us. Stored for good before it is answered; what it means is worked out afterwards."""

from hashlib import sha256
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from billing.access.policies import Policy, declares
from billing.actions.intake import count_rejection, store_event
from billing.gateways.stripe.bodies import LARGEST_BODY, read_body
from billing.gateways.stripe.events import read_envelope
from billing.gateways.stripe.fields import Unreadable
from billing.gateways.stripe.signatures import BadSignature, verify_signature

PROVIDER = "stripe"


@csrf_exempt  # proved by the signature over the body
@declares(Policy.SIGNED_WEBHOOK, methods=("POST",))
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """200 says that it is stored and will not get lost, and nothing else. A repeat is counted and answered alike."""
    raw = _body(request)
    if raw is None:
        return _refused(b"", "too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        header = request.headers.get("Stripe-Signature", "")
        verify_signature(raw, header, secrets=settings.STRIPE_WEBHOOK_SECRETS, at=timezone.now())
        if not _is_utf8(request):
            raise Unreadable("The charset is not UTF-8.")
        body = read_body(raw)
        envelope = read_envelope(body)
    except BadSignature as bad:
        return _refused(raw, bad.reason)
    except Unreadable:
        return _refused(raw, "unreadable")
    store_event(envelope, body, provider=PROVIDER)
    return HttpResponse(status=HTTPStatus.OK)


def _body(request: HttpRequest) -> bytes | None:
    """The bytes as they came, or None above the cap: said to be longer, or longer than it said."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    if said.isascii() and said.isdigit() and (len(said) > 9 or int(said) > LARGEST_BODY):
        return None
    raw = request.read(LARGEST_BODY + 1)
    return raw if len(raw) <= LARGEST_BODY else None


def _is_utf8(request: HttpRequest) -> bool:
    charset = (request.content_params or {}).get("charset", "utf-8")
    return charset.strip("\"' ").lower() in {"utf-8", "utf8"}


def _refused(raw: bytes, reason: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> HttpResponse:
    """The sender is told nothing that would help to guess; our operators see the counts."""
    count_rejection(provider=PROVIDER, reason=reason, body_sha256=sha256(raw).hexdigest(), at=timezone.now())
    return HttpResponse("Refused.\n", status=status, content_type="text/plain")
