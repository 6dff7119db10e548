"""Which requests are limited, by whom they are counted, and what the replies say."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts import api_keys
from accounts.models import ApiKey, User
from blogai.tests.clients import client_with, revoked_key
from blogai.tests.clocks import Clock

pytestmark = pytest.mark.django_db

FROM = "203.0.113.7"
NEIGHBOURS = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")
"""Two addresses in one /64."""
POLL = "/api/v1/runs"
REST = "/api/v1/usage"


@pytest.fixture(autouse=True)
def _three_a_minute(rate_limits: Clock, settings: Settings) -> None:
    settings.RATE_LIMIT_GENERAL = 3


def statuses(ask: Callable[[], Any], times: int) -> list[int]:
    return [ask().status_code for _ in range(times)]


def scope_of(reply: Any) -> str:
    """The scope of a refusal, which must be complete."""
    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (429, "rate_limited")
    assert reply.headers["Retry-After"] == str(problem["retry_after"])
    assert reply.headers["X-RateLimit-Remaining"] == "0"
    assert reply.headers["RateLimit"].startswith(f'"{problem["scope"]}')
    return str(problem["scope"])


def test_a_user_has_one_budget_for_all_keys_and_the_session(
    client_for: Any, client: Client, alice: User, rate_limits: Clock
) -> None:
    client.force_login(alice)
    assert client_for("alice").get(POLL).status_code == 200
    assert client_for("alice").get(REST).status_code == 200
    third = client.get(REST)
    assert third.headers["X-RateLimit-Limit"] == "3"
    assert third.headers["X-RateLimit-Remaining"] == "0"
    assert third.headers["X-RateLimit-Reset"] == "60"
    assert third.headers["RateLimit-Policy"] == '"user";q=3;w=60'
    assert third.headers["RateLimit"] == '"user";r=0;t=60'
    for refused in (client_for("alice").get(POLL), client.get(REST)):
        assert scope_of(refused) == "user"
        assert refused.headers["Retry-After"] == "20"
    assert client_for("mallory").get(POLL).status_code == 200
    rate_limits.now += 20
    assert statuses(lambda: client.get(REST), 2) == [200, 429]


def test_a_key_may_have_a_lower_number_of_its_own(client_for: Any) -> None:
    slow, other = client_for("alice"), client_for("alice")
    ApiKey.objects.filter(last_four=slow.defaults["HTTP_X_API_KEY"][-4:]).update(requests_per_minute=1)
    assert slow.get(POLL).headers["RateLimit-Policy"] == '"user";q=3;w=60, "key";q=1;w=60'
    assert statuses(lambda: slow.get(POLL), 3) == [429] * 3
    assert scope_of(slow.get(REST)) == "key"
    assert statuses(lambda: other.get(POLL), 3) == [200, 200, 429], "a refusal uses up nothing"


def test_nobody_in_particular_is_counted_by_address(client: Client) -> None:
    assert statuses(lambda: client.get(POLL, REMOTE_ADDR=FROM), 3) == [401] * 3
    assert scope_of(client.get(REST, REMOTE_ADDR=FROM)) == "address"
    assert client.get(REST, REMOTE_ADDR="203.0.113.8").status_code == 401
    for neighbour in NEIGHBOURS:
        assert client.get(REST, REMOTE_ADDR=neighbour).status_code == 401
    assert statuses(lambda: client.get(REST, REMOTE_ADDR="2001:db8:1:2::77"), 2) == [401, 429]
    assert client.get(REST, REMOTE_ADDR="2001:db8:1:3::1").status_code == 401


@pytest.mark.parametrize("hops", [0, 1])
def test_a_forged_address_is_no_other_address(client: Client, settings: Settings, hops: int) -> None:
    settings.TRUSTED_PROXY_HOPS = hops
    real = [FROM] * hops  # what the proxy appends

    def ask(forged: str) -> Any:
        forwarded = ", ".join([forged, *real])
        return client.get(REST, REMOTE_ADDR="10.0.0.9", headers={"X-Forwarded-For": forwarded})

    assert [ask(f"6.6.6.{number}").status_code for number in range(4)] == [401] * 3 + [429]


@pytest.mark.parametrize(
    ("kind", "path"), [("malformed", POLL), ("malformed", REST), ("unknown", POLL), ("revoked", REST)]
)
def test_wrong_keys_of_an_address_are_refused_and_good_ones_are_not(
    kind: str, path: str, client_for: Any, alice: User, settings: Settings
) -> None:
    settings.RATE_LIMIT_GENERAL = 60
    keys = {"malformed": "nonsense", "unknown": api_keys._new_key("live"), "revoked": revoked_key(alice)}
    wrong = client_with(keys[kind])
    assert statuses(lambda: wrong.get(path), 30) == [401] * 30
    with CaptureQueriesContext(connection) as queries:
        assert scope_of(wrong.get(path)) == "authentication"
    assert kind != "malformed" or not queries.captured_queries
    assert client_for("alice").get(path).status_code == 200
    assert client_for(None).get(REST).status_code == 401


def test_pages_and_their_parts_have_a_larger_budget(client: Client, alice: User) -> None:
    client.force_login(alice)
    person = {"Accept": "text/html"}
    assert statuses(lambda: client.get("/posts", headers=person), 15) == [200] * 15
    page = client.get("/posts", headers=person)
    assert (page.status_code, page.headers["Retry-After"]) == (429, "4")
    assert "<html" in page.text and "Try again in 4 seconds" in page.text
    assert page.headers["RateLimit"] == '"pages";r=0;t=60'
    part = client.get("/posts", headers={**person, "HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Retarget"]) == (429, "#toasts")
    assert scope_of(client.get("/posts", headers={"Accept": "application/json"})) == "pages"
    assert client.get(REST).status_code == 200, "the API has its own budget"
    stranger = Client(headers=person)
    assert statuses(lambda: stranger.get("/terms"), 16) == [200] * 15 + [429]


def test_a_refused_form_offers_what_was_typed_again(client: Client, alice: User) -> None:
    client.force_login(alice)

    def rename() -> Any:
        sent = {"name": "Alice <b>", "time_zone": "UTC", "theme": "system"}
        return client.post("/settings/profile", sent, headers={"Accept": "text/html"})

    assert statuses(rename, 15) == [302] * 15
    page = rename()
    assert page.status_code == 429
    assert "Alice &lt;b&gt;" in page.text and "Send again" in page.text


def test_what_another_site_sent_is_not_offered_again(alice: User) -> None:
    """A refusal comes before the check of forms: it must hand out no valid form with a stranger's values."""
    client = Client(enforce_csrf_checks=True, headers={"Accept": "text/html"})
    client.force_login(alice)
    token = str(client.get("/settings").context["csrf_token"])
    assert statuses(lambda: client.get("/settings"), 14) == [200] * 14
    for sent, origin in (
        ({"csrfmiddlewaretoken": token}, "https://evil.example"),
        ({"csrfmiddlewaretoken": "a" * 64}, "http://testserver"),
        ({}, "http://testserver"),
    ):
        page = client.post("/settings/profile", {"name": "Mallory", **sent}, headers={"Origin": origin})
        assert page.status_code == 429
        assert "Mallory" not in page.text and "csrfmiddlewaretoken" not in page.text
    ours = client.post("/settings/profile", {"name": "Liddell", "csrfmiddlewaretoken": token})
    assert (ours.status_code, "Liddell" in ours.text) == (429, True)


async def test_under_asgi_a_page_is_limited_too(db: None) -> None:
    client = AsyncClient(headers={"Accept": "text/html"})
    replies = [await client.get("/offline") for _ in range(16)]
    assert [reply.status_code for reply in replies] == [200] * 15 + [429]
    assert replies[0].headers["RateLimit"] == '"pages";r=14;t=4'


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.get("/health/live"),
        lambda client: client.get("/health/stripe"),
        lambda client: client.get("/static/css/base.css"),
        lambda client: client.get("/webhooks/stripe"),
        lambda client: client.options(
            POLL, headers={"Origin": "http://localhost:8000", "Access-Control-Request-Method": "GET"}
        ),
    ],
    ids=["live", "health", "static", "webhook", "preflight"],
)
def test_some_are_never_limited(ask: Callable[[Client], Any], client: Client, settings: Settings) -> None:
    settings.RATE_LIMIT_GENERAL = 1
    replies = [ask(client) for _ in range(8)]
    assert len({reply.status_code for reply in replies}) == 1
    assert "RateLimit" not in replies[-1].headers


def test_limits_can_be_switched_off(client: Client, settings: Settings) -> None:
    settings.RATE_LIMIT_ENABLED = False
    assert statuses(lambda: client.get(POLL), 8) == [401] * 8
    replies = [client.get("/terms") for _ in range(20)]
    assert {reply.status_code for reply in replies} == {200}
    assert "RateLimit" not in replies[0].headers
