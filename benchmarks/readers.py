"""Sockets that read posts while they are being written, and check that nothing is missing."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import websockets

from benchmarks.bench import body_of, require
from benchmarks.database import Person
from benchmarks.servers import REPLY_TIMEOUT, Server
from benchmarks.stamped import ages
from generation.pipeline.types import MIN_WORDS

BRIEF = {"topic": "How tides work", "sections": 1, "words": MIN_WORDS, "include_faq": False}
"""The shortest post: two concurrent parts, then one."""
LEAST_WORDS = 45
"""Of each part: with less than a third of its planned words, a section counts as unusable."""
CONCURRENCY = 4
"""Sockets that are opened, and posts that are started, at the same time. This is not what is measured."""


@dataclass(slots=True)
class Reader:
    """An open socket. `ages` has, for each frame, the seconds since the provider sent its oldest word."""

    person: Person
    conversation: str
    socket: websockets.ClientConnection
    ages: list[float] = field(default_factory=list)
    frames: int = 0
    texts: dict[str, str] = field(default_factory=dict)

    async def read_post(self) -> None:
        """Read until the run is completed."""
        self.texts.clear()
        async with asyncio.timeout(REPLY_TIMEOUT):
            while self.take(await self.socket.recv()) != "run.completed":
                pass

    def take(self, message: str | bytes) -> str:
        frame: dict[str, Any] = json.loads(message)
        kind: str = frame["type"]
        require(kind not in ("error", "run.failed", "reconnect"), f"a socket received {message!r}")
        if kind == "run.snapshot":
            self.texts = {part["part"]: part["text"] for part in frame["parts"]}
        elif kind == "part.reset":
            self.texts[frame["part"]] = ""
        elif kind == "part.delta":
            before = self.texts.get(frame["part"], "")
            require(frame["offset"] == len(before), f"{frame['part']} has a hole at {len(before)}")
            self.texts[frame["part"]] = before + frame["text"]
            self.frames += 1
            self.ages += ages(frame["text"])[:1]
        return kind

    def check(self, post: dict[str, Any]) -> None:
        """Check that the text that was read is exactly the text that is stored."""
        require(len(self.texts) == 3, f"a reader saw {sorted(self.texts)}")
        for part, text in self.texts.items():
            whole = text and text in post["content_markdown"]
            require(whole, f"a reader has {text[-60:]!r} at the end of its {part}, and the post has not")


@asynccontextmanager
async def opened(server: Server, people: int, each: int = 1) -> AsyncIterator[list[Reader]]:
    """Open sockets: `each` for every one of `people`, all on one conversation of that person."""
    async with AsyncExitStack() as sockets:
        gate = asyncio.Semaphore(CONCURRENCY)

        async def reader(person: Person, conversation: str) -> Reader:
            async with gate:
                socket = await sockets.enter_async_context(
                    websockets.connect(
                        f"{server.sockets}/{conversation}",
                        additional_headers={"X-API-Key": person.key},
                        max_queue=None,
                        ping_interval=None,
                    )
                )
                await socket.send('{"type":"ping"}')
                async with asyncio.timeout(REPLY_TIMEOUT):
                    while json.loads(await socket.recv())["type"] != "pong":
                        pass
            return Reader(person, conversation, socket)

        yield await asyncio.gather(
            *(
                reader(person, conversation)
                for person, conversation in ((each, uuid.uuid4().hex) for each in server.people[:people])
                for _ in range(each)
            )
        )


async def write_and_read(server: Server, readers: list[Reader]) -> None:
    """Write a post in each conversation, read them all to the end, and check every word."""
    async with httpx.AsyncClient(base_url=server.url, timeout=REPLY_TIMEOUT) as client:
        gate = asyncio.Semaphore(CONCURRENCY)

        async def started(person: Person, conversation: str) -> str:
            brief = {**BRIEF, "conversation_id": conversation}
            headers = {"X-API-Key": person.key, "Prefer": "respond-async"}
            async with gate, asyncio.timeout(REPLY_TIMEOUT):
                while True:
                    reply = await client.post("/generate-blog", json=brief, headers=headers)
                    if reply.status_code != 503:
                        return str(body_of(reply, 202)["id"])
                    await asyncio.sleep(float(reply.headers["Retry-After"]))  # as any client should

        owners = {reader.conversation: reader.person for reader in readers}
        reading = [asyncio.create_task(reader.read_post()) for reader in readers]
        posts = await asyncio.gather(*(started(owner, name) for name, owner in owners.items()))
        await asyncio.gather(*reading)
        for (name, owner), post in zip(owners.items(), posts, strict=True):
            reply = await client.get(f"/api/v1/posts/{post}", headers={"X-API-Key": owner.key})
            stored = body_of(reply)
            for reader in readers:
                if reader.conversation == name:
                    reader.check(stored)
