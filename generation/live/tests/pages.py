"""A client of the socket and the event stream, as the protocol describes it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, Self

from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import AsyncClient
from django.utils.module_loading import import_string

from generation.runs.frames import ENDINGS, Frame


class Page:
    """What a client that only follows the frames has of a run."""

    def __init__(self) -> None:
        self.title = ""
        self.headings: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.attempts: dict[str, int] = {}
        self.seqs: list[int] = []
        self.ending = ""

    def take(self, frame: Frame) -> None:
        """Apply a frame. Raises AssertionError for a frame that a client could not apply."""
        match frame["type"]:
            case "run.snapshot":
                self._snapshot(frame)
            case "outline.ready":
                self.title = frame["outline"]["title"]
                self.headings = {part["part"]: part["heading"] for part in frame["parts"]}
            case "part.reset":
                assert frame["attempt"] > self.attempts.get(frame["part"], 0)
                self.texts[frame["part"]] = ""
                self.attempts[frame["part"]] = frame["attempt"]
            case "part.delta":
                assert frame["offset"] == len(self.texts.get(frame["part"], ""))
                self.attempts[frame["part"]] = self.attempts.get(frame["part"], 0) or 1
                assert frame["attempt"] == self.attempts[frame["part"]]
                self.texts[frame["part"]] = self.texts.get(frame["part"], "") + frame["text"]
            case "part.done" if frame["attempt"] == self.attempts.get(frame["part"]):
                assert len(self.texts[frame["part"]]) == frame["length"]
        if "seq" in frame and frame["type"] != "run.snapshot":
            self.seqs.append(frame["seq"])
        if frame["type"] in ENDINGS:
            self.ending = frame["type"]

    def _snapshot(self, frame: Frame) -> None:
        self.seqs = list(range(1, frame["seq"] + 1))
        self.title = (frame["outline"] or {}).get("title", "")
        for part in frame["parts"]:
            name = part["part"]
            before = (self.attempts.get(name, 0), len(self.texts.get(name, "")))
            assert (part["attempt"], len(part["text"])) >= before
            self.headings[name] = part["heading"]
            self.texts[name], self.attempts[name] = part["text"], part["attempt"]
        if frame["status"] in ("completed", "failed", "cancelled"):
            self.ending = f"run.{frame['status']}"

    @property
    def markdown(self) -> str:
        """The post, assembled as docs/api.md describes."""
        blocks = [f"# {self.title}"]
        for part, heading in self.headings.items():
            if not self.texts[part]:
                continue
            blocks += [f"## {heading}"] if heading else []
            blocks.append(self.texts[part])
        return "\n\n".join(blocks)


class Socket:
    """A connection to `/ws/conversation/{name}`, with or without a key or a session in the handshake.

    A session's is opened by a page of `origin`. `path` is that of another socket.
    """

    def __init__(
        self,
        name: str = "",
        key: str = "",
        *,
        session: str = "",
        origin: str = "http://testserver",
        path: str = "",
        query: str = "",
    ) -> None:
        headers = [(b"x-api-key", key.encode())] if key else []
        if session:
            page = [(b"host", b"testserver"), (b"origin", origin.encode())]
            headers += [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode()), *page]
        scope = {
            "type": "websocket",
            "scheme": "ws",
            "path": path or f"/ws/conversation/{name}",
            "headers": headers,
            "query_string": query.encode(),
            "subprotocols": [],
        }
        self.ready: Frame | None = None
        """The frame that says that the client is signed in. `receive` keeps it here, and gives the next."""
        self._taken = asyncio.Event()
        self._taken.set()
        self._wire: Any = ApplicationCommunicator(self._application, scope)  # type: ignore[no-untyped-call]

    async def _application(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_when_read(message: Any) -> None:
            await self._taken.wait()
            await send(message)

        await import_string(settings.ASGI_APPLICATION)(scope, receive, send_when_read)

    def stall(self) -> None:
        """Accept no more data, so that the server's `send` waits, as with uvicorn."""
        self._taken.clear()

    def read_on(self) -> None:
        self._taken.set()

    async def __aenter__(self) -> Self:
        await self._wire.send_input({"type": "websocket.connect"})
        assert (await self._wire.receive_output(5))["type"] == "websocket.accept"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._wire.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._wire.wait(5)

    async def send(self, frame: object) -> None:
        text = frame if isinstance(frame, str) else json.dumps(frame)
        await self._wire.send_input({"type": "websocket.receive", "text": text})

    async def receive(self, seconds: float = 5) -> Frame:
        """The next frame, or `{"type": "closed", "code"}` if the server closed the socket."""
        output = await self._wire.receive_output(seconds)
        if output["type"] == "websocket.close":
            return {"type": "closed", "code": output["code"]}
        frame: Frame = json.loads(output["text"])
        if frame["type"] == "ready":
            assert self.ready is None, "a client is told once that it is signed in"
            self.ready = frame
            return await self.receive(seconds)
        return frame

    async def let_in(self) -> None:
        """Wait until the server has said that the client is signed in."""
        self.ready = json.loads((await self._wire.receive_output(5))["text"])
        assert self.ready is not None and self.ready["type"] == "ready"

    async def silent(self, seconds: float = 0.2) -> bool:
        return bool(await self._wire.receive_nothing(seconds))

    async def read_to_end(self, page: Page | None = None) -> Page:
        page = page or Page()
        while not page.ending:
            page.take(await self.receive(15))
        return page


async def frames_of(run_id: object, key: str = "", *, session: str = "") -> AsyncIterator[Frame]:
    """The frames of a run's event stream, until the server ends it."""
    client = AsyncClient()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    headers = {"X-API-Key": key} if key else {}
    reply: Any = await client.get(f"/api/v1/runs/{run_id}/events", headers=headers)
    assert reply.status_code == 200
    text = b""
    async for chunk in reply.streaming_content:
        text += chunk
        while b"\n\n" in text:
            block, text = text.split(b"\n\n", 1)
            for line in block.decode().splitlines():
                if line.startswith("data: "):
                    yield json.loads(line.removeprefix("data: "))


async def stream_to_end(run_id: object, key: str) -> Page:
    """What a client of the event stream has when it ends."""
    page = Page()
    async for frame in frames_of(run_id, key):
        page.take(frame)
    return page
