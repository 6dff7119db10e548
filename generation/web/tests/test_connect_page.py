"""/connect: a key or an address is tested with one call, stored if it works, and used for the next post."""

import importlib
import resource
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.urls import clear_url_caches
from pytest_django import Settings

from accounts.models import User
from generation.llm import connected, discovery
from generation.llm.connected import Connection
from generation.llm.simulated import Answer, Failure, Server, serve
from generation.models import LlmCall, Post, Run
from generation.pipeline.types import Brief
from generation.runs.start import RunOptions, start_run
from generation.web.tests.test_new_post_page import filled
from generation.worker.execute import execute

URL = "/connect"
KEY = "sk-proj-0123456789-abcdefghijklm-WXYZ"


@pytest.fixture(autouse=True)
def _a_machine_of_its_own(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the demo model is configured, and no server on the developer's machine is queried."""
    settings.DATA_DIR = tmp_path / "data"
    settings.LOCAL_MODEL_ADDRESS = tmp_path / "model.url"
    settings.LOCAL_MODEL_ADDRESS.write_text("http://127.0.0.1:1/v1")
    settings.LLM_FIRST_TOKEN_TIMEOUT = settings.LLM_IDLE_TIMEOUT = 0.5
    monkeypatch.setattr(discovery, "SERVERS", {})


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


@pytest.fixture
def gemini(server: Server, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The simulated provider at what counts as Google's default address."""
    settings.GEMINI_BASE_URL = server.openai_url
    monkeypatch.setattr(connected, "GOOGLE", server.openai_url)
    return server


def by_address(server: Server, **fields: str) -> dict[str, str]:
    given = {"base_url": server.openai_url, "model": "simulated-1", "key": "", **fields}
    return {f"server-{name}": value for name, value in given.items()}


def by_key(**fields: str) -> dict[str, str]:
    given = {"provider": "gemini", "key": KEY, "model": "", **fields}
    return {f"key-{name}": value for name, value in given.items()}


def test_it_works(browser: Any, server: Server, alice: User) -> None:
    assert "local demo model</b> writes your posts, and it’s tiny." in browser.get(URL).text
    assert '<a href="/connect">Connect a model</a> for real writing.' in browser.get("/new").text
    reply = browser.post(URL, by_address(server))
    assert (reply.status_code, reply.url) == (302, URL)
    assert len(server.calls) == 1
    page = browser.get(URL).text
    assert "simulated-1 is connected and will write your next post." in page
    assert f"<code>{server.openai_url}</code>" in page
    new = browser.get("/new").text
    assert "<b>simulated-1</b> writes it" in new
    assert "demo model" not in new
    browser.post("/new", filled(sections="1"))
    run = Run.objects.get()
    async_to_sync(execute)(run.pk)  # as a running worker does
    assert {(call.provider, call.model) for call in LlmCall.objects.filter(run=run)} == {
        ("openai", "simulated-1")
    }
    assert "local demo model" not in browser.get(f"/posts/{Post.objects.get().pk}").text


def test_a_key(browser: Any, gemini: Server, settings: Settings) -> None:
    assert browser.post(URL, by_key()).status_code == 302
    assert connected.current() == Connection("gemini", KEY)
    assert gemini.calls[0].asked.model == settings.GEMINI_MODEL
    page = browser.get(URL).text
    assert "with the key that ends in <code>WXYZ</code>" in page
    assert KEY[:-4] not in page


def test_what_a_full_disk_does_not_take_is_said_and_nothing_is_changed(
    browser: Any, server: Server, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.post(URL, by_address(server))
    before, files = connected.current(), list(settings.DATA_DIR.iterdir())
    connect = connected.connect

    def connect_on_a_full_disk(connection: Connection) -> None:
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
        try:
            connect(connection)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    monkeypatch.setattr(connected, "connect", connect_on_a_full_disk)
    reply = browser.post(URL, by_address(server, model="other"), headers={"Accept": "text/html"})
    assert reply.status_code == 503
    assert "The model works, but we can’t save it in" in reply.text
    assert connected.current() == before
    assert list(settings.DATA_DIR.iterdir()) == files


def test_another_takes_its_place(browser: Any, server: Server, gemini: Server) -> None:
    browser.post(URL, by_key())
    assert "Connect a different model" in browser.get(URL).text
    browser.post(URL, by_address(server, model="other"))
    assert connected.current() == Connection("openai", "", server.openai_url, "other")


def test_disconnect(browser: Any, server: Server) -> None:
    browser.post(URL, by_address(server))
    reply = browser.post("/connect/disconnect")
    assert (reply.status_code, reply.url) == (302, URL)
    assert connected.kept() is None
    assert "its key deleted" in browser.get(URL).text
    assert "This demo model is tiny." in browser.get("/new").text


SAID_OF_SERVERS = [
    (Failure(401), {"key": KEY}, "key", "didn’t accept this key"),
    (Failure(401), {}, "key", "needs a key"),
    (Failure(402), {"key": KEY}, "key", "out of credit"),
    (Failure(404), {}, "model", "doesn’t have simulated-1"),
    (Failure(429), {}, "base_url", "is busy"),
    (Failure(400), {}, "base_url", "accept the request"),
    (Failure(500), {}, "base_url", "The server failed, or isn’t compatible with OpenAI"),
    (Answer(hang_at=0), {}, "base_url", "didn’t answer in time"),
    (Answer(text="", finish=None), {}, "base_url", "The server failed, or isn’t compatible with OpenAI"),
]


@pytest.mark.parametrize(("reaction", "fields", "field", "sentence"), SAID_OF_SERVERS)
def test_what_fails_is_said_beside_its_field_and_not_kept(
    browser: Any,
    server: Server,
    caplog: pytest.LogCaptureFixture,
    reaction: Failure | Answer,
    fields: dict[str, str],
    field: str,
    sentence: str,
) -> None:
    caplog.set_level("DEBUG")
    server.script.add(reaction, times=None)
    reply = browser.post(URL, by_address(server, **fields))
    page = unescape(reply.text)
    assert reply.status_code == 422
    assert sentence in page.partition(f'id="id_server-{field}_error"')[2].partition("</ul>")[0]
    assert page.count('aria-invalid="true"') == page.count("autofocus") == 1
    assert f'value="{server.openai_url}"' in page  # everything but the key is still there
    assert ("Your key wasn’t saved. Paste it again." in page) == ("key" in fields)
    assert "_API_KEY" not in page
    assert KEY not in page + caplog.text
    assert connected.kept() is None


SAID_OF_KEYS = [
    (Failure(401), "key", "Gemini didn’t accept this key"),
    (Failure(402), "key", "Your Gemini account is out of credit"),
    (Failure(404), "model", "Gemini doesn’t offer gemini-3.5-flash with this key"),
    (Failure(429), "key", "Gemini is busy"),
    (Failure(400), "key", "Gemini didn’t accept the request"),
    (Failure(500), "provider", "Gemini sent an answer we can’t use"),
    (Answer(hang_at=0), "provider", "Gemini didn’t answer in time"),
]


@pytest.mark.parametrize(("reaction", "field", "sentence"), SAID_OF_KEYS)
def test_what_fails_with_a_key(
    browser: Any, gemini: Server, reaction: Failure | Answer, field: str, sentence: str
) -> None:
    gemini.script.add(reaction, times=None)
    reply = browser.post(URL, by_key())
    page = unescape(reply.text)
    assert reply.status_code == 422
    assert sentence in page.partition(f'id="id_key-{field}_error"')[2].partition("</ul>")[0]
    assert KEY not in page
    assert connected.kept() is None


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"key-key": ""}, "Paste your key"),
        ({"key-key": "two words"}, "Copy it again"),
        ({"key-key": "sk-ключ"}, "Copy it again"),
        ({"key-provider": "skynet"}, "Choose one from the list."),
        ({"server-base_url": ""}, "Enter the server’s address"),
        ({"server-base_url": "localhost:11434"}, "Start the address with http://"),
        ({"server-base_url": "file:///etc/passwd"}, "Start the address with http://"),
        ({"server-base_url": "http://["}, "Start the address with http://"),
        ({"server-base_url": "http://127.0.0.1:99999/v1"}, "Start the address with http://"),
        (
            {"server-base_url": "http://127.0.0.1:1/v1", "server-model": "m"},
            "Nothing is answering at this address",
        ),
        ({"server-base_url": "http://127.0.0.1:1/v1"}, "Nothing is answering at this address"),
    ],
)
def test_what_cannot_be_right_is_said(browser: Any, sent: dict[str, str], sentence: str) -> None:
    reply = browser.post(URL, sent if "server-base_url" in sent else {**by_key(), **sent})
    assert reply.status_code == 422
    assert sentence in unescape(reply.text)
    assert connected.kept() is None


def test_a_server_with_one_model_needs_no_name(browser: Any, server: Server) -> None:
    server.models = ("only-one", "embedder")
    browser.post(URL, by_address(server, model=""))
    connection = connected.current()
    assert connection and connection.model == "only-one"


def test_a_server_with_several_models_wants_one_named(browser: Any, server: Server) -> None:
    server.models = ("a", "b")
    reply = browser.post(URL, by_address(server, model=""))
    assert reply.status_code == 422
    assert "Enter one of these: a, b." in reply.text
    assert not server.calls


def test_servers_of_this_machine_are_offered(
    browser: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "SERVERS", {"Ollama": server.port, "vLLM": 1})
    server.models = ("llama3.2", "qwen3")
    page = browser.get(URL).text
    assert "<option>llama3.2</option><option>qwen3</option>" in page
    assert "vLLM <span" not in page
    assert not server.calls


def test_the_environment_wins(browser: Any, server: Server, settings: Settings) -> None:
    browser.post(URL, by_address(server))
    settings.OPENAI_API_KEY = "of the environment"
    page = " ".join(browser.get(URL).text.split())
    assert "saved but not in use: an environment variable sets" in page
    assert "OpenAI is set by environment variables" in page
    assert "server-base_url" not in page
    assert '<option value="openai"' not in page
    assert '<option value="anthropic"' in page
    assert f"<b>{settings.OPENAI_MODEL}</b> writes it" in browser.get("/new").text
    connected.disconnect()
    assert browser.post(URL, by_address(server)).status_code == 422
    assert browser.post(URL, by_key(provider="openai")).status_code == 422
    assert connected.kept() is None


def test_beside_the_environments_it_is_a_choice(browser: Any, gemini: Server, settings: Settings) -> None:
    settings.OPENAI_API_KEY = "of the environment"
    browser.post(URL, by_key())
    page = browser.get(URL).text
    sentence = f"gemini-3.5-flash is connected. {settings.OPENAI_MODEL} still writes"
    assert sentence in page
    assert '<option value="gemini/gemini-3.5-flash"' in browser.get("/new").text


def test_with_all_in_the_environment_there_is_nothing_to_do(browser: Any, settings: Settings) -> None:
    settings.OPENAI_API_KEY = settings.ANTHROPIC_API_KEY = settings.GEMINI_API_KEY = "k"
    page = browser.get(URL).text
    assert "OpenAI and Anthropic and Gemini are set by environment variables" in page
    assert "Test and connect" not in page


def test_without_any_model(browser: Any, settings: Settings) -> None:
    settings.LOCAL_MODEL_ADDRESS.unlink()
    assert "No model is set up yet." in browser.get(URL).text
    assert 'You need a model first. <a href="/connect">Connect a model</a>' in browser.get("/new").text


@pytest.mark.parametrize("path", [URL, "/connect/disconnect"])
def test_nobody_has_to_sign_in_first(client: Client, server: Server, path: str) -> None:
    connected.connect(Connection("gemini", KEY))
    for reply in (client.get(URL), client.post(path, by_address(server))):
        assert reply.status_code == 302
        assert reply.url.startswith("/sign-in?next=")  # type: ignore[attr-defined]
    assert not server.calls
    assert connected.kept() == Connection("gemini", KEY)


@pytest.mark.parametrize("path", [URL, "/connect/disconnect"])
def test_another_site_cannot_send_it(alice: User, server: Server, path: str) -> None:
    connected.connect(Connection("gemini", KEY))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert strict.post(path, by_address(server)).status_code == 403
    assert not server.calls
    assert connected.kept() == Connection("gemini", KEY)


@pytest.fixture
def production(settings: Settings) -> Iterator[None]:
    """The URLs as they are in production."""

    def read_again() -> None:
        for module in ("generation.urls", settings.ROOT_URLCONF):
            importlib.reload(importlib.import_module(module))
        clear_url_caches()

    settings.DEVELOPMENT = False
    read_again()
    yield
    settings.DEVELOPMENT = True
    read_again()


def test_in_production_there_is_no_such_page(browser: Any, alice: User, production: None) -> None:
    from generation.posts.tests.posts import a_post

    for path in (URL, "/connect/disconnect"):
        assert browser.get(path).status_code == browser.post(path).status_code == 404
    written = a_post(alice, "Tides", written_by=("local", "SmolLM2-135M-Instruct"))
    for path in ("/new", "/settings", f"/posts/{written.pk}"):
        page = browser.get(path)
        assert page.status_code == 200
        assert "connect" not in page.text.replace("No connection", "").lower().replace("reconnect", "")


def test_a_run_that_was_queued_before_is_written_by_it_too(browser: Any, server: Server, alice: User) -> None:
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=1)))
    browser.post(URL, by_address(server))
    async_to_sync(execute)(run.pk)
    run.refresh_from_db()
    assert run.status == Run.Status.COMPLETED
