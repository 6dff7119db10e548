"""One HTTP request and its reply on a socket of our own, so that a fault can fall on any byte."""

import asyncio
from dataclasses import dataclass

import h11

TERMINAL = h11.EndOfMessage()


class Dropped(Exception):
    """The connection was dropped on purpose."""


@dataclass(slots=True)
class Exchange:
    """A request that has been read, and where its reply goes. One a connection."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    """By name in small letters."""
    body: bytes
    _http: h11.Connection
    _writer: asyncio.StreamWriter
    _room: int | None = None
    """The bytes of the body that may still be sent."""

    def drop_after(self, size: int | None) -> None:
        self._room = size

    async def start(self, status: int, kind: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        fields = [("Content-Type", kind), ("Connection", "close"), *headers]
        await self._send(h11.Response(status_code=status, headers=fields))

    async def send(self, data: bytes) -> None:
        """Raises Dropped when this is where the connection ends."""
        if self._room is not None:
            data, self._room = data[: self._room], self._room - len(data)
        if data:
            await self._send(h11.Data(data))
        if self._room is not None and self._room <= 0:
            raise Dropped

    async def finish(self) -> None:
        await self._send(TERMINAL)

    async def _send(self, event: h11.Event) -> None:
        self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()


async def next_exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Exchange | None:
    """The request on a new connection; None when the client hung up without one."""
    http = h11.Connection(h11.SERVER)
    request: h11.Request | None = None
    body = b""
    while True:
        event = http.next_event()
        if event is h11.NEED_DATA:
            if http.they_are_waiting_for_100_continue:
                resume = h11.InformationalResponse(status_code=100, headers=[])
                writer.write(http.send(resume) or b"")
            http.receive_data(await reader.read(65_536))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and request:
            path, _, query = request.target.decode().partition("?")
            headers = {name.decode().lower(): value.decode("latin-1") for name, value in request.headers}
            return Exchange(request.method.decode(), path, query, headers, body, http, writer)
        else:
            return None
