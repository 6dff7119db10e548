"""Blog AI behind nginx as in production, with a key, a browser's cookies, sockets, and a rolling restart."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.core.management import call_command
from django.test import Client as Browser
from django.test import override_settings

from blogai.tests.chromium import chromium
from blogai.tests.folders import open_folder
from blogai.tests.processes import SECONDS, until
from blogai.tests.proxy.deployment import Deployment, deployed
from blogai.tests.proxy.load import Author, Reader, Socket
from blogai.tests.proxy.nginx import API, BLOG, Nginx, needs_nginx
from blogai.tests.test_production import LONG
from generation.llm.simulated import Answer, Pace

pytestmark = [pytest.mark.worker, pytest.mark.timeout(240)]

PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def deployment(database_url: str) -> Iterator[Deployment]:
    needs_nginx()
    with open_folder() as folder, deployed(folder, database_url) as running:
        yield running


@pytest.fixture(scope="module")
def alice(deployment: Deployment, django_db_blocker: Any) -> Iterator[tuple[str, str]]:
    """The key and the session of somebody on the largest plan, who is there as long as the deployment."""
    from accounts import api_keys
    from accounts.models import User
    from billing.tiers import set_tier

    with django_db_blocker.unblock(), override_settings(API_KEY_PEPPER=LONG, SECRET_KEY=LONG):
        user = User.objects.create_user(email="alice@example.com", password="a password")
        set_tier(user=user, tier="business")
        browser = Browser()
        browser.force_login(user)
        key = api_keys.issue(user, "a test's", ("read", "generate", "manage"))[1]
    yield key, browser.cookies["sessionid"].value
    deployment.close()
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def key(alice: tuple[str, str]) -> str:
    return alice[0]


@pytest.mark.parametrize("host", [BLOG, API])
def test_a_page_and_its_form_work_with_cookies_of_this_host_alone(deployment: Deployment, host: str) -> None:
    with deployment.nginx.client(host, headers=PAGE) as browser:
        page = browser.get("/sign-up")
        assert page.status_code == 200
        cookie = page.headers["Set-Cookie"]
        assert cookie.startswith("__Host-csrftoken=") and "; Secure" in cookie
        assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        form = {"email": f"new@{host}", "password1": "correct horse battery", "csrfmiddlewaretoken": token}
        headers = {"Origin": f"https://{host}", "Cookie": cookie.partition(";")[0]}
        signed_up = browser.post("/sign-up", data=form, headers=headers)
        assert (signed_up.status_code, signed_up.headers["Location"]) == (302, "/confirm-email")


def test_plain_http_redirects_people_and_refuses_programs(deployment: Deployment, key: str) -> None:
    with deployment.nginx.client(plain=True) as client:
        page = client.get("/docs?x=1", headers=PAGE)
        assert (page.status_code, page.headers["Location"]) == (301, f"https://{BLOG}/docs?x=1")
        for reply in (
            client.get("/api/v1/posts", headers={"X-API-Key": key}),
            client.post("/generate-blog", json={"topic": "Tides"}, headers={"X-API-Key": key}),
            client.get("/ws/conversation/tides", headers={"Upgrade": "websocket", "Connection": "Upgrade"}),
        ):
            assert (reply.status_code, reply.json()["code"]) == (403, "permission_denied")
        assert client.get("/health/live").status_code == 200


def test_a_body_that_is_too_large_is_refused_by_us(deployment: Deployment, key: str) -> None:
    with deployment.nginx.client(headers={"X-API-Key": key}) as client:
        reply = client.post("/generate-blog", json={"topic": "Tides" * 300_000})
    assert (reply.status_code, reply.json()["code"]) == (413, "payload_too_large")
    assert reply.json()["request_id"] == reply.headers["X-Request-ID"]


def test_files_and_pages_are_compressed_and_versions_stay_strong(deployment: Deployment, key: str) -> None:
    with deployment.nginx.client(headers={"X-API-Key": key, "Accept-Encoding": "gzip"}) as client:
        for path in ("/", "/static/css/site.css", "/openapi.json"):
            assert client.get(path).headers["Content-Encoding"] == "gzip", path
        reply = client.get("/api/v1/posts")
        assert "Content-Encoding" not in reply.headers
        tag = reply.headers["ETag"]
        assert tag.startswith('"')
        assert client.get("/api/v1/posts", headers={"If-None-Match": tag}).status_code == 304


def test_a_program_may_wait_a_minute_for_its_post(deployment: Deployment, key: str) -> None:
    """Many proxies give up after 60 seconds."""
    deployment.model.pace = Pace(seconds_per_call=20.5)  # three rounds: outline, section, conclusion
    begun = time.monotonic()
    with deployment.nginx.client(headers={"X-API-Key": key}) as client:
        reply = client.post("/generate-blog", json={"topic": "Tides", "sections": 1}, timeout=200)
    assert (reply.status_code, reply.json()["status"]) == (201, "success")
    assert time.monotonic() - begun > 60


def test_a_socket_gets_every_frame_of_a_run(deployment: Deployment, key: str) -> None:
    deployment.model.pace = Pace(seconds_per_call=0.3)
    post, socket = watched(deployment, key, "A whole run", sections=2)
    socket.join(60)
    assert (socket.page.ending, socket.failures, socket.gaps) == ("run.completed", [], [])
    assert socket.page.markdown == post()


@pytest.fixture
def page(alice: tuple[str, str], deployment: Deployment) -> Iterator[Any]:
    """A page in Chromium, signed in, behind a proxy that lets no WebSocket through."""
    cookie = {"name": "__Host-sessionid", "value": alice[1], "url": f"https://{BLOG}", "secure": True}
    with open_folder() as folder:
        nginx = Nginx(folder, deployment.upstream, deployment.resolver)
        nginx.strip_upgrades()
        nginx.start()
        there = f"--host-resolver-rules=MAP {BLOG} 127.0.0.1:{nginx.https}"
        with chromium(there) as browser:
            context = browser.new_context(ignore_https_errors=True, service_workers="block")
            context.add_cookies([cookie])
            yield context.new_page()
        nginx.stop()


def test_where_a_proxy_blocks_sockets_the_page_says_so_and_goes_on(
    deployment: Deployment, key: str, page: Any
) -> None:
    deployment.model.pace = Pace(seconds_per_call=1)
    with deployment.nginx.client(headers={"X-API-Key": key}) as client:
        reply = client.post(
            "/generate-blog", json={"topic": "Tides", "sections": 2}, headers={"Prefer": "respond-async"}
        )
    page.goto(f"https://{BLOG}/posts/{reply.json()['id']}")
    page.get_by_text("Reconnecting… your post is still being written.").wait_for(timeout=60_000)
    page.get_by_role("link", name="Write another like this").wait_for(timeout=60_000)


def test_a_rolling_restart_under_load_loses_no_request_and_no_run(deployment: Deployment, key: str) -> None:
    held = deployment.model.gate()  # the run lasts until both processes have been restarted
    deployment.model.script.add(Answer(gate=held, gate_at=40), schema=False, prompt="A long run")
    post, socket = watched(deployment, key, "A long run", sections=3)
    until(lambda: socket.page.texts, "the first words")
    held.wait_for_call(SECONDS)
    deployment.model.pace = Pace(seconds_per_call=0.2)
    nginx = deployment.nginx
    with Reader(nginx, key) as reader, Reader(nginx, key) as another, Author(nginx, key) as author:
        for number in range(len(deployment.web)):
            deployment.restart(number)
    held.release()
    asked = reader.asked + another.asked + author.asked
    assert reader.failures + another.failures + author.failures == []
    assert reader.asked > 50 and len(author.runs) >= 3, "there was no load"
    with nginx.client(headers={"X-API-Key": key}) as client:
        for run in author.runs:
            until(lambda run=run: status(client, run) == "completed", "a run of the meantime")  # type: ignore[misc]
    socket.join(60)
    assert (socket.page.ending, socket.failures) == ("run.completed", [])
    print(f"{asked} requests, {len(author.runs)} runs, {max(socket.gaps):.2f} s until the socket was back")
    assert socket.page.markdown == post()
    assert max(socket.gaps) <= 2


def status(client: httpx.Client, run: str) -> str:
    return str(client.get(f"/api/v1/runs/{run}").json()["status"])


def watched(deployment: Deployment, key: str, topic: str, sections: int) -> tuple[Any, Socket]:
    """A run that has just begun, with a socket; the first of the pair gives its finished text."""
    headers = {"X-API-Key": key}
    with deployment.nginx.client(headers=headers) as client:
        body = {"topic": topic, "sections": sections, "conversation_id": f"c-{uuid4()}"}
        reply = client.post("/generate-blog", json=body, headers={"Prefer": "respond-async"})
        assert reply.status_code == 202, reply.text
    socket = Socket(deployment.nginx, key, body["conversation_id"])  # type: ignore[arg-type]
    socket.start()

    def text() -> str:
        with deployment.nginx.client(headers=headers) as client:
            return str(client.get(f"/api/v1/posts/{reply.json()['id']}").json()["content_markdown"])

    return text, socket
