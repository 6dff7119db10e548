"""A client over real TCP that reads nothing for a while: it is closed with 1013, which it sees later."""

import asyncio
import json
import socket
from typing import Any

import pytest
import uvicorn
from asgiref.sync import async_to_sync
from pytest_django import Settings
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from blogai.asgi import application
from blogai.serving import web
from generation.live import consumer
from generation.pipeline.types import Brief
from generation.runs import frames
from generation.runs.channel_layer import publish
from generation.runs.start import RunOptions, start_run

LONG = "x" * 50_000
ENOUGH = 400
"""Together, frames of this size exceed all buffers in between."""


async def read_on(reader: ClientConnection) -> tuple[int, int | None]:
    """How many frames were still in transit, and the close code after them."""
    count = 0
    try:
        async for _ in reader:
            count += 1
    except ConnectionClosed as closed:
        return count, closed.rcvd.code if closed.rcvd else None
    return count, reader.close_code


@pytest.mark.django_db(transaction=True)
def test_a_stalled_reader_is_closed_with_1013(
    alice: User, key_for: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OPENAI_API_KEY = "nobody asks it"
    monkeypatch.setattr(consumer, "SEND_TIMEOUT", 0.5)
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides"), conversation="stalled"))
    key = key_for(alice)

    async def stall() -> tuple[int, int | None]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            config = uvicorn.Config(application, log_config=None, access_log=False, **web.OPTIONS)
            server = web.Server(config)
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            await server.ready.wait()
            url = f"ws://127.0.0.1:{listener.getsockname()[1]}/ws/conversation/stalled"
            async with connect(url, additional_headers={"X-API-Key": key}, max_queue=1, proxy=None) as reader:
                for kind in ("ready", "run.snapshot"):
                    assert json.loads(await reader.recv())["type"] == kind
                group = frames.group_of(alice.pk, "stalled")
                for _ in range(ENOUGH):
                    await publish(group, [frames.waiting(run.pk, "outline", seconds=1, reason=LONG)])
                    await asyncio.sleep(0.001)
                await asyncio.sleep(1)
                ending = await asyncio.wait_for(read_on(reader), 10)
            server.should_exit = True
            await serving
            return ending

    count, code = async_to_sync(stall)()
    assert code == 1013
    assert count < ENOUGH
