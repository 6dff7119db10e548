"""What a deprecated operation says, with routes that are made up."""

from datetime import UTC, datetime
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from blogai import deprecation
from blogai.deprecation import Deprecation
from blogai.tests.contract import PRODUCT, description

SINCE, SUNSET = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC)
LINK = "https://blog-ai.example/changes"


@pytest.fixture(autouse=True)
def deprecated(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up = {
        ("GET", "/api/v1/rest"): Deprecation(since=SINCE, sunset=SUNSET, link=LINK),
        ("GET", "/api/v1/async/{name}"): Deprecation(since=SINCE, link=LINK),
    }
    description()  # of the product, which knows nothing of these
    monkeypatch.setattr(deprecation, "DEPRECATED", made_up)


@pytest.mark.urls("blogai.tests.probe_urls")
def test_every_reply_says_so(client_for: Any) -> None:
    client = client_for("alice")
    reply = client.get("/api/v1/rest")
    headers = {name: reply.headers.get(name) for name in ("Deprecation", "Sunset", "Link")}
    assert headers == {
        "Deprecation": "@1798761600",
        "Sunset": "Thu, 01 Jul 2027 00:00:00 GMT",
        "Link": f'<{LINK}>; rel="deprecation"; type="text/html", <{LINK}>; rel="sunset"; type="text/html"',
    }
    tag = reply.headers["ETag"]
    for again in (
        client.head("/api/v1/rest"),
        client.get("/api/v1/rest", headers={"If-None-Match": tag}),
        client_for(None).get("/api/v1/rest"),
        client.get("/api/v1/async/missing"),
    ):
        assert again.headers["Deprecation"] == "@1798761600", again.status_code
    assert "Sunset" not in client.get("/api/v1/async/missing").headers
    for other in (client.post("/api/v1/rest", {"topic": "a"}), client.get("/api/v1/plain")):
        assert "Deprecation" not in other.headers


def test_the_description_marks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    operation = ("GET", "/api/v1/runs/{run_id}")
    found = Deprecation(since=SINCE, sunset=SUNSET, link=LINK)
    monkeypatch.setattr(deprecation, "DEPRECATED", {operation: found})
    document: Any = SchemaGenerator(urlconf=PRODUCT).get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    marked = [
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method, each in operations.items()
        if each.get("deprecated")
    ]
    assert marked == [operation]
    described = document["paths"]["/api/v1/runs/{run_id}"]["get"]["description"]
    assert described.startswith(
        "Deprecated since January 1, 2027 and will be removed on July 1, 2027: "
        f"[what to use instead]({LINK})."
    )
