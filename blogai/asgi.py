"""The ASGI application, for HTTP and WebSockets."""

import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogai.settings")
http = get_asgi_application()  # sets Django up, which the imports below need

from django.conf import settings  # noqa: E402

from blogai import (  # noqa: E402
    async_middleware,
    urls,  # noqa: F401 # a mistake there, or a file that a page needs, stops the start and not a request
)
from blogai.body_limit import BodyLimit  # noqa: E402
from blogai.core import postgres_client  # noqa: E402
from blogai.liveness import Liveness  # noqa: E402
from blogai.rate_limits import WARNING  # noqa: E402
from blogai.request_log import SocketLog  # noqa: E402
from generation.live.handshake import HandshakeLimit  # noqa: E402
from generation.routing import websocket_urlpatterns  # noqa: E402


async def no_such_socket(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """Reject the handshake (403), where Channels' router would log a traceback."""
    await send({"type": "websocket.close"})


elsewhere = re_path("", no_such_socket)  # type: ignore[arg-type] # Channels routes to ASGI applications

async_middleware.install()
if not settings.RATE_LIMIT_ENABLED:
    logging.getLogger("blogai").warning(WARNING)

# No origin validator here: programs send no Origin. accounts.authentication checks it for sessions.
protocols = ProtocolTypeRouter(
    {
        "http": Liveness(BodyLimit(http)),
        "websocket": SocketLog(
            HandshakeLimit(AuthMiddlewareStack(URLRouter([*websocket_urlpatterns, elsewhere])))
        ),
    }
)


async def application(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """Requests give up while Postgres hangs; the worker, which `serve` runs in the same process, waits."""
    with postgres_client.giving_up():
        await protocols(scope, receive, send)
