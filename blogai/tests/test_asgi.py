"""The ASGI application, as a server calls it."""

from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.test import AsyncClient

from blogai.asgi import application


@pytest.mark.django_db  # Channels closes the connection that an earlier test may have left in its thread
@pytest.mark.parametrize("path", ["/ws/nothing", "/", "/ws/conversation/"])
async def test_a_socket_that_is_not_there_is_refused(path: str) -> None:
    scope = {"type": "websocket", "path": path, "headers": [], "query_string": b"", "subprotocols": []}
    socket: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
    await socket.send_input({"type": "websocket.connect"})
    assert await socket.receive_output() == {"type": "websocket.close"}


async def test_a_static_file_is_served_whole_and_may_be_cached() -> None:
    response: Any = await AsyncClient().get("/static/css/site.css")
    assert (response.status_code, response.headers["Content-Type"]) == (200, 'text/css; charset="utf-8"')
    assert not response.streaming
    assert len(response.content) == int(response.headers["Content-Length"])
    since = {"If-Modified-Since": response.headers["Last-Modified"]}
    unchanged: Any = await AsyncClient().get("/static/css/site.css", headers=since)
    assert (unchanged.status_code, unchanged.content) == (304, b"")


@pytest.mark.parametrize("path", ["nothing.css", "../settings.py", "%2e%2e/manage.py", ""])
async def test_only_static_files_are_served(path: str) -> None:
    response: Any = await AsyncClient().get(f"/static/{path}")
    assert response.status_code == 404
