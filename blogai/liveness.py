"""/health/live at the ASGI level: the reply that Django gave is sent again, with the new request's id.

Probes ask every few seconds and read one word that never changes. It takes a bare server a tenth of what
Django needs for it. The headers are Django's, so that none can be missing here.
"""

from collections.abc import Mapping
from uuid import uuid4

from blogai.body_limit import Application, Message, Receive, Scope, Send
from blogai.middleware import VALID_ID

PATH = "/health/live"
METHODS = ("GET", "HEAD")
PROTOCOLS = (None, b"http", b"https")
"""What a proxy may say in X-Forwarded-Proto, on which the headers depend. Anything else goes to Django."""
REQUEST_ID = b"x-request-id"

type Kind = tuple[str, str, bytes | None]
"""Method, scheme and forwarded protocol: all that a reply depends on."""


class Liveness:
    """The application, whose successful replies to plain probes are kept, one for each kind of request."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._replies: dict[Kind, list[Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != PATH:
            await self._application(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        kind = _kind_of(scope, headers)
        if kind is None:
            await self._application(scope, receive, send)
        elif kind in self._replies:
            start, *rest = self._replies[kind]
            await send({**start, "headers": [*start["headers"], (REQUEST_ID, _id_of(headers))]})
            for message in rest:
                await send(message)
        else:
            await self._ask(kind, scope, receive, send)

    async def _ask(self, kind: Kind, scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = []

        async def send_and_keep(message: Message) -> None:
            messages.append(message)
            await send(message)

        await self._application(scope, receive, send_and_keep)
        start, *rest = messages
        if start["status"] == 200:
            kept = [header for header in start["headers"] if header[0].lower() != REQUEST_ID]
            self._replies[kind] = [{**start, "headers": kept}, *rest]


def _kind_of(scope: Scope, headers: Mapping[bytes, bytes]) -> Kind | None:
    """None for what is no plain probe: another method, a query, a body."""
    protocol = headers.get(b"x-forwarded-proto")
    if scope["method"] not in METHODS or scope["query_string"] or protocol not in PROTOCOLS:
        return None
    if b"content-length" in headers or b"transfer-encoding" in headers:
        return None
    return scope["method"], scope["scheme"], protocol


def _id_of(headers: Mapping[bytes, bytes]) -> bytes:
    sent = headers.get(REQUEST_ID, b"")
    return sent if VALID_ID.fullmatch(sent.decode("latin-1")) else uuid4().hex.encode()
