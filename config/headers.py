"""Headers that every answer bears, beside those that Django and django-csp set."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# What no page of the desk uses; passkeys are for our own pages. What is not named stays the browser's own choice.
PERMISSIONS = ", ".join(
    [
        *(
            f"{name}=()"
            for name in ("camera", "microphone", "geolocation", "display-capture", "payment", "usb", "midi")
        ),
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    ]
)
EVERYWHERE = {"Permissions-Policy": PERMISSIONS, "Cross-Origin-Resource-Policy": "same-origin"}
# For a line of text that Django had no part in.
BARE = EVERYWHERE | {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def bare() -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in BARE.items()]


def on_every_answer(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in EVERYWHERE.items():
            response.headers.setdefault(name, value)
        return response

    return middleware
