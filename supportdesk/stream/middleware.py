"""From which event on a page's stream has to tell: noted before the page asks the database anything."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from supportdesk.stream.hub import Hub


class StreamPosition:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.stream_since = Hub.newest  # type: ignore[attr-defined]  # read by the template that opens the stream
        return self.get_response(request)
