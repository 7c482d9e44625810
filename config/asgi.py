"""The one ASGI entry: pages and webhooks go to Django, the stream and the health checks to raw applications."""

import os
import warnings

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# WhiteNoise hands files over piece by piece, which is right for files; a line for each would fill the log.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
django_application = get_asgi_application()

from billing.gateways.stripe.bodies import LARGEST_BODY  # noqa: E402  # needs Django set up
from config.body_cap import BodyCap  # noqa: E402
from config.health import Health  # noqa: E402  # needs Django set up
from supportdesk.stream.application import Receive, Scope, Send, make_application  # noqa: E402  # needs Django set up

stream_application = make_application()
health = Health()
# One byte more than the view takes, so that the view refuses and counts what says its length truly.
hooks = BodyCap(django_application, largest=LARGEST_BODY + 1, seconds=10)  # type: ignore[arg-type]  # see below


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
        await django_application(scope, receive, send)  # type: ignore[arg-type]  # asgiref's scope is a typed dict


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            await stream_application.hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "lifespan.startup.complete"})
