"""The one ASGI entry: pages and webhooks go to Django, the stream and the health checks to raw applications."""

import gc
import os
import warnings

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# WhiteNoise hands files over piece by piece, which is right for files; a line for each would fill the log.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
django_application = get_asgi_application()

from django.conf import settings  # noqa: E402

from billing.gateways.stripe.bodies import LARGEST_BODY  # noqa: E402  # needs Django set up
from billing.statements.read import LARGEST  # noqa: E402
from config.body_cap import BodyCap, UploadCap  # noqa: E402
from config.health import Health  # noqa: E402  # needs Django set up
from supportdesk.stream.application import Receive, Scope, Send, make_application  # noqa: E402  # needs Django set up

stream_application = make_application()
health = Health()
# One byte more than the view takes, so that the view refuses and counts what says its length truly.
hooks = BodyCap(django_application, largest=LARGEST_BODY + 1, seconds=10)  # type: ignore[arg-type]  # see below
# What surrounds a file in a form is a few lines; other pages take what people attach to a message.
pages = UploadCap(
    django_application,  # type: ignore[arg-type]  # asgiref's scope is a typed dict
    usual=32 * 1024 * 1024,
    large={"/finance/statements/upload/": LARGEST + 64 * 1024},
    cookie=settings.SESSION_COOKIE_NAME,
    words="The file is larger than this page takes; for a bank statement that is 200 MB. Nothing was kept.",
)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/stream/":
        await stream_application(scope, receive, send)
    elif scope["type"] == "http" and scope["path"] in {"/healthz", "/readyz"}:
        await health(scope, receive, send)
    elif scope["type"] == "http" and scope["path"].startswith("/hooks/"):
        await hooks(scope, receive, send)
    elif scope["type"] == "http":
        await pages(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            await stream_application.hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
        _spare_what_stays()
        await send({"type": "lifespan.startup.complete"})


def _spare_what_stays() -> None:
    """What is loaded when the server starts lives as long as it, and need not be looked through for garbage again and
    again; what a page leaves behind is still looked for, less often. Of the queue page it was a fifteenth, in one
    process without a server."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
