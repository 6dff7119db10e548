"""Sockets at shutdown: clients are asked to reconnect, and the application sees a disconnect."""

import asyncio
import json
from typing import Any

from blogai.serving.graceful_shutdown import RECONNECT_MS, GracefulShutdown

SOCKET = {"type": "websocket", "path": "/ws/conversation/tides"}


class Client:
    """The client's end of a socket, as the server presents it."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    def types(self) -> list[str]:
        return [message["type"].removeprefix("websocket.") for message in self.sent]


class Echo:
    """An application that accepts, answers, and tries to send something after the end."""

    def __init__(self) -> None:
        self.closed_with = 0
        self.may_accept = asyncio.Event()
        self.may_accept.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.may_accept.wait()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] != "websocket.disconnect":
            await send({"type": "websocket.send", "text": message["text"]})
        self.closed_with = message["code"]
        await send({"type": "websocket.send", "text": "too late"})


async def opened(shutdown: GracefulShutdown, client: Client) -> asyncio.Task[None]:
    task = asyncio.create_task(shutdown(dict(SOCKET), client.incoming.get, client.send))
    await asyncio.sleep(0.01)
    return task


async def test_a_socket_is_told_to_come_back_and_closed() -> None:
    application, client = Echo(), Client()
    shutdown = GracefulShutdown(application)
    task = await opened(shutdown, client)
    client.incoming.put_nowait({"type": "websocket.receive", "text": "hello"})
    await asyncio.sleep(0.01)
    await shutdown.close_sockets()
    await asyncio.wait_for(task, 1)
    assert client.types() == ["accept", "send", "send", "close"]
    frame = json.loads(client.sent[2]["text"])
    assert frame["type"] == "reconnect"
    assert RECONNECT_MS[0] <= frame["after_ms"] <= RECONNECT_MS[1]
    assert client.sent[3]["code"] == application.closed_with == 1012


async def test_one_that_comes_too_late_is_told_as_well() -> None:
    application, client = Echo(), Client()
    application.may_accept.clear()
    shutdown = GracefulShutdown(application)
    task = await opened(shutdown, client)
    await shutdown.close_sockets()
    assert client.sent == []
    application.may_accept.set()
    await asyncio.wait_for(task, 1)
    assert client.types() == ["accept", "send", "close"]

    after = Client()
    await asyncio.wait_for(await opened(shutdown, after), 1)
    assert after.types() == ["accept", "send", "close"]


async def test_one_that_has_gone_is_left_alone() -> None:
    application, client = Echo(), Client()
    shutdown = GracefulShutdown(application)
    task = await opened(shutdown, client)
    client.incoming.put_nowait({"type": "websocket.disconnect", "code": 1001})
    await asyncio.sleep(0.01)
    assert task.done()
    assert application.closed_with == 1001
    sent = len(client.sent)
    await shutdown.close_sockets()
    assert len(client.sent) == sent


async def test_a_stalled_reader_holds_nobody_up(monkeypatch: Any) -> None:
    class Stalled(Client):
        async def send(self, message: Any) -> None:
            if message["type"] != "websocket.accept":
                await asyncio.Event().wait()
            await super().send(message)

    monkeypatch.setattr("blogai.serving.graceful_shutdown.GOODBYE_TIMEOUT", 0.05)
    shutdown, stalled, client = GracefulShutdown(Echo()), Stalled(), Client()
    tasks = [await opened(shutdown, stalled), await opened(shutdown, client)]
    await asyncio.wait_for(shutdown.close_sockets(), 1)
    assert client.types() == ["accept", "send", "close"]
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
