"""The comparison of replies with /openapi.json notices what is wrong; the description leaves nothing open."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.test import AsyncClient, Client
from drf_spectacular.validation import validate_schema

from blogai.tests.contract import PRODUCT, NotAsDescribed, Reply, Schema, check, description
from health import report

USAGE = {
    "tier": "free",
    "resets_at": "2026-12-01T00:00:00Z",
    "month": {"used": 1, "reserved": 0, "limit": 5},
    "day": {"used": 1, "reserved": 0, "limit": None},
    "assists": {"used": 0, "reserved": 0, "limit": 30},
    "cost": {"spent_usd": "0.000000", "limit_usd": None},
}
PROBLEM = {
    "type": "urn:blog-ai:problem:not_found",
    "title": "Not found",
    "status": 404,
    "detail": "We can’t find that run.",
    "code": "not_found",
    "request_id": "r",
}
HEADERS = {"X-Request-ID": "r", "ETag": '"v1"'}
POST = "/api/v1/posts/0192d3b4-7e5f-7c5a-9d6e-2f1a3b4c5d6e"
ACCEPTED = {
    "status": "queued",
    "id": "0192d3b4-7e5f-7c5a-9d6e-2f1a3b4c5d6e",
    "run_id": "0192d3b4-7e5f-7c5a-9d6e-2f1a3b4c5d6f",
    "conversation_id": "tides",
    "status_url": "http://testserver/api/v1/runs/1",
    "events_url": "http://testserver/api/v1/runs/1/events",
    "ws_url": "ws://testserver/ws/conversation/tides",
    "estimated_cost_usd": None,
}


def reply(
    path: str = "/api/v1/usage",
    body: object = USAGE,
    *,
    method: str = "GET",
    status: int = 200,
    media_type: str = "application/json",
    **headers: str,
) -> Reply:
    """Made up, and as described unless a test says otherwise."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content = b"" if body is None else json.dumps(body).encode()
    return Reply(method, path, status, {**HEADERS, "Content-Type": media_type, **named}, content)


def problem(path: str, status: int, code: str = "not_found", method: str = "GET", **headers: str) -> Reply:
    body = {**PROBLEM, "status": status, "code": code}
    return reply(path, body, method=method, status=status, media_type="application/problem+json", **headers)


def compare(made_up: Reply) -> None:
    check(made_up, PRODUCT)


@pytest.mark.parametrize(
    "right",
    [
        reply(),
        reply("/generate-blog", ACCEPTED, method="POST", status=202, Location="http://testserver/1"),
        reply(POST, None, method="DELETE", status=204),
        problem(POST, 404),
        problem(POST, 401, "not_authenticated", WWW_Authenticate='Bearer realm="Blog AI"'),
        problem(POST, 405, "method_not_allowed", method="PUT", Allow="GET, DELETE"),
        problem(POST, 503, "unavailable", Retry_After="5"),
        problem("/api/v1/nothing", 404),
        problem("/nothing", 404),
        reply("/a/page", None, media_type="text/html"),
    ],
    ids=lambda right: f"{right.method} {right.path} {right.status}",
)
def test_a_reply_as_described_passes(right: Reply) -> None:
    compare(right)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (reply(body=USAGE | {"tier": 1}), 'at tier: 1 is not of type "string"'),
        (reply(body=USAGE | {"resets_at": "soon"}), 'at resets_at: "soon" is not a "date-time"'),
        (reply(body=USAGE | {"month": USAGE}), "at month: "),
        (reply(body=USAGE | {"more": 1}), "'more' was unexpected"),
        (reply(body={"tier": "free"}), '"assists" is a required property'),
        (reply(status=201), "the status is not described"),
        (reply(status=302), "the status is not described"),
        (reply(media_type="text/html"), "it is text/html; described is application/json"),
        (reply(body=None), "it is not JSON"),
        (reply(body=USAGE | {"tier": "\ud800"}), "it is not JSON"),
        (reply(X_Request_ID="a b"), "the header X-Request-ID"),
        (reply(ETag='W/"v1"'), "the header ETag"),
        (reply(status=304), "it should have no content"),
        (reply("/api/v1/nothing"), "the address is not described"),
        (reply("/generate-blogs"), "the address is not described"),
        (reply(POST, USAGE, method="PUT"), "the method is not described"),
        (reply(POST, USAGE, method="DELETE", status=204), "it should have no content"),
        (reply("/generate-blog", ACCEPTED, method="POST", status=202), "the header Location is missing"),
        (problem(POST, 404, "gone"), 'at code: "gone" is not one of'),
        (problem(POST, 418), "at status: 418 is not one of"),
        (problem(POST, 401, "not_authenticated"), "the header WWW-Authenticate is missing"),
        (problem(POST, 405, "method_not_allowed", method="PUT"), "the header Allow is missing"),
        (problem(POST, 503, "unavailable"), "the header Retry-After is missing"),
        (problem(POST, 503, "unavailable", Retry_After="0"), "the header Retry-After: 0 is less than"),
        (problem(POST, 503, "unavailable", Retry_After="1.5"), "the header Retry-After"),
        (problem("/nothing", 404, "gone"), 'at code: "gone" is not one of'),
        (problem("/nothing", 503, "unavailable"), "the header Retry-After is missing"),
        (problem("/nothing", 429, "rate_limited"), "the header Retry-After is missing"),
    ],
)
def test_a_reply_that_is_not_as_described_is_noticed(wrong: Reply, sentence: str) -> None:
    with pytest.raises(NotAsDescribed) as noticed:
        compare(wrong)
    assert str(noticed.value).startswith(f"{wrong.method} {wrong.path} answered {wrong.status}, ")
    assert sentence in str(noticed.value)


@pytest.fixture
def tired(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that gives a reason which is not described."""

    async def not_ready() -> str:
        return "tired"

    monkeypatch.setattr(report, "not_ready", not_ready)


@pytest.mark.usefixtures("tired")
def test_djangos_client_hands_out_no_such_reply(client: Client) -> None:
    with pytest.raises(NotAsDescribed, match="at reason"):
        client.get("/health/ready")


@pytest.mark.usefixtures("tired")
async def test_its_asynchronous_one_neither(async_client: AsyncClient) -> None:
    with pytest.raises(NotAsDescribed, match="at reason"):
        await async_client.get("/health/ready")


async def test_httpx_neither() -> None:
    server = httpx.MockTransport(lambda request: httpx.Response(200, json={"status": "ready"}))
    url = "http://127.0.0.1/health/ready"
    with httpx.Client(transport=server) as client, pytest.raises(NotAsDescribed, match="is missing"):
        client.get(url)
    async with httpx.AsyncClient(transport=server) as client:
        with pytest.raises(NotAsDescribed, match="is missing"):
            await client.get(url)


# The description ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document() -> Schema:
    return description().document


def test_it_is_openapi(document: Schema) -> None:
    validate_schema(document)  # type: ignore[no-untyped-call]


def test_the_one_that_is_served_is_the_same(client: Client, document: Schema) -> None:
    assert client.get("/openapi.json").json() == document


def test_every_object_of_a_reply_has_all_its_properties_and_no_others(document: Schema) -> None:
    components = document["components"]["schemas"]
    bodies = {
        *("GenerateBlogBody", "PatchedOutlineBody", "RetryBody", "SectionBody", "WebhookTestBody"),
        *("NewApiKeyBody", "PatchedChangedApiKeyBody", "RotateBody", "CheckoutBody"),
        *("TextBody", "AcceptBody", "PatchedPostChange", "ProposalBody", "RegenerateBody"),
        *("ShareBody", "ImportBody"),
    }
    sent = set(components) - bodies
    replies = [operation["responses"] for path in document["paths"].values() for operation in path.values()]
    found = [each for name in sent for each in objects(components[name])] + list(objects(replies))
    assert len(found) > 30
    for schema in found:
        if "properties" in schema:
            assert schema["additionalProperties"] is False
        else:
            assert schema["additionalProperties"]
    part = [schema for schema in found if set(schema.get("properties", ())) - set(schema.get("required", ()))]
    assert [components["Problem"], health_service(document)] == [
        each for each in part if "id" not in each["properties"]
    ]
    assert all(each["required"] == ["event", "data"] for each in part if "id" in each["properties"])


def objects(node: Any) -> Iterator[Schema]:
    if isinstance(node, list):
        for each in node:
            yield from objects(each)
    elif isinstance(node, dict):
        if "object" in node.get("type", ()) and isinstance(node["type"], str | list):
            yield node
        for each in node.values():
            yield from objects(each)


def health_service(document: Schema) -> Schema:
    """Of which each has the figures that it has."""
    overview = document["paths"]["/health"]["get"]["responses"]["200"]["content"]["application/json"]
    service: Schema = overview["schema"]["properties"]["services"]["additionalProperties"]
    return service
