"""The repeated reply to a liveness probe is Django's own, but for the request's id."""

from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.handlers.asgi import ASGIHandler

from blogai import asgi  # noqa: F401 (installs the asynchronous middlewares)
from blogai.body_limit import Application, BodyLimit
from blogai.liveness import Liveness

type Headers = dict[bytes, bytes]


class Counted:
    """The product under the present settings, counting the requests that reach it."""

    def __init__(self) -> None:
        self.requests = 0
        self._application = BodyLimit(ASGIHandler())

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.requests += 1
        await self._application(scope, receive, send)


async def ask(
    application: Application, headers: Headers | None = None, **scope: Any
) -> tuple[int, Headers, bytes]:
    request: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/health/live",
        "query_string": b"",
        "headers": [(b"host", b"10.1.2.3:8000"), *(headers or {}).items()],
        **scope,
    }
    client: Any = ApplicationCommunicator(application, request)  # type: ignore[no-untyped-call]
    await client.send_input({"type": "http.request", "body": b""})
    start = await client.receive_output()
    body = await client.receive_output()
    await client.wait()
    return start["status"], {name.lower(): value for name, value in start["headers"]}, body["body"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_it_works(method: str, scheme: str) -> None:
    django = Counted()
    application = Liveness(django)
    first = await ask(application, method=method, scheme=scheme)
    second = await ask(application, method=method, scheme=scheme)
    assert django.requests == 1
    assert first[0] == second[0] == 200
    assert first[2] == second[2]
    assert first[1].pop(b"x-request-id") != second[1].pop(b"x-request-id")
    assert first[1] == second[1]
    assert {b"content-security-policy", b"x-frame-options", b"x-content-type-options"} <= second[1].keys()
    assert second[1][b"cache-control"] == b"no-store"


async def test_the_id_of_the_request_comes_back_if_it_is_valid() -> None:
    application = Liveness(Counted())
    await ask(application)
    _, headers, _ = await ask(application, {b"x-request-id": b"probe-17"})
    assert headers[b"x-request-id"] == b"probe-17"
    _, headers, _ = await ask(application, {b"x-request-id": b"a\xff b"})
    assert len(headers[b"x-request-id"]) == 32


async def test_a_reply_over_https_is_not_given_over_http(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 60
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    application = Liveness(Counted())
    replies = [await ask(application, {b"x-forwarded-proto": name}) for name in (b"https", b"http") * 2]
    hsts = [b"strict-transport-security" in headers for _, headers, _ in replies]
    assert hsts == [True, False] * 2


@pytest.mark.parametrize(
    ("headers", "scope", "status"),
    [
        ({}, {"method": "POST"}, 405),
        ({}, {"method": "OPTIONS"}, 405),
        ({}, {"query_string": b"a=%00"}, 400),
        ({}, {"path": "/health/live/"}, 404),
        ({b"content-length": b"0"}, {}, 200),
        ({b"x-forwarded-proto": b"gopher"}, {}, 200),
    ],
)
async def test_anything_else_is_left_to_django(headers: Headers, scope: dict[str, Any], status: int) -> None:
    django = Counted()
    application = Liveness(django)
    await ask(application)
    for _ in range(2):
        assert (await ask(application, headers, **scope))[0] == status
    assert django.requests == 3


async def test_a_failure_is_not_kept() -> None:
    answers = iter([503, 200])

    async def fails_once(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": next(answers), "headers": []})
        await send({"type": "http.response.body", "body": b""})

    application = Liveness(fails_once)
    assert [(await ask(application))[0] for _ in range(3)] == [503, 200, 200]
