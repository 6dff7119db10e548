"""Large bodies sent to a real server: the client gets a 413, and the body is not kept in memory."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from blogai.body_limit import TOO_LARGE, BodyLimit

LIMIT, DISCARDED = 1_000_000, 16_000_000


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Runs our application on uvicorn; gives its `host:port`."""
    from blogai.asgi import application

    listening = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(
        uvicorn.Config(application, lifespan="off", log_level="warning", ws="websockets-sansio")
    )
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
    thread.start()
    host, port = listening.getsockname()
    yield f"{host}:{port}"
    running.should_exit = True
    thread.join()
    listening.close()


def post(server: str, path: str, body: Any, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(server, timeout=20)
    chunked = not isinstance(body, bytes)
    connection.request(
        "POST", path, body, {"Content-Type": "application/json", **headers}, encode_chunked=chunked
    )
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def check_refused(response: http.client.HTTPResponse, content: bytes) -> None:
    problem = json.loads(content)
    assert (response.status, problem["code"]) == (413, "payload_too_large")
    assert response.headers["Content-Type"] == "application/problem+json"
    assert problem["request_id"] == response.headers["X-Request-ID"]


@pytest.mark.parametrize("size", [LIMIT + 1, 11_000_000, DISCARDED - 1])
def test_up_to_16_mb_are_read_and_refused(server: str, size: int) -> None:
    response, content = post(server, "/api/v1/anything", b"a" * size)
    check_refused(response, content)
    assert response.headers["Connection"] is None


def test_a_body_that_does_not_say_its_size(server: str) -> None:
    parts = (b"a" * 100_000 for _ in range(30))
    response, content = post(server, "/generate-blog", parts, **{"Transfer-Encoding": "chunked"})
    check_refused(response, content)


def test_a_person_gets_a_page(server: str) -> None:
    response, content = post(
        server, "/", b"a" * (LIMIT + 1), **{"Accept": "text/html", "Content-Type": "text/plain"}
    )
    assert response.status == 413
    assert b"<h1>The request is too large</h1>" in content


def test_at_the_limit_nothing_happens(server: str) -> None:
    response, content = post(server, "/api/v1/anything", b"a" * LIMIT)
    assert response.status == 404, content


def test_past_16_mb_the_answer_comes_and_the_connection_closes(server: str) -> None:
    host, _, port = server.partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as client:
        client.sendall(b"POST /api/v1/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000000\r\n\r\n")
        client.sendall(b"a" * (DISCARDED + 100_000))
        answer = b""
        while part := client.recv(65_536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer.lower()
    assert b'"payload_too_large"' in answer


async def test_the_application_sees_an_empty_body_and_then_the_disconnect() -> None:
    sent: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"a" * 900_000, "more_body": True},
        {"type": "http.request", "body": b"a" * 900_000, "more_body": True},
        {"type": "http.request", "body": b"a" * 900_000, "more_body": False},
        {"type": "http.disconnect"},
    ]
    seen: list[dict[str, Any]] = []
    scope: dict[str, Any] = {"type": "http"}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        while not seen or seen[-1]["type"] != "http.disconnect":
            seen.append(await receive())

    async def receive() -> dict[str, Any]:
        return sent.pop(0)

    async def send(message: object) -> None:
        raise AssertionError(message)

    await BodyLimit(application)(scope, receive, send)
    assert scope[TOO_LARGE]
    assert [len(message.get("body", b"")) for message in seen] == [900_000, 0, 0]
    assert seen[1]["more_body"] is False
