"""Where a plan's limit refuses something, the page leads to the plans; nowhere else."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from billing import quotas
from billing.models import Entitlement, TierLimit
from billing.quotas import Spent
from billing.tiers import set_tier
from generation.llm.simulated import Answer, Server
from generation.models import Run
from generation.notifications.tests.acting import write
from generation.pipeline.types import Brief
from generation.runs.start import RunOptions, start_run
from generation.web.tests.test_new_post_page import filled

PROMPT = '<a href="/pricing">Compare plans</a>'
OWN_LIMIT = '<a href="/usage#cost-limit">Change your limit</a>'


def spend(user: User, dollars: str) -> None:
    unit = uuid4()
    quotas.reserve(user, unit)
    quotas.refund(unit, Spent(1, 1, Decimal(dollars)))


def use_up_the_day(user: User) -> None:
    for _ in range(2):
        quotas.reserve(user, uuid4())


def test_with_posts_left_nobody_is_asked_to_pay(browser: Client, alice: User, provider: Server) -> None:
    page = browser.get("/new?topic=Tides").text
    assert PROMPT not in page and OWN_LIMIT not in page
    broken = browser.post("/new", filled(words="12"))
    assert (broken.status_code, PROMPT in broken.text) == (422, False)


def test_a_used_up_day(browser: Client, alice: User, provider: Server) -> None:
    use_up_the_day(alice)
    assert PROMPT in browser.get("/new").text
    assert PROMPT in browser.get("/new/estimate").text
    refused = browser.post("/new", filled())
    assert refused.status_code == 402
    assert refused.text.count(PROMPT) == 1
    assert "no posts left today" in refused.text and "nothing you typed is lost" in refused.text
    assert not Run.objects.exists()


def test_a_used_up_month(browser: Client, alice: User, provider: Server) -> None:
    TierLimit.objects.update(posts_per_day=None)
    for _ in range(5):
        quotas.reserve(alice, uuid4())
    refused = browser.post("/new", filled())
    assert (refused.status_code, PROMPT in refused.text) == (402, True)


def test_costs_of_a_month(browser: Client, alice: User, provider: Server) -> None:
    spend(alice, "5")
    refused = browser.post("/new", filled())
    assert (refused.status_code, PROMPT in refused.text, OWN_LIMIT in refused.text) == (402, True, False)


def test_ones_own_limit_is_raised_on_the_usage_page(browser: Client, alice: User, provider: Server) -> None:
    Entitlement.objects.create(user=alice, own_cost_limit_usd=1)
    spend(alice, "1")
    for page in (browser.get("/new"), browser.post("/new", filled())):
        assert (PROMPT in page.text, OWN_LIMIT in page.text) == (False, True)


def test_on_the_largest_plan_there_is_nothing_to_buy(
    browser: Client, mallory: User, provider: Server
) -> None:
    browser.force_login(mallory)
    TierLimit.objects.filter(tier="business").update(posts_per_day=2)
    use_up_the_day(mallory)
    refused = browser.post("/new", filled())
    assert (refused.status_code, PROMPT in refused.text) == (402, False)


def test_trying_again_is_refused_in_its_place(browser: Client, alice: User, provider: Server) -> None:
    run = start_run(alice, RunOptions(brief=Brief(topic="Tides", sections=1)))
    provider.script.add(Answer(text=""), schema=False, times=None)
    assert write(run).status == Run.Status.FAILED
    use_up_the_day(alice)
    refused = browser.post(f"/posts/{run.post_id}/again")
    assert refused.status_code == 402
    assert "We couldn’t finish this post." in refused.text and PROMPT in refused.text
    run.refresh_from_db()
    assert run.status == Run.Status.FAILED
    set_tier(user=alice, tier="starter")
    assert browser.post(f"/posts/{run.post_id}/again").status_code == 302


def test_the_page_about_webhooks_says_who_has_them(browser: Client, alice: User) -> None:
    page = browser.get("/settings/webhooks").text
    assert "Your plan doesn’t send webhooks." in page and PROMPT in page
    set_tier(user=alice, tier="starter")
    page = browser.get("/settings/webhooks").text
    assert "doesn’t send webhooks" not in page and PROMPT not in page


@pytest.mark.parametrize("tier", ["free", "starter"])
def test_a_callback_needs_a_plan_that_has_webhooks(
    client_for: Any, alice: User, provider: Server, tier: str
) -> None:
    set_tier(user=alice, tier=tier)
    body = {"topic": "Tides", "callback_url": "https://hooks.example.com/"}
    reply = client_for("alice").post("/generate-blog", body, headers={"Prefer": "respond-async"})
    if tier == "starter":
        assert reply.status_code == 202
        return
    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (403, "tier_required")
    assert (problem["current_tier"], problem["required_tier"]) == ("free", "starter")
    assert problem["upgrade_url"] == "http://127.0.0.1:8000/pricing"
    assert not Run.objects.exists()
    assert quotas.usage(alice)["month"]["reserved"] == 0


def test_a_repeated_request_is_the_same_run_on_a_smaller_plan_too(
    client_for: Any, alice: User, provider: Server
) -> None:
    set_tier(user=alice, tier="starter")
    client, body = client_for("alice"), {"topic": "Tides", "callback_url": "https://hooks.example.com/"}
    headers = {"Prefer": "respond-async", "Idempotency-Key": "k"}
    first = client.post("/generate-blog", body, headers=headers)
    set_tier(user=alice, tier="free")
    again = client.post("/generate-blog", body, headers=headers)
    assert (again.status_code, again.json()) == (202, first.json())
