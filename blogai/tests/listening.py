"""A server of scripted bytes on loopback that counts connections: for tests of what is sent, or is not."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi"


def redirect(to: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


class Listener:
    """`requests` are the heads and bodies received; `answer` says what to send to each, piece by piece."""

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
            pass  # the client has seen enough, which is what many a test is about
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
