"""What a customer wrote while their session ended: kept for that customer alone, and shown again in the same form.

A form that is drawn for a signed-in customer carries a signed note of whom it was drawn for and on which page. When it
comes back from a browser that is signed in no longer, its words (without card numbers) wait in the browser's new,
anonymous session. They are shown only on that page, only to that customer, and for an hour. They are gone when they
are sent, when anybody else signs in, and with the session.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from billing.access.refusals import sign_in_first
from billing.redaction import redact
from supportdesk.people.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
SIGNED_AS: Final = "drawn_for"  # the form's field
UNSENT: Final = "unsent"  # the session's key
KEPT_FOR: Final = timedelta(hours=1)
DRAWN_AT_MOST: Final = timedelta(hours=24)  # a session lives 12; the page may stay open a while longer
LONGEST: Final = 20_000
KEPT_FIELDS: Final = ("text", "subject", "about", "key")
NOT_SENT: Final = "You were signed out before this was sent. It is not sent yet: read it, then press Send."
_SALT: Final = "supportdesk.channels.unsent"


class DrawnFor(forms.CharField):
    """The hidden note. It says nothing about who sends the form: that is the session's word."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=500, widget=forms.HiddenInput)


def drawn_for(user: User, *, page: str) -> str:
    return signing.dumps([user.pk, page], salt=_SALT)


def keeps_words(view: View[P]) -> View[P]:
    """Around a view that takes the form of a signed-in customer, and around what it declares."""

    @wraps(view)
    def keeping(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return keep_and_sign_in(request) or view(request, *args, **kwargs)

    return keeping


def keep_and_sign_in(request: HttpRequest) -> HttpResponseBase | None:
    """Keep what was written and ask to sign in; None where nobody wrote it who was signed in."""
    if request.method != "POST" or request.user.is_authenticated:
        return None
    try:
        writer, page = signing.loads(request.POST.get(SIGNED_AS, ""), salt=_SALT, max_age=DRAWN_AT_MOST)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    fields = {name: redact(request.POST.get(name, "")[:LONGEST]).text for name in KEPT_FIELDS}
    request.session[UNSENT] = {"writer": writer, "page": page, "at": timezone.now().timestamp(), "fields": fields}
    request.session.set_expiry(KEPT_FOR)  # where nobody signs in, it goes with the session
    messages.warning(request, "You were signed out meanwhile. What you wrote is kept: sign in, then send it.")
    return sign_in_first(request, back=page)


def unsent_on(request: HttpRequest, *, page: str) -> Mapping[str, str]:
    """What this customer wrote on this page and did not get sent, for the form to start with; mostly nothing."""
    kept = _kept_for(request, request.user.pk)
    if kept.get("page") != page:
        return {}
    return {name: value for name, value in kept["fields"].items() if value}


def forget_unsent(request: HttpRequest, *, page: str) -> None:
    """It is sent."""
    if request.session.get(UNSENT, {}).get("page") == page:
        del request.session[UNSENT]


def keep_for_its_writer_alone(request: HttpRequest, user: User) -> None:
    """Somebody has signed in: whoever else wrote here before leaves nothing behind."""
    if UNSENT not in request.session:
        return
    request.session.set_expiry(None)
    if not _kept_for(request, user.pk):
        del request.session[UNSENT]


def _kept_for(request: HttpRequest, user_pk: int | None) -> dict[str, Any]:
    kept: dict[str, Any] = request.session.get(UNSENT, {})
    old = timezone.now().timestamp() - kept.get("at", 0) >= KEPT_FOR.total_seconds()
    return {} if old or kept["writer"] != user_pk else kept
