"""The production server under production's settings: its hosts, HTTPS, and what it does not tell."""

import http.client
import os
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from django.test import Client
from websockets.sync.client import connect
from websockets.typing import Origin

from accounts.models import User
from blogai.tests.gunicorn import PROGRAM, Gunicorn, serving
from blogai.tests.ports import free_port
from blogai.tests.processes import PROJECT, SECONDS

pytestmark = pytest.mark.worker

SITE, API = "yourdomain.com", "api.yourdomain.com"
LONG = "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "blogai.tests.production_settings",
    "ENVIRONMENT": "production",
    "SECRET_KEY": LONG,
    "API_KEY_PEPPER": LONG,
    "ALLOWED_HOSTS": f"{SITE},{API}",
    "TRUSTED_PROXY_HOPS": "1",
    "DRAIN_SECONDS": "0.1",
}
CHECKS: list[tuple[str, Callable[[Any], Any], Any]] = [
    ("/health", lambda health: health["services"]["database"]["status"], "up"),
    ("/health/db", lambda health: health["database"]["connected"], True),
    ("/health/stripe", lambda health: health["stripe"]["connected"], False),
    ("/health/sentry", lambda health: health["sentry"]["active"], False),
]
"""What deployment checklists ask on the machine itself, without a proxy and without TLS."""


@pytest.fixture(scope="module")
def server(database_url: str) -> Iterator[Gunicorn]:
    with serving(database_url, **PRODUCTION) as gunicorn:
        yield gunicorn


def proxied(server: Gunicorn, host: str = SITE, scheme: str = "https", **options: Any) -> httpx.Client:
    """A client behind nginx."""
    headers = {"Host": host, "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": scheme}
    return httpx.Client(base_url=server.url, headers=headers | options, timeout=SECONDS)


def test_the_machine_itself_is_answered_without_tls(server: Gunicorn) -> None:
    with httpx.Client(base_url=server.url.replace("127.0.0.1", "localhost"), timeout=SECONDS) as here:
        for path, value, expected in CHECKS:
            reply = here.get(path)
            assert (reply.status_code, value(reply.json())) == (200, expected), path
        for path in ("/", "/docs"):
            assert here.get(path).status_code == 200, path


@pytest.mark.parametrize("host", [SITE, API])
def test_everybody_else_is_redirected_once(server: Gunicorn, host: str) -> None:
    with proxied(server, host, "http") as plain, proxied(server, host) as secure:
        redirect = plain.get("/docs?x=1")
        assert (redirect.status_code, redirect.headers["Location"]) == (301, f"https://{host}/docs?x=1")
        assert "Strict-Transport-Security" not in redirect.headers
        reply = secure.get("/docs?x=1")
        assert reply.status_code == 200
        assert reply.headers["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains")


def test_a_program_that_asks_without_tls_is_refused(server: Gunicorn) -> None:
    """A redirect would hide that its key was sent in clear text."""
    with proxied(server, API, "http") as plain:
        for reply in (
            plain.get("/api/v1/posts", headers={"X-API-Key": "bai_live_x"}),
            plain.post("/generate-blog", json={"topic": "Tides"}),
            plain.post("/webhooks/stripe", content=b"{}"),
        ):
            assert (reply.status_code, reply.json()["code"]) == (403, "permission_denied")
            assert "replace that key" in reply.json()["detail"]
        assert plain.get("/health").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_cookies_are_this_hosts_alone(server: Gunicorn, alice: User, settings: Any) -> None:
    settings.SECRET_KEY = LONG
    browser = Client()
    browser.force_login(alice)
    session = browser.cookies["sessionid"].value
    page, origin = {"Cookie": f"__Host-sessionid={session}"}, f"https://{SITE}"
    with proxied(server) as client:
        assert client.get("/settings", headers=page).status_code == 200
        assert client.get("/settings", headers={"Cookie": f"sessionid={session}"}).status_code == 302
        token = client.get("/sign-in").headers["Set-Cookie"]
        assert token.startswith("__Host-csrftoken=") and "; Path=/; " in token
        assert "; Secure" in token and "Domain" not in token
    headers = {**page, "Host": SITE, "X-Forwarded-Proto": "https"}
    address = server.url.replace("http", "ws") + "/ws/conversation/tides"
    with connect(address, additional_headers=headers, origin=Origin(origin), open_timeout=SECONDS) as socket:
        socket.send("{}")
        assert socket.recv(timeout=SECONDS)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("host", [SITE, API])
def test_pages_and_the_api_are_on_both_hosts(
    server: Gunicorn, host: str, alice: User, key_for: Callable[..., str], settings: Any
) -> None:
    settings.API_KEY_PEPPER = LONG
    with proxied(server, host) as client:
        assert client.get("/api/v1/posts").status_code == 401
        assert client.get("/api/v1/posts", headers={"X-API-Key": key_for(alice)}).status_code == 200
        page = client.get("/sign-up")
        token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        form = {"email": f"new@{host}", "password1": "correct horse battery", "csrfmiddlewaretoken": token}
        # By hand, since the client would send no secure cookie to the server, only to the proxy.
        headers = {"Cookie": page.headers["Set-Cookie"].partition(";")[0], "Origin": f"https://{host}"}
        signed_up = client.post("/sign-up", data=form, headers=headers)
        assert (signed_up.status_code, signed_up.headers["Location"]) == (302, "/confirm-email")
        forged = client.post("/sign-up", data=form, headers={**headers, "Origin": "https://evil.example"})
        assert forged.status_code == 403


def test_strangers_names_are_refused(server: Gunicorn) -> None:
    for host in ("evil.example", "yourdomain.com.evil.example", "127.0.0.2"):
        with proxied(server, host) as client:
            page = client.get("/sign-in", headers={"Accept": "text/html"})
            assert (page.status_code, "<h1" in page.text) == (400, True)
            reply = client.get("/api/v1/posts")
            assert (reply.status_code, reply.json()["code"]) == (400, "malformed")
    with proxied(server, **{"X-Forwarded-Host": "evil.example"}) as client:
        assert "evil.example" not in client.get("/").text


@pytest.mark.parametrize(
    "path",
    [
        *("/debug-sentry", "/config-status", "/.env", "/.git/config", "/static/..%2f..%2f.env.example"),
        *("/static/../README.md", "/static/..%5c..%5cREADME.md", "/static/%2e%2e/%2e%2e/README.md"),
        "/static//etc/passwd",
    ],
)
def test_there_is_nothing(server: Gunicorn, path: str) -> None:
    connection = http.client.HTTPConnection(server.address, timeout=SECONDS)  # which sends the path as it is
    for method in ("GET", "POST"):
        connection.request(method, path, headers={"Host": "localhost"})
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 404
    connection.close()


def test_no_header_names_the_software(server: Gunicorn) -> None:
    for path in ("/", "/health", "/static/favicon.svg", "/nothing"):
        headers = httpx.get(server.url + path).headers
        assert not {"server", "x-powered-by", "via"} & headers.keys()
        assert not any(name in str(headers).lower() for name in ("uvicorn", "gunicorn", "django", "python"))


def test_several_processes_without_redis_do_not_start(database_url: str) -> None:
    done = subprocess.run(
        PROGRAM,
        cwd=PROJECT,
        env={
            **os.environ,
            **PRODUCTION,
            "DATABASE_URL": database_url,
            "PORT": str(free_port()),
            "UVICORN_WORKERS": "2",
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode != 0
    assert "Blog AI can't start: Set REDIS_URL to run 2 web processes" in done.stderr
    assert done.stderr.count("Blog AI can't start") == 1
    assert "Traceback" not in done.stderr
