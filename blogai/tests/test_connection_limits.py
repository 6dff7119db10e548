"""Clients that send slowly, without end, or what could be read in two ways, to our web server over TCP."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from blogai.serving import connection_limits
from blogai.tests.in_process import converse, serving

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
DRIP = 100
"""Pieces of which none comes too late, but which take too long together."""


class Echo:
    """Answers with the path, the headers and the size of the body of each request; keeps the paths.

    `/early` answers before it reads the body, `/late` after half a second.
    """

    def __init__(self) -> None:
        self.paths: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.paths.append(scope["path"])
        size = 0
        while scope["path"] != "/early":
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            size += len(message["body"])
            if not message["more_body"]:
                break
        if scope["path"] == "/late":
            await asyncio.sleep(0.5)
        names = [name.decode() for name, _ in scope["headers"]]
        body = json.dumps({"path": scope["path"], "headers": names, "size": size}).encode()
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limits, "HEAD_TIMEOUT", 0.3)
    monkeypatch.setattr(connection_limits, "BODY_TIMEOUT", 0.6)


def statuses(received: bytes) -> list[int]:
    return [int(reply[:3]) for reply in received.split(b"HTTP/1.1 ")[1:]]


SLOW: dict[str, tuple[Sequence[bytes], list[int]]] = {
    "nothing at all": ([], []),
    "empty lines": ([b"\r\n"] * DRIP, []),
    "a head, byte by byte": ([bytes([byte]) for byte in GET + b"X: " + b"y" * DRIP], [408]),
    "a head, line by line": ([GET, *[b"X: y\r\n"] * DRIP], [408]),
    "half a second head": ([GET + b"\r\n", b"", b"", b"GET /b HT"], [200, 408]),
    "a body, byte by byte": ([POST + b"Content-Length: 900\r\n\r\n", *[b"x"] * DRIP], [408]),
    "chunks without end": ([CHUNKED, *[b"1\r\nx\r\n"] * DRIP], [408]),
    "much, and then silence": ([POST + b"Content-Length: 17000000\r\n\r\n", b"x" * 16_000_000], [408]),
    "a body after its reply": ([CHUNKED.replace(b"/a", b"/early"), *[b"1\r\nx\r\n"] * DRIP], [200]),
}


async def test_who_sends_slowly_is_cut_off(short_limits: None) -> None:
    async with serving(Echo()) as port:
        conversations = [converse(port, *pieces, pause=0.05) for pieces, _ in SLOW.values()]
        received = await asyncio.gather(*conversations, return_exceptions=True)
    for (name, (_, expected)), one in zip(SLOW.items(), received, strict=True):
        assert isinstance(one, bytes), name
        assert statuses(one) == expected, name


async def test_who_waits_for_us_is_not_slow(short_limits: None) -> None:
    late = GET.replace(b"/a", b"/late") + b"\r\n"
    async with serving(Echo()) as port:
        conversations = [
            converse(port, late, b"\r\n", *[b""] * 9, LAST, pause=0.05),
            converse(port, late, LAST[:20], *[b""] * 9, LAST[20:], pause=0.05),
            converse(port, late + late + LAST),
            converse(port, GET + b"\r\n", *[b""] * 9, LAST, pause=0.05),
        ]
        for received in await asyncio.gather(*conversations):
            assert set(statuses(received)) == {200}
            assert b"/last" in received


async def test_a_socket_may_be_silent(short_limits: None) -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        await asyncio.sleep(0.8)
        await send({"type": "websocket.send", "text": "still here"})
        await send({"type": "websocket.close"})

    upgrade = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    handshake = GET + upgrade + b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    close = b"\x88\x80\0\0\0\0"
    async with serving(application) as port:
        assert b"still here" in await converse(port, handshake, *[b""] * 9, close, pause=0.1)


TOO_MUCH: dict[str, tuple[Sequence[bytes], int]] = {
    "an address": ([b"GET /", b"a" * 70_000], 431),
    "one header": ([GET + b"X: ", b"y" * 70_000], 431),
    "many headers": ([GET, *[b"X: y\r\n" * 1000] * 11], 431),
    "the extension of a chunk": ([CHUNKED + b"1;", b"x" * 210_000], 413),
    "one trailer": ([CHUNKED + b"0\r\nX: ", b"y" * 210_000], 413),
    "many chunks": ([CHUNKED, *[b"1\r\nx\r\n" * 10_000] * 4], 413),
}


async def test_who_sends_too_much_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limits, "MAX_REQUEST_BYTES", 200_000)
    async with serving(Echo()) as port:
        conversations = [converse(port, *pieces, pause=0.01) for pieces, _ in TOO_MUCH.values()]
        received = await asyncio.gather(*conversations, return_exceptions=True)
    for (name, (_, status)), one in zip(TOO_MUCH.items(), received, strict=True):
        assert isinstance(one, bytes), name
        # A client that is still sending when the connection is closed may lose the reply.
        assert statuses(one) in ([status], []), name


LENGTH, CODING = "Content-Length: 5", "Transfer-Encoding: chunked"
IN_DOUBT = [
    [LENGTH, CODING],
    [CODING, LENGTH],
    [LENGTH, LENGTH],
    [LENGTH, "Content-Length: 6"],
    ["Content-Length: 5, 5"],
    ["Content-Length: +5"],
    ["Content-Length: -5"],
    ["Content-Length: 0x5"],
    ["Content-Length: 5 0"],
    ["Content-Length: "],
    ["Content-Length : 5"],
    ["Content-Length:", " 5"],
    ["Content-Length: 99999999999999999999"],
    [CODING, CODING],
    ["Transfer-Encoding : chunked"],
    ["Transfer-Encoding: chunked, identity"],
    ["Transfer-Encoding: identity"],
    ["Transfer-Encoding: xchunked"],
    ["Transfer-Encoding: \x0bchunked"],
    ["A: b\rTransfer-Encoding: chunked"],
    ["A: b\nTransfer-Encoding: chunked"],
    ["A: b\x00c", LENGTH],
]
CHUNKS_IN_DOUBT = [b"3 \r\nabc", b"0x3\r\nabc", b"-3\r\nabc", b"3\nabc", b"f" * 20, b"2\r\nabc"]


async def test_a_body_whose_end_is_in_doubt_is_refused() -> None:
    """A proxy might see another end, and take the rest for part of a body, or for somebody else's request."""
    requests = [POST + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" for lines in IN_DOUBT]
    requests += [CHUNKED + chunk + b"\r\n" for chunk in CHUNKS_IN_DOUBT]
    application = Echo()
    async with serving(application) as port:
        for request in requests:
            assert statuses(await converse(port, request + b"0\r\n\r\n" + LAST)) == [400], request
    assert "/last" not in application.paths


async def test_trailers_are_not_headers() -> None:
    """Proxies check and replace headers, and pass trailers on as they came."""
    trailers = b"3\r\nabc\r\n0\r\nX-Forwarded-For: 192.0.2.1\r\nCookie: sessionid=x\r\n\r\n"
    async with serving(Echo()) as port:
        received = await converse(port, CHUNKED + trailers + LAST)
    assert json.loads(received.split(b"\r\n\r\n")[1].partition(b"HTTP/1.1")[0]) == {
        "path": "/a",
        "headers": ["host", "transfer-encoding"],
        "size": 3,
    }
