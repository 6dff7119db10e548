"""Looks at a deployment from outside, through its proxy.

`docker/scripts/post-deploy-verify.sh` makes the first of these checks with curl and jq.

Every check is made, whatever the ones before it found. None takes longer than CHECK_SECONDS.
"""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus, WebSocketException

CHECK_SECONDS = 10.0
MOST_BYTES = 2_000_000
"""Of a reply: a server that sends more isn't ours."""
CERTIFICATE_DAYS = 14
"""Left, below which it is a warning: automatic renewal begins at 30."""
HEADERS = {
    "Content-Security-Policy": "default-src",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
}
"""What the headers of a page must contain."""


class Outcome(StrEnum):
    PASS = "PASS"  # noqa: S105
    WARNING = "WARNING"
    FAIL = "FAIL"


class Wrong(Exception):
    """What is wrong, as a clause. `grave` is FAIL, else WARNING."""

    def __init__(self, why: str, *, grave: bool = True) -> None:
        super().__init__(why)
        self.why, self.grave = why, grave


@dataclass(frozen=True, slots=True)
class Verdict:
    name: str
    outcome: Outcome
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: httpx.Headers
    body: bytes


type Check = Callable[[], Awaitable[None]]


class Deployment:
    """The two addresses of a deployment, and what is checked there."""

    def __init__(self, api: str, frontend: str, client: httpx.AsyncClient, context: ssl.SSLContext) -> None:
        self.api, self.frontend = api.rstrip("/"), frontend.rstrip("/")
        self._client, self._context = client, context
        self._reports: dict[str, Any] = {}

    def checks(self) -> list[tuple[str, Check]]:
        """The names of all checks, in their order; each raises Wrong, or what its client raises."""
        status, value = self._status, self._value
        checks: list[tuple[str, Check]] = [
            ("Process", partial(status, f"{self.api}/health/live", 200)),
            ("Ready", partial(status, f"{self.api}/health/ready", 200)),
            ("Health", partial(status, f"{self.api}/health", 200)),
            ("Database", partial(value, "db", "database.connected", True, "it can't be reached")),
            ("Tables", partial(value, "db", "database.tables_accessible", True, "some can't be read")),
            ("Worker", partial(value, "", "services.worker.status", "up", "none runs, so posts wait")),
            ("Models", partial(self._service, "llm", "no provider is set up, or none answers")),
            ("Redis", partial(self._service, "redis", "live text is late with several processes")),
            ("Stripe", partial(self._optional, "stripe", "connected", "nobody can pay")),
            ("Stripe webhook", partial(self._optional, "stripe", "webhook_configured", "plans follow late")),
            ("Sentry", partial(self._optional, "sentry", "active", "errors are only in the log")),
            ("Pages", partial(status, self.frontend, 200)),
            ("API docs", partial(status, f"{self.api}/docs", 200)),
            ("Keys", partial(status, f"{self.api}/api/v1/posts", 401)),
            ("Debug routes", self._no_debug_routes),
            ("Headers", self._headers),
            ("Socket", self._socket),
        ]
        for address in dict.fromkeys([self.api, self.frontend]):
            host = urlsplit(address).hostname
            if address.startswith("https://"):
                checks.append((f"Certificate of {host}", partial(self._certificate, address)))
                checks.append((f"HTTP of {host}", partial(self._redirect, address)))
        return checks

    async def _get(self, url: str) -> Reply:
        async with self._client.stream("GET", url) as reply:
            body = b""
            async for part in reply.aiter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    raise Wrong("it sends too much")
        return Reply(reply.status_code, reply.headers, body)

    async def _status(self, url: str, expected: int) -> None:
        code = (await self._get(url)).status
        if code != expected:
            raise Wrong(f"HTTP {code}, not {expected}")

    async def _report(self, route: str, path: str) -> Any:
        """A value of the reply of /health or one of its routes, each asked once."""
        if route not in self._reports:
            reply = await self._get(f"{self.api}/health{route and '/'}{route}")
            try:
                self._reports[route] = json.loads(reply.body)
            except ValueError:
                raise Wrong(f"HTTP {reply.status} without JSON") from None
        value = self._reports[route]
        for step in path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        return value

    async def _value(self, route: str, path: str, expected: object, why: str, *, grave: bool = True) -> None:
        if await self._report(route, path) != expected:
            raise Wrong(why, grave=grave)

    async def _service(self, name: str, why: str) -> None:
        await self._value("", f"services.{name}.status", "up", why, grave=False)

    async def _optional(self, route: str, name: str, why: str) -> None:
        await self._value(route, f"{route}.{name}", True, why, grave=False)

    async def _no_debug_routes(self) -> None:
        for path in ("/config-status", "/debug-sentry"):
            code = (await self._get(self.api + path)).status
            if code != 404:
                raise Wrong(f"{path} is HTTP {code}, not 404")

    async def _headers(self) -> None:
        reply = await self._get(self.frontend)
        expected = dict(HEADERS)
        if self.frontend.startswith("https://"):
            expected["Strict-Transport-Security"] = "max-age="
        for name, part in expected.items():
            if part not in reply.headers.get(name, ""):
                raise Wrong(f"{name} is {reply.headers.get(name, 'missing')!r:.60}")

    async def _socket(self) -> None:
        """Whether the proxy passes an upgrade on. The server then asks who it is, and we leave."""
        address = self.api.replace("http", "ws", 1) + "/ws/conversation/verify-deploy"
        tls = {"ssl": self._context} if address.startswith("wss://") else {}
        try:
            async with connect(address, open_timeout=None, **tls) as socket:  # type: ignore[arg-type]
                frame = json.loads(await socket.recv())
        except InvalidStatus as error:
            raise Wrong(f"the upgrade gets HTTP {error.response.status_code}") from None
        if frame.get("type") != "auth.required":
            raise Wrong(f"it says {str(frame.get('code') or frame)[:60]}", grave=False)

    async def _certificate(self, address: str) -> None:
        parts = urlsplit(address)
        _, writer = await asyncio.open_connection(parts.hostname, parts.port or 443, ssl=self._context)
        try:
            ends = ssl.cert_time_to_seconds(writer.get_extra_info("peercert")["notAfter"])
        finally:
            writer.transport.abort()
        days = int((ends - time.time()) // 86_400)
        if days < CERTIFICATE_DAYS:
            raise Wrong(f"{days} days left", grave=False)

    async def _redirect(self, address: str) -> None:
        """Only the usual port: with another one nobody types the address without its scheme."""
        parts = urlsplit(address)
        if parts.port not in {None, 443}:
            return
        reply = await self._get(f"http://{parts.hostname}/")
        if reply.status // 100 != 3 or not reply.headers.get("Location", "").startswith("https://"):
            raise Wrong(f"HTTP {reply.status} instead of a redirect to https")


async def verify(
    api: str, frontend: str, *, seconds: float, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[Verdict]:
    """What each check found, as it is found. After so many seconds in all, those that are left fail."""
    end = time.monotonic() + seconds
    context = httpx.create_ssl_context()
    async with httpx.AsyncClient(timeout=CHECK_SECONDS, verify=context, transport=transport) as client:
        for name, check in Deployment(api, frontend, client, context).checks():
            left = min(CHECK_SECONDS, end - time.monotonic())
            yield await _judged(name, check, left)


async def _judged(name: str, check: Check, seconds: float) -> Verdict:
    if seconds <= 0:
        return Verdict(name, Outcome.FAIL, "no time was left for it")
    try:
        async with asyncio.timeout(seconds):
            await check()
    except Wrong as wrong:
        return Verdict(name, Outcome.FAIL if wrong.grave else Outcome.WARNING, wrong.why)
    except (TimeoutError, httpx.TimeoutException):
        return Verdict(name, Outcome.FAIL, f"no answer within {seconds:.0f} seconds")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, WebSocketException) as error:
        return Verdict(name, Outcome.FAIL, str(error) or type(error).__name__)
    return Verdict(name, Outcome.PASS)
