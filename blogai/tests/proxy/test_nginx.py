"""nginx alone: what it lets in, what it passes on, and what it says where Blog AI cannot."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.urls import get_resolver

from blogai.tests.folders import open_folder
from blogai.tests.ports import free_port
from blogai.tests.processes import PROJECT
from blogai.tests.proxy.nginx import API, BLOG, RENDER, Names, Nginx, fronting, needs_nginx
from blogai.tests.proxy.upstream import Upstream, listening
from blogai.tests.test_routes import routes
from blogai.views import JSON_PATHS

pytestmark = pytest.mark.worker

VERIFY = PROJECT / "docker" / "scripts" / "post-deploy-verify.sh"
PAGE = {"Accept": "text/html"}
SECRET = "a-secret-of-somebody"


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with listening() as server:
        yield server


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    needs_nginx()
    with open_folder() as made:
        yield made


@pytest.fixture(scope="module")
def nginx(folder: Path, upstream: Upstream) -> Iterator[Nginx]:
    with fronting(folder, upstream.at) as running:
        yield running


def seen(reply: httpx.Response) -> list[list[str]]:
    """The headers that reached the server behind nginx."""
    headers: list[list[str]] = reply.json()
    return headers


# Names and TLS ----------------------------------------------------------------------------------


@pytest.mark.parametrize("host", [BLOG, API])
def test_both_names_are_answered(nginx: Nginx, host: str) -> None:
    with nginx.client(host) as secure, nginx.client(host, plain=True) as plain:
        for client, scheme in ((secure, "https"), (plain, "http")):
            headers = seen(client.get("/"))
            assert ["host", host] in headers
            assert ["x-forwarded-proto", scheme] in headers


def test_no_other_name_is(nginx: Nginx, upstream: Upstream) -> None:
    asked = len(upstream.asked)
    with nginx.client("evil.example") as client, pytest.raises(httpx.ConnectError, match="UNRECOGNIZED_NAME"):
        client.get("/")
    for plain in (True, False):
        with nginx.client(plain=plain) as client:
            assert client.get("/", headers={"Host": "evil.example"}).status_code == 421
    assert len(upstream.asked) == asked


def test_an_old_tls_is_refused_and_a_new_one_speaks_http_2(nginx: Nginx) -> None:
    old = nginx.curl("/", "--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0")
    assert (old.returncode, "alert protocol version" in old.stderr) == (35, True), old.stderr
    new = nginx.curl("/", "--tlsv1.3", "--http2", "-o", "/dev/null", "-w", "%{http_version}")
    assert (new.returncode, new.stdout) == (0, "2")
    assert re.search(r"^\s*ssl_protocols TLSv1\.2 TLSv1\.3;", nginx.effective(), re.MULTILINE)


def test_an_expired_certificate_is_named() -> None:
    needs_nginx()
    with (
        open_folder() as folder,
        listening() as upstream,
        fronting(folder, upstream.at, expired=True) as nginx,
    ):
        assert "certificate has expired" in nginx.curl("/").stderr
        settings = f"connect-to = {BLOG}:443:127.0.0.1:{nginx.https}\ncacert = {nginx.authority}\n"
        (folder / ".curlrc").write_text(settings)
        verified = subprocess.run(
            [VERIFY],
            env={**os.environ, "CURL_HOME": str(folder), "API_URL": f"https://{BLOG}"},
            capture_output=True,
            text=True,
        )
        assert verified.returncode == 1
        assert "HTTP 000 SSL certificate problem: certificate has expired" in verified.stdout


def test_the_software_does_not_tell_its_version(nginx: Nginx) -> None:
    with nginx.client() as client:
        assert client.get("/").headers["Server"] == "nginx"


# What is passed on ------------------------------------------------------------------------------


def test_a_forged_address_does_not_get_through(nginx: Nginx) -> None:
    forged = {"X-Forwarded-For": "203.0.113.7, 198.51.100.2", "X-Forwarded-Proto": "http"}
    with nginx.client() as client:
        headers = seen(client.get("/", headers=forged))
    assert [value for name, value in headers if name == "x-forwarded-for"] == ["127.0.0.1"]
    assert [value for name, value in headers if name == "x-forwarded-proto"] == ["https"]


@pytest.mark.parametrize(
    ("path", "asked", "passed"),
    [
        ("/ws/conversation/tides", "WebSocket", ("websocket", "upgrade")),
        ("/ws/conversation/tides", "", (None, "close")),
        ("/ws/conversation/tides", "h2c", (None, "close")),
        ("/", "websocket", (None, "close")),
        ("/posts", "h2c", (None, "close")),
    ],
)
def test_only_a_socket_is_upgraded(
    nginx: Nginx, path: str, asked: str, passed: tuple[str | None, str]
) -> None:
    upgrade = {"Upgrade": asked, "Connection": "Upgrade"} if asked else {}
    with nginx.client() as client:
        headers = dict(seen(client.get(path, headers=upgrade)))
    assert (headers.get("upgrade"), headers["connection"]) == passed


def test_no_socket_opens_over_plain_http(nginx: Nginx) -> None:
    with nginx.client(plain=True) as client:
        headers = seen(client.get("/ws/conversation/x", headers={"Upgrade": "websocket"}))
    assert "upgrade" not in dict(headers)


def test_it_waits_longer_than_a_minute_and_for_a_socket_a_day(nginx: Nginx) -> None:
    effective = nginx.effective()
    sockets = effective.partition("location /ws/ {")[2].partition("}")[0]
    for what in ("read", "send"):
        assert re.search(rf"^\s*proxy_{what}_timeout 300s;", effective, re.MULTILINE)
        assert f"proxy_{what}_timeout 86400s;" in sockets


def test_an_event_is_not_held_back(nginx: Nginx, upstream: Upstream) -> None:
    with nginx.client() as client, client.stream("GET", "/stream") as reply:
        lines = reply.iter_lines()
        assert next(lines) == "data: first"
        upstream.may_continue.set()
        assert [line for line in lines if line] == ["data: second"]


def test_a_post_is_sent_once_and_a_get_may_be_sent_again() -> None:
    needs_nginx()
    port = free_port()
    with (
        listening("127.0.0.1", port) as one,
        listening("127.0.0.2", port) as two,
        Names("127.0.0.1", "127.0.0.2") as names,
        open_folder() as folder,
        fronting(folder, f"blog-ai:{port}", names.at) as nginx,
        nginx.client() as client,
    ):
        assert client.post("/breaks-off").status_code == 503
        assert len(one.asked + two.asked) == 1
        assert client.get("/breaks-off").status_code == 503
        assert sorted([len(one.asked), len(two.asked)]) == [1, 2], (
            "each got the GET, and one of them the POST"
        )


def test_a_new_container_is_found_and_one_that_is_gone_is_not_missed() -> None:
    needs_nginx()
    port = free_port()
    with (
        Names("127.0.0.1") as names,
        open_folder() as folder,
        fronting(folder, f"blog-ai:{port}", names.at) as nginx,
        nginx.client() as client,
        listening("127.0.0.1", port),
    ):
        assert client.get("/").status_code == 200
        names.addresses = ("127.0.0.1", "127.0.0.2")
        with listening("127.0.0.2", port) as second:
            while not second.asked:
                assert client.get("/").status_code == 200
            assert {client.post("/").status_code for _ in range(10)} == {200}
        assert {client.post("/").status_code for _ in range(10)} == {200}


# What it says itself ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nobody(folder: Path) -> Iterator[Nginx]:
    """nginx with nobody behind it."""
    alone = folder / "alone"
    alone.mkdir()
    with fronting(alone, f"127.0.0.1:{free_port()}") as running:
        yield running


def test_people_get_a_page_while_nobody_is_there(nobody: Nginx) -> None:
    with nobody.client(headers=PAGE) as client:
        for reply in (client.get("/posts"), client.post("/sign-in", data={"email": "a"})):
            assert (reply.status_code, reply.headers["Retry-After"]) == (503, "5")
            assert reply.headers["Cache-Control"] == "no-store"
            assert "<h1>Can’t reach Blog AI</h1>" in reply.text
            assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
        assert client.get("/blog-ai-errors/unavailable.html").status_code == 404, "it is no page of its own"


@pytest.mark.parametrize("path", [*JSON_PATHS, "/posts"])
def test_programs_get_json(nobody: Nginx, path: str) -> None:
    accept = PAGE if path in JSON_PATHS else {"Accept": "application/json"}
    with nobody.client(headers=accept) as client:
        reply = client.post(path, json={})
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "5")
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert (reply.json()["code"], reply.json()["status"]) == ("unavailable", 503)


def test_what_is_too_large_to_be_discarded_is_refused_in_json(nginx: Nginx, upstream: Upstream) -> None:
    asked = len(upstream.asked)
    with nginx.client(headers={"X-Request-ID": "mine"}) as client:
        reply = client.post("/generate-blog", content=b" " * 16_800_000)
        assert client.post("/", content=b" " * 1_500_000).status_code == 200
    assert (reply.status_code, reply.json()["code"], reply.json()["request_id"]) == (
        413,
        "payload_too_large",
        "mine",
    )
    assert "Retry-After" not in reply.headers
    assert len(upstream.asked) == asked + 1


# Static files and compression -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content_type", "said", "passed"),
    [
        ("text/css", "max-age=315360000, public, immutable", "public, max-age=31536000, immutable"),
        ("image/png", "max-age=315360000, public, immutable", "public, max-age=31536000, immutable"),
        ("image/png", "max-age=60, public", "public, max-age=2592000"),
        ("text/css", "max-age=60, public", "max-age=60, public"),
    ],
)
def test_how_long_browsers_keep_a_file(nginx: Nginx, content_type: str, said: str, passed: str) -> None:
    with nginx.client() as client:
        for _ in range(2):  # from Blog AI, then from nginx' own copy
            reply = client.get("/static/a", params={"Content-Type": content_type, "Cache-Control": said})
            assert reply.headers.get_list("Cache-Control") == [passed]


def test_a_file_is_fetched_once_and_no_page_is_kept(nginx: Nginx, upstream: Upstream) -> None:
    static = (
        "/static/once.css?Cache-Control=max-age%3D60&Vary=Accept-Encoding&Content-Type=text/css&body=5000"
    )
    page = "/once?Cache-Control=max-age%3D60"
    with nginx.client() as client:
        for encoding in ("gzip", "identity", "gzip"):
            client.get(static, headers={"Accept-Encoding": encoding})
            client.get(page)
    assert (upstream.asked.count(static), upstream.asked.count(page)) == (1, 3)


def test_a_file_of_the_other_version_is_found_there() -> None:
    needs_nginx()
    port = free_port()
    with (
        listening("127.0.0.1", port) as old,
        listening("127.0.0.2", port),
        Names("127.0.0.1", "127.0.0.2") as names,
        open_folder() as folder,
        fronting(folder, f"blog-ai:{port}", names.at) as nginx,
        nginx.client() as client,
    ):
        paths = [f"/static/new.{number}.css" for number in range(12)]
        old.missing.update(paths)
        assert {client.get(path).status_code for path in paths} == {200}
        assert old.asked, "the one without them was asked too"


@pytest.mark.parametrize("path", ["/a", "/static/a"])
@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_text_is_compressed(nginx: Nginx, path: str, encoding: str) -> None:
    if encoding == "br" and "brotli on;" not in nginx.effective():
        pytest.skip("nginx has no Brotli (Debian: libnginx-mod-http-brotli-filter)")
    with nginx.client(headers={"Accept-Encoding": encoding}) as client:
        for content_type in ("text/html", "text/css", "text/javascript", "image/svg+xml"):
            with client.stream("GET", path, params={"Content-Type": content_type, "body": 5000}) as reply:
                assert (reply.headers.get("Content-Encoding"), reply.headers["Vary"]) == (
                    encoding,
                    "Accept-Encoding",
                )
                assert len(b"".join(reply.iter_raw())) < 500


def test_the_versions_of_the_api_stay_strong(nginx: Nginx) -> None:
    """A compressed reply has a weak ETag, with which nothing can be changed."""
    tag = '"abc"'
    with nginx.client(headers={"Accept-Encoding": "gzip, br"}) as client:
        reply = client.get("/versions", params={"ETag": tag, "body": 5000})
    assert reply.headers["ETag"] == tag


# The log ----------------------------------------------------------------------------------------


def test_the_log_has_no_secret_of_an_address(nginx: Nginx) -> None:
    opening = [
        route
        for method, route in routes(get_resolver().url_patterns)
        if method == "get" and re.search(r"<str:(token|key)>", route) and not route.startswith("admin/")
    ]
    assert len(opening) >= 6
    with nginx.client() as client:
        for route in opening:
            client.get("/" + re.sub(r"<[^>]+>", SECRET, route))
        client.get(f"/posts?key={SECRET}")
        client.get("/last-of-the-log")
    entry = json.loads(nginx.logged("/last-of-the-log"))
    assert (entry["method"], entry["status"], entry["client"]) == ("GET", 200, "127.0.0.1")
    assert SECRET not in nginx.log.read_text()
    assert nginx.logged('"path":"/confirm-email/…"')


# Other builds of nginx --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "build", "expected"),
    [
        ("1.22.1", "--with-http_v2_module", ["listen 8443 ssl http2;"]),
        ("1.26.3", "--with-http_v2_module", ["listen 8443 ssl;", "http2 on;"]),
        (
            "1.28.0",
            "--with-http_v2_module --with-http_v3_module",
            ["listen 8443 quic reuseport;", "http3 on;"],
        ),
    ],
)
def test_http_2_and_3_are_switched_on_as_the_build_wants_it(
    nginx: Nginx, tmp_path: Path, version: str, build: str, expected: list[str]
) -> None:
    pretender = tmp_path / "nginx"
    pretender.write_text(
        f"#!/bin/sh\necho 'nginx version: nginx/{version}\nconfigure arguments: {build}' >&2\n"
    )
    pretender.chmod(0o755)
    nginx.render(PATH=f"{tmp_path}:{os.environ['PATH']}", NGINX_HTTPS_PORT="8443")
    listen = (nginx.config.parent / "blog-ai" / "listen.conf").read_text()
    nginx.render()
    for line in expected:
        assert f"{line}\n" in listen
    assert ("http3" in listen) == ("http_v3" in build)


def test_without_its_names_nothing_is_written(nginx: Nginx, tmp_path: Path) -> None:
    """Half a configuration would be a server for nobody."""
    done = subprocess.run(
        [RENDER, tmp_path],
        env={"PATH": os.environ["PATH"], "BLOG_HOST": BLOG},
        capture_output=True,
        text=True,
    )
    assert (done.returncode != 0, list(tmp_path.iterdir())) == (True, [])
    assert "API_HOST must be the name of the API" in done.stderr
