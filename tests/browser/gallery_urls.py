"""The addresses of the style page, beside the product's own, and small answers for its behaviours to talk to."""

import queue
import threading
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import include, path

from billing.access.policies import Policy, declares
from tests.browser.gallery_pages import PAGES


class Desk:
    """What the browser did, and what the server shall say next."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.drafts: list[str] = []
        self.codes: list[str] = []
        self.polls: list[bool] = []
        self.passes: list[str] = []
        self.since: list[str] = []
        self.draft_status = 204
        self.page_asked: list[bool] = []
        self.page_status = 200
        self.streams: list[queue.Queue[str | None]] = []
        self.lock = threading.Lock()

    def say(self, line: str) -> None:
        for stream in self.streams:
            stream.put(line)

    def end(self) -> None:
        for stream in self.streams:
            stream.put(None)


desk = Desk()


@declares(Policy.PUBLIC, methods=["GET"])
def show(request: HttpRequest, name: str) -> HttpResponse:
    template, context = PAGES[name]
    desk.page_asked.append("X-Redress-Poll" in request.headers)
    return render(request, template, {**context, "theme": request.COOKIES.get("theme", "")}, status=desk.page_status)


@declares(Policy.PUBLIC, methods=["POST"])
def draft(request: HttpRequest) -> HttpResponse:
    if desk.draft_status == 204:
        desk.drafts.append(request.POST["text"])
    return HttpResponse(status=desk.draft_status)


@declares(Policy.PUBLIC, methods=["POST"])
def code(request: HttpRequest) -> HttpResponse:
    desk.codes.append(request.POST["code"])
    return HttpResponse("<p>opened</p>")


@declares(Policy.PUBLIC, methods=["POST"])
def answer(request: HttpRequest, status: int) -> HttpResponse:
    return HttpResponse(f'<p id="answer">answer {status}</p>', status=status)


@declares(Policy.PUBLIC, methods=["GET"])
def part(request: HttpRequest) -> HttpResponse:
    desk.polls.append("X-Redress-Poll" in request.headers)
    return HttpResponse(f"<p>part {len(desk.polls)}</p>")


@declares(Policy.PUBLIC, methods=["GET"])
def stream_pass(request: HttpRequest) -> HttpResponse:
    desk.passes.append(request.GET["topics"])
    return JsonResponse({"pass": "signed", "cursor": 7})


@declares(Policy.PUBLIC, methods=["GET"])
def stream(request: HttpRequest) -> StreamingHttpResponse:
    lines: queue.Queue[str | None] = queue.Queue()
    with desk.lock:
        desk.since.append(request.GET.get("since", ""))
        desk.streams.append(lines)

    def write() -> Iterator[bytes]:
        yield b"retry: 100\n\n"
        line: str | None = ""
        while line is not None:
            yield line.encode()
            try:
                line = lines.get(timeout=2)
            except queue.Empty:
                line = ": here\n\n"  # a browser that left is noticed by writing to it

    return StreamingHttpResponse(write(), content_type="text/event-stream")


urlpatterns: list[Any] = [
    path("gallery/draft/", draft),
    path("gallery/code/", code),
    path("gallery/answer/<int:status>/", answer),
    path("gallery/part/", part),
    path("gallery/pass/", stream_pass),
    path("gallery/stream/", stream),
    path("gallery/<slug:name>/", show),
    path("", include("config.urls")),
]
