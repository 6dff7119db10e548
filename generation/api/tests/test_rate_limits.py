"""How often a user may have work done by models, by API and on pages."""

from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import User
from billing.models import TierLimit, UsageRecord
from blogai.tests.clocks import Clock
from generation.llm.simulated import Server
from generation.models import Run
from generation.web.tests.test_new_post_page import filled

AT_ONCE = {"Prefer": "respond-async"}
TOPIC = {"topic": "How tides work", "sections": 2}


@pytest.fixture(autouse=True)
def _plan(alice: User, provider: Server, rate_limits: Clock) -> None:
    """Two a minute, three an hour, and units enough."""
    TierLimit.objects.filter(tier="free").update(
        requests_per_minute=2, requests_per_hour=3, posts_per_day=None, posts_per_month=None
    )


def start(client: Any, **body: object) -> Any:
    return client.post("/generate-blog", {**TOPIC, **body}, headers=AT_ONCE)


def test_the_plan_says_how_often_a_minute_and_an_hour(client_for: Any, rate_limits: Clock) -> None:
    client = client_for("alice")
    first = start(client)
    assert first.status_code == 202
    assert first.headers["RateLimit-Policy"] == (
        '"user";q=60;w=60, "generation";q=2;w=60, "generation-hour";q=3;w=3600'
    )
    assert first.headers["RateLimit"] == '"generation";r=1;t=30'
    assert start(client_for("alice")).status_code == 202, "another key of hers"
    refused = start(client)
    assert (refused.status_code, refused.json()["scope"], refused.json()["retry_after"]) == (
        429,
        "generation",
        30,
    )
    assert Run.objects.count() == UsageRecord.objects.count() == 2, "a refusal stores and charges nothing"
    assert client.get("/api/v1/runs").status_code == 200, "it may still look"
    rate_limits.now += 60
    assert start(client).status_code == 202
    hourly = start(client)
    assert hourly.headers["RateLimit"].startswith('"generation-hour";r=0;')
    assert hourly.json()["retry_after"] == 3600 // 3 - 60


@pytest.mark.parametrize(("cap", "admitted"), [(1, 1), (50, 2)])
def test_the_operators_number_caps_plans_and_raises_none(
    cap: int, admitted: int, client_for: Any, settings: Settings
) -> None:
    settings.RATE_LIMIT_GENERATION = cap
    client = client_for("alice")
    assert [start(client).status_code for _ in range(3)] == [202] * admitted + [429] * (3 - admitted)


def test_trying_again_and_continuing_are_work_too_and_a_key_to_read_uses_up_none(client_for: Any) -> None:
    reader, client = client_for("alice", "read"), client_for("alice")
    run = start(client).json()["run_id"]
    assert [start(reader).status_code for _ in range(4)] == [403] * 4
    assert client.post(f"/api/v1/runs/{run}/retry").status_code == 409
    for action in ("retry", "continue"):
        assert client.post(f"/api/v1/runs/{run}/{action}").json()["scope"] == "generation"
    assert client.post(f"/api/v1/runs/{run}/cancel").status_code == 200


def test_a_page_that_starts_work_keeps_what_was_typed(browser: Any, client_for: Any) -> None:
    assert browser.post("/new", filled()).status_code == 302
    assert browser.post("/new", filled(topic="")).status_code == 422, "which starts nothing"
    client = client_for("alice")
    run = start(client).json()["run_id"]
    page = browser.post("/new", filled(topic="Moon & sun"))
    assert (page.status_code, page.headers["Retry-After"]) == (429, "30")
    assert "Moon &amp; sun</textarea>" in page.text and "Your plan lets you" in page.text
    client.post(f"/api/v1/runs/{run}/cancel")
    again = browser.post(f"/posts/{Run.objects.get(pk=run).post_id}/again")
    assert (again.status_code, "Your plan lets you" in again.text) == (429, True)
    assert Run.objects.count() == 2
