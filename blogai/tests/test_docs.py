"""The OpenAPI description, and the page that shows it."""

import re
import socket
import threading
import tomllib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import pytest
import uvicorn
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from blogai.tests.chromium import chromium
from blogai.tests.test_routes import routes

pytestmark = pytest.mark.django_db

API = ("api/", "api-keys", "generate-blog", "health")


@pytest.fixture
def schema(client: Client) -> dict[str, Any]:
    described: dict[str, Any] = client.get("/openapi.json").json()
    return described


def test_the_schema_is_json_whatever_is_asked(client: Client) -> None:
    for url, accept in (
        ("/openapi.json", "application/vnd.oai.openapi"),
        ("/openapi.json?format=yaml", "*/*"),
        ("/openapi.json", "text/html"),
    ):
        response = client.get(url, headers={"Accept": accept})
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("application/json")
        assert response.json()["openapi"].startswith("3.1")


def test_the_schema_has_every_route_whole(schema: dict[str, Any]) -> None:
    described = {
        (method, re.sub(r"{\w+}", "{}", path))
        for path, operations in schema["paths"].items()
        for method in operations
    }
    existing = {
        (method, "/" + re.sub(r"<[^>]+>", "{}", route))
        for method, route in routes(get_resolver().url_patterns)
        if route.startswith(API)
    }
    assert existing <= described
    assert {path for _, path in described} == {path for _, path in existing}


def test_every_operation_says_how_it_fails_and_who_may(schema: dict[str, Any]) -> None:
    assert set(schema["components"]["securitySchemes"]) == {"apiKey", "bearer", "session"}
    ids = []
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
            assert "security" in operation
            ids.append(operation["operationId"])
    assert len(ids) == len(set(ids))


def test_the_version_is_that_of_the_project(client: Client, schema: dict[str, Any]) -> None:
    version = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
    assert version == schema["info"]["version"] == client.get("/health").json()["version"]
    assert client.get("/health/sentry").json()["sentry"]["release"] == f"blog-ai@{version}"


def test_every_reference_leads_somewhere(schema: dict[str, Any]) -> None:
    for reference in set(re.findall(r"'\$ref': '#/([^']+)'", str(schema))):
        target: Any = schema
        for step in reference.split("/"):
            target = target[step]


@pytest.mark.parametrize("url", ["/docs", "/docs/errors", "/docs/reference", "/", "/nothing-here"])
def test_no_page_has_inline_script_or_style(client: Client, url: str) -> None:
    response = client.get(url)
    page = response.text
    assert "<style" not in page
    assert not re.search(r"\sstyle=|\son\w+=|javascript:", page)
    assert all(" src=" in tag for tag in re.findall(r"<script[^>]*>", page))
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("url", ["/docs", "/docs/reference", "/"])
def test_everything_a_page_loads_is_ours_and_there(client: Client, url: str) -> None:
    for address in re.findall(r'(?:src|href)="([^"#]+)"', client.get(url).text):
        path = address.removeprefix(settings.PUBLIC_URL)  # of the page's own address
        assert path.startswith("/")
        assert client.get(path.replace("&amp;", "&")).status_code == 200, address


def test_no_stylesheet_imports_what_is_not_there(client: Client) -> None:
    for name in re.findall(r'url\("([^"]+)"\)', client.get("/static/css/site.css").text):
        assert client.get(urljoin("/static/css/", name)).status_code == 200, name


# In a browser -----------------------------------------------------------------------------------


@pytest.fixture
def live(transactional_db: None) -> Iterator[str]:
    """Runs our application on uvicorn with the test database; gives its URL."""
    from blogai.asgi import application

    listening = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(
        uvicorn.Config(application, lifespan="off", log_level="warning", ws="websockets-sansio")
    )
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    running.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
def page() -> Iterator[Any]:
    with chromium() as browser:
        yield browser.new_page()


@pytest.fixture
def complaints(page: Any) -> list[str]:
    """The errors in the browser's console, including violations of the content security policy."""
    heard: list[str] = []
    page.on(
        "console",
        lambda message: heard.append(message.text) if message.type in {"error", "warning"} else None,
    )
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.mark.e2e
def test_the_first_page_reads_well_at_every_width_and_in_the_dark(
    live: str, page: Any, complaints: list[str]
) -> None:
    for width, scheme in ((320, "light"), (1920, "dark"), (320, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.goto(live)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    assert complaints == []
