"""Counts the opening of sockets, before anything is asked of the database."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from accounts.ratelimit import count_handshake
from blogai.core.client_address import address_of_scope
from blogai.core.errors import RateLimited

TOO_MANY = 4429

type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[Any]]
type Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class HandshakeLimit:
    """Passes on the sockets of an address that has not opened too many."""

    def __init__(self, application: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await count_handshake(address_of_scope(scope))
        except RateLimited as error:
            await _refuse(error, receive, send)
        else:
            await self.application(scope, receive, send)


async def _refuse(error: RateLimited, receive: Receive, send: Send) -> None:
    """Accept, say why, and close: browsers tell nobody the status of a handshake that was rejected."""
    await receive()
    after = error.extra["retry_after"]
    frame = {"type": "error", "code": error.code, "detail": error.detail, "retry_after": after}
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": json.dumps(frame)})
    await send({"type": "websocket.close", "code": TOO_MANY})
