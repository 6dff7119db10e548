"""Sockets that read posts while they are written, and check that nothing of them is missing."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import websockets

from benchmarks.bench import body_of, ensure
from benchmarks.database import Person
from benchmarks.servers import LONGEST_REPLY, Server
from benchmarks.stamped import ages

BRIEF = {"topic": "How tides work", "sections": 1, "include_faq": False}
"""Two parts at once, then one: the least that is still a post."""
AT_ONCE = 4
"""Sockets that are opened, and posts that are started, at the same time: that is not what is measured."""


@dataclass(slots=True)
class Reader:
    """One open socket. `ages`: seconds since the oldest word of each frame left the provider."""

    person: Person
    conversation: str
    socket: websockets.ClientConnection
    ages: list[float] = field(default_factory=list)
    frames: int = 0
    texts: dict[str, str] = field(default_factory=dict)

    async def read_post(self) -> None:
        """Read until the run is completed."""
        self.texts.clear()
        async with asyncio.timeout(LONGEST_REPLY):
            while self.take(await self.socket.recv()) != "run.completed":
                pass

    def take(self, message: str | bytes) -> str:
        frame: dict[str, Any] = json.loads(message)
        kind: str = frame["type"]
        ensure(kind not in ("error", "run.failed", "reconnect"), f"a socket was told {message!r}")
        if kind == "run.snapshot":
            self.texts = {part["part"]: part["text"] for part in frame["parts"]}
        elif kind == "part.reset":
            self.texts[frame["part"]] = ""
        elif kind == "part.delta":
            before = self.texts.get(frame["part"], "")
            ensure(frame["offset"] == len(before), f"{frame['part']} has a hole at {len(before)}")
            self.texts[frame["part"]] = before + frame["text"]
            self.frames += 1
            self.ages += ages(frame["text"])[:1]
        return kind

    def check(self, post: dict[str, Any]) -> None:
        """What was read is what is stored, letter for letter."""
        ensure(len(self.texts) == 3, f"a reader saw {sorted(self.texts)}")
        for part, text in self.texts.items():
            whole = text and text in post["content_markdown"]
            ensure(whole, f"a reader has {text[-60:]!r} at the end of its {part}, and the post has not")


@asynccontextmanager
async def opened(server: Server, people: int, each: int = 1) -> AsyncIterator[list[Reader]]:
    """So many sockets for each of so many people, who all look at one conversation of theirs."""
    async with AsyncExitStack() as sockets:
        gate = asyncio.Semaphore(AT_ONCE)

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
                async with asyncio.timeout(LONGEST_REPLY):
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
    """Each conversation gets a post, and everybody reads theirs to the end; every word is checked."""
    async with httpx.AsyncClient(base_url=server.url, timeout=LONGEST_REPLY) as client:
        gate = asyncio.Semaphore(AT_ONCE)

        async def started(person: Person, conversation: str) -> str:
            brief = {**BRIEF, "conversation_id": conversation}
            headers = {"X-API-Key": person.key, "Prefer": "respond-async"}
            async with gate, asyncio.timeout(LONGEST_REPLY):
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
