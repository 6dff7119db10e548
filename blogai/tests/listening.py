"""A server on loopback that sends scripted bytes and records connections and requests."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi"


def redirect(to: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


class Listener:
    """`requests` holds what was received; `answer` returns the chunks to send for a request."""

    def __init__(self) -> None:
        self.port = 0
        self.connections = 0
        self.requests: list[bytes] = []
        self.answer: Callable[[bytes], Iterable[bytes]] = lambda request: [OK]
        self.seconds_between = 0.0
        self.writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        try:
            request = await reader.read(65_536)
            self.requests.append(request)
            for piece in self.answer(request):
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(self.seconds_between)
        except ConnectionError:
            pass  # the client hung up, which many tests expect
        finally:
            writer.close()


@asynccontextmanager
async def listener(host: str = "127.0.0.1") -> AsyncIterator[Listener]:
    listening = Listener()
    server = await asyncio.start_server(listening.serve, host, 0)
    listening.port = server.sockets[0].getsockname()[1]
    try:
        yield listening
    finally:
        server.close()
        for writer in listening.writers:
            writer.close()
        await server.wait_closed()
