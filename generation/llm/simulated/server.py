"""The simulated provider itself: a thread with an event loop that answers, counts and remembers calls."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import h11

from generation.llm.simulated.asked import Asked
from generation.llm.simulated.calls import Call, Pace
from generation.llm.simulated.connection import Dropped, Exchange, next_exchange
from generation.llm.simulated.script import Answer, Failure, Gate, Raw, Script
from generation.llm.simulated.speech import Speech, counted, said
from generation.llm.simulated.wire import ChatCompletions, Messages, Wire

SEND_BUFFER = 16_384
"""Bytes. The kernel would let it grow to megabytes, which a client that hangs up never reads."""


class Server:
    """A running provider. Made by `serve`."""

    def __init__(self, pace: Pace, usage: bool) -> None:
        self.script = Script()
        self.calls: list[Call] = []
        self.max_in_flight = 0
        self.port = 0
        self.pace = pace
        """May be changed between calls."""
        self.usage = usage
        """Whether replies carry counts of tokens; may be changed between calls."""
        self.models: tuple[str, ...] = ("simulated-1",)
        """The names in its list of models. Calls may name any other model."""
        self.at_once: int | None = None
        """The calls that it answers at once; more of them are refused, or wait with `queues`."""
        self.queues = False
        self._in_flight = 0
        self._answering = 0
        self._turn = asyncio.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._failure: OSError | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def openai_url(self) -> str:
        """What OPENAI_BASE_URL and GEMINI_BASE_URL want."""
        return f"{self.url}/v1"

    @property
    def anthropic_url(self) -> str:
        """What ANTHROPIC_BASE_URL wants."""
        return self.url

    def gate(self) -> Gate:
        """A gate for `Answer(gate=...)`."""
        if self._loop is None:
            raise RuntimeError("The server does not run.")
        return Gate(self._loop)

    def wait_until_idle(self, timeout: float = 10) -> None:
        """Return when no call is being answered: then all outcomes are known."""
        deadline = time.monotonic() + timeout
        while self._in_flight:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self._in_flight} calls are still being answered.")
            time.sleep(0.005)

    def run(self, port: int) -> None:
        """Answer until `stop`; the body of the thread."""
        asyncio.run(self._run(port))

    def wait_until_ready(self) -> None:
        """Return when it answers. Raises OSError when the port cannot be had."""
        self._ready.wait()
        if self._failure:
            raise self._failure

    def stop(self) -> None:
        """End all replies and the thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)

    async def _run(self, port: int) -> None:
        self._loop = asyncio.get_running_loop()
        connections: set[asyncio.Task[None]] = set()

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(self._serve(reader, writer))
            connections.add(task)
            task.add_done_callback(connections.discard)

        try:
            listener = await asyncio.start_server(connected, sock=_listening(port), backlog=1024)
        except OSError as error:
            self._failure = error
            self._ready.set()
            return
        self.port = listener.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        listener.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            exchange = await next_exchange(reader, writer)
            if exchange is not None:
                await _until_hangup(self._answer(exchange), reader)
        except (ConnectionError, h11.RemoteProtocolError):
            return  # the client is gone, or does not speak HTTP
        finally:
            writer.close()

    async def _answer(self, exchange: Exchange) -> None:
        if exchange.method == "GET" and exchange.path.endswith("/models"):
            listed = [{"id": name, "object": "model"} for name in self.models]
            await _send_json(exchange, 200, {"object": "list", "data": listed})
            return
        api = _api(exchange.path)
        if api is None:
            await _send_json(exchange, 404, {"error": {"message": "Not an address of this provider."}})
            return
        body: dict[str, Any] = json.loads(exchange.body)
        asked = api.asked(body)
        call = self._begin(exchange, asked, body)
        try:
            await self._admit(exchange, api(asked), call)
        except Dropped:
            call.outcome = "dropped"
        except (asyncio.CancelledError, ConnectionError):
            call.outcome = "hung up"
            raise
        finally:
            call.ended = time.monotonic()
            self._in_flight -= 1

    def _begin(self, exchange: Exchange, asked: Asked, body: dict[str, Any]) -> Call:
        self._in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self._in_flight)
        call = Call(exchange.path, asked, body, self._in_flight, time.monotonic())
        call.query, call.headers = exchange.query, exchange.headers
        self.calls.append(call)
        return call

    async def _admit(self, exchange: Exchange, wire: Wire, call: Call) -> None:
        """Answer, if it is not one call too many."""
        async with self._turn:
            if self.at_once is not None and self._answering >= self.at_once:
                if not self.queues:
                    call.outcome = "failed"
                    busy = {"error": {"message": "Server busy, please try again later."}}
                    await _send_json(exchange, 503, busy)
                    return
                await self._turn.wait_for(lambda: self._answering < (self.at_once or 1))
            self._answering += 1
        try:
            await self._react(exchange, wire, call)
        finally:
            self._answering -= 1
            async with self._turn:
                self._turn.notify_all()

    async def _react(self, exchange: Exchange, wire: Wire, call: Call) -> None:
        reaction = self.script.reaction(call.asked)
        if isinstance(reaction, Raw):
            await _send_raw(exchange, reaction, call)
            call.outcome = "answered"
            return
        if isinstance(reaction, Failure):
            call.outcome = "failed"
            body = wire.failure(reaction.status) if reaction.body is None else reaction.body
            await _send_json(exchange, reaction.status, body, reaction.headers)
            return
        if call.asked.stream:
            await Speech(exchange, wire, call, reaction, self.pace).give(usage=self.usage)
        else:
            await self._say_at_once(exchange, wire, call, reaction)
        call.outcome = "answered"

    async def _say_at_once(self, exchange: Exchange, wire: Wire, call: Call, answer: Answer) -> None:
        """For people with curl: the whole reply in one piece."""
        tokens, count, finish = said(call.asked, answer)
        call.sent.extend(tokens)
        await asyncio.sleep(self.pace.due(count, count))
        await _send_json(exchange, 200, wire.whole(call.text, finish, counted(call) if self.usage else None))


def _listening(port: int) -> socket.socket:
    """A socket whose connections hold little on the way: what was sent is about what the client has read."""
    listening = socket.create_server(("127.0.0.1", port), backlog=1024)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    return listening


def _api(path: str) -> type[ChatCompletions] | type[Messages] | None:
    """The API at `path`, whatever the base URL before it."""
    if path.endswith("/chat/completions"):
        return ChatCompletions
    return Messages if path.endswith("/messages") else None


async def _until_hangup(answer: Coroutine[Any, Any, None], reader: asyncio.StreamReader) -> None:
    """Answer, but stop as soon as the client hangs up: that is how it says that it has enough."""
    answering = asyncio.create_task(answer)
    hangup = asyncio.create_task(reader.read(1))
    try:
        await asyncio.wait({answering, hangup}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        answering.cancel()
        hangup.cancel()
        ended, _ = await asyncio.gather(answering, hangup, return_exceptions=True)
    if isinstance(ended, Exception):
        raise ended


async def _send_raw(exchange: Exchange, raw: Raw, call: Call) -> None:
    await exchange.start(raw.status, raw.kind, raw.headers)
    for piece in raw.body(call.asked):
        if isinstance(piece, bytes):
            await exchange.send(piece)
        else:
            await asyncio.sleep(piece)
    if raw.hold:
        await asyncio.Event().wait()
    await exchange.finish()


async def _send_json(
    exchange: Exchange, status: int, body: object, headers: tuple[tuple[str, str], ...] = ()
) -> None:
    await exchange.start(status, "application/json", headers)
    await exchange.send(json.dumps(body).encode())
    await exchange.finish()


@contextmanager
def serve(
    *,
    port: int = 0,
    seconds_per_call: float | None = None,
    first_token: float = 0.0,
    tokens_per_second: float | None = None,
    usage: bool = True,
) -> Iterator[Server]:
    """A provider that answers on loopback until the block ends. `usage`: whether it counts tokens."""
    server = Server(Pace(seconds_per_call, first_token, tokens_per_second), usage)
    thread = threading.Thread(target=server.run, args=(port,), name="simulated-provider", daemon=True)
    thread.start()
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()
        thread.join()
