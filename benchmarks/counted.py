"""The product, with counters of the SQL statements of each request and socket, in all threads.

`/statements` returns [{"what": "GET /posts", "statements": 3, …}, …]. As in Django's assertNumQueries, BEGIN
and COMMIT are not counted. Statements of the worker in the same process belong to no request.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any

from blogai.asgi import application as product  # sets Django up, which the imports below need

from django.db.backends.base.base import BaseDatabaseWrapper  # isort: skip
from django.db.backends.signals import connection_created  # isort: skip


@dataclass(slots=True)
class Count:
    what: str
    statements: int = 0
    of_keys: int = 0
    """Those that authenticate a key, or check that it is still valid."""
    frames: int = 0


_counts: list[Count] = []
_current: ContextVar[Count | None] = ContextVar("count", default=None)


async def application(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[Any]],
    send: Callable[[Mapping[str, Any]], Awaitable[None]],
) -> None:
    if scope["path"] == "/statements":
        body = json.dumps([asdict(count) for count in _counts]).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        return
    count = Count(f"{scope.get('method', 'WS')} {scope['path']}")
    _counts.append(count)
    _current.set(count)

    async def send_and_count(message: Mapping[str, Any]) -> None:
        count.frames += message["type"] == "websocket.send"
        await send(message)

    await product(scope, receive, send_and_count)


def _count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if count := _current.get():
        count.statements += 1
        count.of_keys += '"api_keys"' in sql or 'FROM "users"' in sql
    return execute(sql, params, many, context)


def _watch(connection: BaseDatabaseWrapper, **_: object) -> None:
    if _count not in connection.execute_wrappers:
        connection.execute_wrappers.append(_count)


connection_created.connect(_watch)
