"""The status, body and headers of every error, on the routes of blogai.tests.probe_urls."""

import json
import logging
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import AsyncClient, Client

from blogai.core.body import read_json
from blogai.core.errors import ValidationFailed

pytestmark = [pytest.mark.urls("blogai.tests.probe_urls"), pytest.mark.django_db]

EITHER = pytest.mark.parametrize("url", ["/api/v1/plain", "/api/v1/rest"])
ANY_KIND = pytest.mark.parametrize("kind", ["async", "sync", "rest"])


@pytest.fixture
def quiet_client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def send(client_for: Callable[..., Client]) -> Callable[..., Any]:
    """Posts raw bytes with a key of alice's."""
    client = client_for("alice")
    return lambda url, body, content_type="application/json": client.post(url, body, content_type)


def check_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(response.content)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert (response.status_code, body["status"], body["code"]) == (status, status, code)
    assert body["type"] and body["title"] and body["detail"]
    assert body["request_id"] == response.headers["X-Request-ID"]
    return body


@ANY_KIND
@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("ours", 409, "conflict"),
        ("tier", 403, "tier_required"),
        ("limited", 429, "rate_limited"),
        ("maintenance", 503, "maintenance"),
        ("busy", 502, "provider_error"),
        ("outage", 503, "unavailable"),
        ("interface", 503, "unavailable"),
        ("queue", 503, "unavailable"),
        ("missing", 404, "not_found"),
        ("forbidden", 403, "permission_denied"),
        ("suspicious", 400, "malformed"),
        ("throttled", 429, "rate_limited"),
        ("validation", 422, "validation_error"),
        ("unexpected", 500, "error"),
    ],
)
def test_an_exception_is_a_problem_in_every_kind_of_view(
    quiet_client: Client, kind: str, name: str, status: int, code: str
) -> None:
    response = quiet_client.get(f"/api/v1/{kind}/{name}")
    check_problem(response, status, code)
    assert "secret" not in response.text
    assert "internal" not in response.text
    if status in {429, 503}:
        assert int(response.headers["Retry-After"]) >= 1


@ANY_KIND
def test_the_extra_fields_of_an_error_are_in_the_body(client: Client, kind: str) -> None:
    assert client.get(f"/api/v1/{kind}/tier").json()["required_tier"] == "pro"


@ANY_KIND
@pytest.mark.parametrize(("name", "seconds"), [("limited", 2), ("throttled", 3), ("busy", 8)])
def test_the_wait_is_in_whole_seconds_rounded_up(client: Client, kind: str, name: str, seconds: int) -> None:
    response = client.get(f"/api/v1/{kind}/{name}")
    assert response.headers["Retry-After"] == str(seconds)
    assert response.json()["retry_after"] == seconds


@ANY_KIND
def test_what_nobody_expected_is_logged_once_with_its_traceback(
    quiet_client: Client, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        quiet_client.get(f"/api/v1/{kind}/unexpected")
    assert [bool(record.exc_info) for record in caplog.records] == [True]


def test_a_page_is_told_to_people_as_a_page(quiet_client: Client) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for name, status in (("ours", 409), ("outage", 503), ("unexpected", 500), ("missing", 404)):
        response = quiet_client.get(f"/page/{name}", headers=browser)
        assert response.status_code == status
        assert response.headers["Content-Type"].startswith("text/html")
        assert response.headers["X-Request-ID"] in response.text
        assert "secret" not in response.text
    assert quiet_client.get("/page/outage", headers=browser).headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "application/json"},
        {"Accept": "application/problem+json"},
        {"X-API-Key": "x"},
        {"Content-Type": "application/json"},
    ],
)
def test_a_program_gets_json_wherever_it_asks(client: Client, headers: dict[str, str]) -> None:
    check_problem(client.get("/nothing-here", headers=headers), 404, "not_found")


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api", "/api/v2/posts", "/generate-blogs", "/health/nothing"]
)
def test_an_address_that_is_not_there(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    if path != "/api":
        check_problem(response, 404, "not_found")


@pytest.mark.parametrize(("url", "allowed"), [("/api/v1/plain", "GET"), ("/api/v1/rest", "POST")])
def test_a_method_that_is_not_there(client_for: Callable[..., Client], url: str, allowed: str) -> None:
    response = client_for("alice").delete(url)
    check_problem(response, 405, "method_not_allowed")
    assert allowed in response.headers["Allow"]


def test_a_sane_request_id_is_kept_and_another_replaced(client: Client) -> None:
    assert client.get("/api/v1/x", headers={"X-Request-ID": "abc-1"}).headers["X-Request-ID"] == "abc-1"
    for sent in ("", "a b", "x" * 101, "<script>", "ä"):
        made = client.get("/api/v1/x", headers={"X-Request-ID": sent}).headers["X-Request-ID"]
        assert made != sent
        assert len(made) == 32


@pytest.mark.parametrize(
    "middleware", ["sessions.middleware.SessionMiddleware", "auth.middleware.AuthenticationMiddleware"]
)
async def test_an_outage_in_a_middleware_is_a_503_too(
    middleware: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("connection to server at db.internal failed")

    monkeypatch.setattr(f"django.contrib.{middleware}.process_request", fail)
    client = AsyncClient(raise_request_exception=False)
    check_problem(await client.get("/api/v1/plain"), 503, "unavailable")
    page: Any = await client.get("/page", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")


def test_a_host_that_is_not_ours(client: Client) -> None:
    check_problem(client.get("/api/v1/plain", headers={"Host": "evil.example"}), 400, "malformed")


async def test_a_stream_passes_untouched() -> None:
    response: Any = await AsyncClient().get("/api/v1/stream")
    assert response.headers["X-Request-ID"]
    assert [part async for part in response] == [b"0\n", b"1\n", b"2\n"]


# Bodies -----------------------------------------------------------------------------------------


@EITHER
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"   ", "is empty"),
        (b"{", "line 1, column 2"),
        (b'{"topic": "a",}', "line 1, column"),
        (b"{'topic': 'a'}", "line 1, column 2"),
        (b'{"topic": "a\x00"}', "line 1, column 13"),
        (b'{"topic": "\xff"}', "isn’t UTF-8: byte 12 is invalid"),
        ('{"topic": "tides"}'.encode("utf-16"), "isn’t UTF-8"),
        (b"[]", "not a list"),
        (b'"tides"', "not a string"),
        (b"null", "not null"),
        (b"5", "not a number"),
        (b"true", "not true or false"),
        (b'{"topic": NaN}', "NaN isn’t a number"),
        (b'{"topic": -Infinity}', "-Infinity isn’t a number"),
        (b'{"topic": 1e309}', "too large"),
        (b'{"topic": "a", "keywords": [{"b": [-1e400]}]}', "too large, in keywords"),
        (b'{"topic": "\xed\xa0\x80"}', "isn’t UTF-8: byte 12 is invalid"),
        ('{"topic": "tides"}'.encode("utf-16-le"), "valid JSON"),
        ('{"topic": "tides"}'.encode("utf-32"), "isn’t UTF-8"),
        (b'{"sections": ' + b"9" * 5000 + b"}", "too many digits"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"[" * 400_000, "nested too deeply"),
    ],
)
def test_a_body_that_cannot_be_read(url: str, send: Callable[..., Any], body: bytes, sentence: str) -> None:
    assert sentence in check_problem(send(url, body), 400, "malformed")["detail"]


@EITHER
@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"topic": ["This field is required."]}),
        ({"topic": ""}, {"topic": ["This field may not be blank."]}),
        ({"topic": {"a": 1}}, {"topic": ["Not a valid string."]}),
        ({"topic": "a", "topics": "b"}, {"topics": ["Unknown field."]}),
        ({"topics": "b"}, {"topics": ["Unknown field."], "topic": ["This field is required."]}),
        ({"topic": "a", "id": "b"}, {"id": ["Unknown field."]}),
        (
            {"topic": "a", "keywords": ["b", "much too long"]},
            {"keywords.1": ["Ensure this field has no more than 10 characters."]},
        ),
        ({"topic": "a", "keywords": "b"}, {"keywords": ['Expected a list of items but got type "str".']}),
        (
            {"topic": "a", "sections": 1, "num_sections": 2},
            {"num_sections": ["This is the same as sections. Send only one of them."]},
        ),
    ],
)
def test_fields_that_are_wrong_are_named(
    url: str, send: Callable[..., Any], body: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    assert check_problem(send(url, body), 422, "validation_error")["errors"] == errors


@EITHER
@pytest.mark.parametrize("character", ["\\u0000", "\\ud800", "\\udfff"])
@pytest.mark.parametrize(
    ("body", "place"),
    [('{"topic": "a%sb"}', "topic"), ('{"topic": "a", "keywords": ["b", "%s"]}', "keywords.1")],
)
def test_characters_that_cannot_be_stored(
    url: str, send: Callable[..., Any], body: str, place: str, character: str
) -> None:
    problem = check_problem(send(url, (body % character).encode()), 422, "validation_error")
    assert list(problem["errors"]) == [place]


@EITHER
def test_they_are_refused_in_names_too(url: str, send: Callable[..., Any]) -> None:
    for body in (b'{"topic": "a", "b\\ud800": 1}', b'{"topic": "a", "b\\u0000": {"c": [{}]}}'):
        check_problem(send(url, body), 422, "validation_error")


@EITHER
def test_what_only_looks_dangerous_is_left_as_written(url: str, send: Callable[..., Any]) -> None:
    for topic in ("\U0001f30a tides", "\\u0000 as text", "<script>", "ﬁ\u202e\u200b", "e\u0301"):
        response = send(url, json.dumps({"topic": topic}).encode())
        assert (response.status_code, response.json()) == (201, {"topic": topic})


@EITHER
def test_what_is_unusual_but_right(url: str, send: Callable[..., Any]) -> None:
    assert send(url, b'{"topic": "a", "topic": "b"}').json() == {"topic": "b"}
    assert send(url, b'\xef\xbb\xbf{"topic": "a"}').json() == {"topic": "a"}
    assert send(url, b'{"topic": "a"}', "application/json; charset=utf-8").json() == {"topic": "a"}
    assert send(url, b'{"topic": "a", "num_sections": 3}').json() == {"topic": "a", "sections": 3}


@EITHER
@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_another_content_type_is_refused(url: str, send: Callable[..., Any], content_type: str) -> None:
    check_problem(send(url, b'{"topic": "a"}', content_type), 415, "unsupported_media_type")


@EITHER
@pytest.mark.parametrize("size", [1_000_001, 11_000_000])
def test_a_large_body_is_refused(url: str, send: Callable[..., Any], size: int) -> None:
    check_problem(send(url, b'{"topic": "' + b"a" * size + b'"}'), 413, "payload_too_large")


@EITHER
def test_a_reply_to_a_thousand_wrong_fields_is_small(url: str, send: Callable[..., Any]) -> None:
    response = send(url, {f"{number}{'x' * 300}": 1 for number in range(1000)})
    problem = check_problem(response, 422, "validation_error")
    assert len(problem["errors"]) == 20
    assert "1000 more" in problem["detail"]
    assert len(response.content) < 5_000


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"topic": "a", "keywords": [' + b",".join([b"1"] * 490_000) + b"]}", "keywords"),
        (b'{"topic": ' + b"[" * 900 + b"[]," * 300_000 + b"[]" + b"]" * 900 + b"}", "topic"),
        (b"{" + b",".join(b'"%d":1' % number for number in range(80_000)) + b"}", "10000"),
    ],
)
def test_countless_values_are_refused_by_one_name_and_cost_little_more_than_reading_them(
    send: Callable[..., Any], body: bytes, field: str
) -> None:
    assert 700_000 < len(body) <= 1_000_000
    reply = send("/api/v1/plain", body)
    assert list(check_problem(reply, 422, "validation_error")["errors"]) == [field]
    assert len(reply.content) < 1_000
    assert cpu_seconds(refuse, body) < 2 * cpu_seconds(json.loads, body) + 0.002


def refuse(body: bytes) -> None:
    with pytest.raises(ValidationFailed):
        read_json(body)


def cpu_seconds(function: Callable[[bytes], object], body: bytes) -> float:
    """The least that a call takes, without what other processes take meanwhile."""
    took = []
    for _ in range(2):
        began = time.process_time()
        function(body)
        took.append(time.process_time() - began)
    return min(took)


def test_nul_in_an_address_is_refused(client_for: Callable[..., Client]) -> None:
    for url in ("/api/v1/keys?cursor=%00", "/api/v1/a%00b"):
        check_problem(client_for("alice").get(url), 400, "malformed")


# Pages of a list --------------------------------------------------------------------------------


@pytest.fixture
def keys_of_alice(alice: Any) -> Callable[[], list[str]]:
    """The names of what a list holds, in order."""
    from accounts import api_keys

    for number in range(45):
        api_keys.issue(alice, f"{number}", ["read"])
    return lambda: [f"{number}" for number in reversed(range(45))]


def test_a_list_is_walked_newest_first(
    client_for: Callable[..., Client], keys_of_alice: Callable[[], list[str]]
) -> None:
    client = client_for("alice")
    page = client.get("/api/v1/keys").json()
    assert set(page) == {"results", "next", "previous"}
    assert page["previous"] is None
    names = [row["name"] for row in page["results"]][1:]  # the first is the client's own key
    while page["next"]:
        page = client.get(page["next"]).json()
        names += [row["name"] for row in page["results"]]
    assert names == keys_of_alice()
    assert page["previous"]


def test_the_size_of_a_page(client_for: Callable[..., Client], keys_of_alice: object) -> None:
    client = client_for("alice")
    for asked, got in (("", 20), ("?page_size=5", 5), ("?page_size=100", 46)):
        assert len(client.get(f"/api/v1/keys{asked}").json()["results"]) == got
    for asked in ("x", "0", "-1", "", "5&page_size=x"):
        check_problem(client.get(f"/api/v1/keys?page_size={asked}"), 422, "validation_error")


@pytest.mark.parametrize("cursor", ["x", "%25", "cD14", "cD1ub3QtYS11dWlk", "bz0tMQ==", "ä", "r" * 5000])
def test_a_broken_cursor(client_for: Callable[..., Client], cursor: str) -> None:
    check_problem(client_for("alice").get("/api/v1/keys", {"cursor": cursor}), 404, "not_found")
