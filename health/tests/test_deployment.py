"""`manage.py verify_deploy`: each check finds what it is for. The socket has no proxy here, and fails."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
import trustme
from django.core.management import CommandError, call_command

from health.deployment import HEADERS, Outcome, verify

API, SITE = "http://127.0.0.1:9/below", "http://127.0.0.1:9/below/site"
"""Below a path: replies at our own paths are compared with /openapi.json."""
GOOD = {
    "/health/live": {"status": "alive"},
    "/health/ready": {"status": "ready"},
    "/health": {"services": {name: {"status": "up"} for name in ("worker", "llm", "redis")}},
    "/health/db": {"database": {"connected": True, "tables_accessible": True}},
    "/health/stripe": {"stripe": {"connected": True, "webhook_configured": True}},
    "/health/sentry": {"sentry": {"active": True}},
    "/site": {},
    "/docs": {},
}
WRONG: list[tuple[str, httpx.Response, str, Outcome, str]] = [
    ("/health/ready", httpx.Response(503), "Ready", Outcome.FAIL, "HTTP 503, not 200"),
    ("/health/db", httpx.Response(502), "Database", Outcome.FAIL, "HTTP 502 without JSON"),
    ("/health/db", httpx.Response(200, json=[]), "Tables", Outcome.FAIL, "some can't be read"),
    ("/health", httpx.Response(200, json={}), "Worker", Outcome.FAIL, "none runs"),
    ("/health", httpx.Response(200, json={}), "Redis", Outcome.WARNING, "live text is late"),
    ("/health/stripe", httpx.Response(200, json={}), "Stripe", Outcome.WARNING, "nobody can pay"),
    ("/health/sentry", httpx.Response(200, json={}), "Sentry", Outcome.WARNING, "only in the log"),
    ("/docs", httpx.Response(200, content=b"x" * 2_000_001), "API docs", Outcome.FAIL, "too much"),
    ("/api/v1/posts", httpx.Response(200), "Keys", Outcome.FAIL, "HTTP 200, not 401"),
    ("/config-status", httpx.Response(200), "Debug routes", Outcome.FAIL, "/config-status is HTTP 200"),
    ("/site", httpx.Response(200), "Headers", Outcome.FAIL, "Content-Security-Policy is 'missing'"),
]


def found(
    changed: Callable[[str], httpx.Response | None] = lambda path: None, seconds: float = 60
) -> dict[str, tuple[Outcome, str]]:
    def reply(request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/below")
        if response := changed(path):
            return response
        if path not in GOOD:
            return httpx.Response(401 if path.startswith("/api/") else 404)
        return httpx.Response(200, json=GOOD[path], headers=HEADERS)

    async def verdicts() -> dict[str, tuple[Outcome, str]]:
        transport = httpx.MockTransport(reply)
        return {
            each.name: (each.outcome, each.why)
            async for each in verify(API, SITE, seconds=seconds, transport=transport)
        }

    return asyncio.run(verdicts())


def test_a_good_one_passes_but_for_the_socket() -> None:
    verdicts = found()
    assert verdicts.pop("Socket")[0] == Outcome.FAIL
    assert {outcome for outcome, _ in verdicts.values()} == {Outcome.PASS}


@pytest.mark.parametrize(("path", "reply", "name", "outcome", "why"), WRONG)
def test_what_is_wrong_is_told(
    path: str, reply: httpx.Response, name: str, outcome: Outcome, why: str
) -> None:
    said = found(lambda asked: reply if asked == path else None)[name]
    assert (said[0], why in said[1]) == (outcome, True), said


def test_without_time_every_check_fails_and_is_named() -> None:
    assert set(found(seconds=0).values()) == {(Outcome.FAIL, "no time was left for it")}


class Elsewhere(BaseHTTPRequestHandler):
    """Refuses everything, as a proxy does that passes no upgrade on."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def https(folder: Path, days: int) -> Iterator[tuple[str, str]]:
    """A server with a certificate that ends in so many days: its address, and the file of its authority."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    ends = datetime.now(UTC) + timedelta(days=days, hours=1)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", not_after=ends).configure_cert(context)
    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}", str(folder / "authority.pem")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("days", "outcome", "why"),
    [
        (30, Outcome.PASS, ""),
        (13, Outcome.WARNING, "13 days left"),
        (-2, Outcome.FAIL, "certificate has expired"),
    ],
)
def test_the_days_of_a_certificate_are_counted_and_a_refused_upgrade_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, outcome: Outcome, why: str
) -> None:
    async def certificate(url: str) -> tuple[Outcome, str]:
        transport = httpx.MockTransport(lambda request: httpx.Response(404))
        verdicts = [
            each async for each in verify(f"{url}/below", f"{url}/below", seconds=60, transport=transport)
        ]
        found = {each.name: (each.outcome, each.why) for each in verdicts}
        refused = "certificate has expired" if days < 0 else "the upgrade gets HTTP 404"
        assert (found["Socket"][0], refused in found["Socket"][1]) == (Outcome.FAIL, True), found["Socket"]
        return found["Certificate of localhost"]

    with https(tmp_path, days) as (url, authority):
        monkeypatch.setenv("SSL_CERT_FILE", authority)
        said = asyncio.run(certificate(url))
    assert (said[0], why in said[1]) == (outcome, True), said


def test_the_command_names_what_failed_and_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("verify_deploy", API)
    printed = capsys.readouterr().out
    assert ended.value.code == 1
    assert "Database         FAIL: " in printed
    assert printed.endswith("17 failed.\n")


def test_an_address_without_a_scheme_is_refused() -> None:
    with pytest.raises(CommandError, match="starts with https"):
        call_command("verify_deploy", "api.yourdomain.com")
