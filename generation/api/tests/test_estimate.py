"""What is said before a run: `estimated_cost_usd` in the API, and the lines beside the button."""

from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from blogai.core.errors import QuotaExceeded
from generation.llm.base import FULL
from generation.llm.simulated import Server
from generation.models import Run
from generation.pipeline.estimate import estimate
from generation.pipeline.types import Brief
from generation.runs.receipt import receipt_of
from generation.runs.start import RunOptions, start_run
from generation.web.tests.test_new_post_page import filled
from generation.worker.execute import execute

URL = "/generate-blog"
AT_ONCE = {"Prefer": "respond-async"}
FACTOR = Decimal("1.5")
"""Between an estimate and a receipt. The simulated model counts words as tokens; real ones count more."""


@pytest.mark.parametrize("sections", [2, 5, 8, 12])
def test_the_receipt_is_about_what_was_said(
    client_for: Any, provider: Server, settings: Settings, sections: int
) -> None:
    settings.OPENAI_MODEL = "gpt-5.2"
    client = client_for("alice")
    body = {"topic": "How tides work, for curious adults", "sections": sections}
    said = client.post(URL, body, headers=AT_ONCE).json()["estimated_cost_usd"]
    run = Run.objects.get()
    assert client.get(f"/api/v1/runs/{run.pk}").json()["estimated_cost_usd"] == said
    async_to_sync(execute)(run.pk)
    total = receipt_of(run).total
    assert total.calls == sections + 4
    assert total.cost_usd / FACTOR < Decimal(said) < total.cost_usd * FACTOR
    characters = sum(len(call.asked.prompt) for call in provider.calls)
    assert characters / 4 / 1.2 < estimate(Brief(**run.brief), FULL).input_tokens < characters / 4 * 1.2


def test_what_a_model_of_the_callers_choice_costs(client_for: Any, provider: Server) -> None:
    client, said = client_for("mallory"), {}
    for model in ("gpt-5.2", "gpt-5-nano", "llama3.2"):
        reply = client.post(URL, {"topic": "Tides", "model": model}, headers=AT_ONCE)
        said[model] = reply.json()["estimated_cost_usd"]
    assert Decimal(said["gpt-5.2"]) > 10 * Decimal(said["gpt-5-nano"]) > 0
    assert said["llama3.2"] is None


def test_the_local_model_is_free(client_for: Any, browser: Any, settings: Settings, tmp_path: Any) -> None:
    settings.LOCAL_MODEL_ADDRESS = tmp_path / "model.url"
    settings.LOCAL_MODEL_ADDRESS.write_text("http://127.0.0.1:1/v1")
    reply = client_for("alice").post(URL, {"topic": "Tides"}, headers=AT_ONCE)
    assert reply.json()["estimated_cost_usd"] == "0.000000"
    assert "This demo model is tiny." in browser.get("/new").text


def test_the_page_says_it_beside_the_button(browser: Any, provider: Server) -> None:
    page = " ".join(browser.get("/new").text.split())
    assert "<b>gpt-5.2</b> writes it for <b>about $0.05</b>." in page
    assert "<p>5 posts left this month, 2 of them today</p>" in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("sections=12&include_faq=on", "writes it for <b>about $0.12</b>."),
        ("sections=12", "writes it for <b>about $0.10</b>."),
        ("sections=1&words=150", "writes it for <b>less than $0.01</b>."),
        ("sections=many&words=1&include_faq=on", "writes it for <b>about $0.05</b>."),
        ("", "writes it for <b>about $0.04</b>."),
    ],
)
def test_the_fragment_follows_the_size(browser: Any, provider: Server, query: str, sentence: str) -> None:
    fragment = browser.get(f"/new/estimate?{query}").text
    assert sentence in fragment
    assert "<html" not in fragment


def test_the_page_follows_its_address_and_what_was_sent(browser: Any, provider: Server) -> None:
    assert "writes it for <b>about $0.12</b>." in browser.get("/new?sections=12").text
    assert "writes it for <b>about $0.11</b>." in browser.post("/new", filled(topic="", sections="11")).text


def test_a_model_without_a_price(browser: Any, provider: Server, settings: Settings) -> None:
    settings.OPENAI_MODEL = "llama3.2"
    assert (
        "<b>llama3.2</b> writes it. We don’t know its price, so there’s no estimate."
        in browser.get("/new").text
    )


def test_what_is_left_is_said_before_and_after(browser: Any, alice: User, provider: Server) -> None:
    start_run(alice, RunOptions(brief=Brief(topic="Tides")))
    assert "<p>4 posts left this month, 1 of them today</p>" in browser.get("/new").text
    start_run(alice, RunOptions(brief=Brief(topic="Tides")))
    page = browser.get("/new")
    tomorrow = timezone.now() + timedelta(days=1)
    sentence = (
        f"no posts left today: you’ve used 2 of 2. You get more on {tomorrow:%B %-d, %Y}, 12:00 AM UTC."
    )
    assert (page.status_code, "left this month" in page.text) == (200, False)
    assert sentence in unescape(page.text)
    assert ">Write post</button>" not in page.text
    reply = browser.post("/new", filled(topic="Ebb & flow", audience="divers"))
    assert reply.status_code == 402
    assert unescape(reply.text).count(sentence) == 1
    assert "Ebb &amp; flow</textarea>" in reply.text
    assert 'value="divers"' in reply.text
    assert Run.objects.count() == 2


def test_what_it_says_is_what_happens(alice: User, provider: Server) -> None:
    from billing import quotas

    for _ in range(2):
        assert quotas.preview(alice)[1] is None
        start_run(alice, RunOptions(brief=Brief(topic="Tides")))
    refusal = quotas.preview(alice)[1]
    with pytest.raises(QuotaExceeded) as refused:
        start_run(alice, RunOptions(brief=Brief(topic="Tides")))
    assert refusal is not None
    assert (refused.value.detail, refused.value.extra) == (refusal.detail, refusal.extra)


def test_a_plan_with_no_limit_a_day(browser: Any, alice: User, provider: Server) -> None:
    call_command("set_tier", "business", email=alice.email)
    assert "<p>1,000 posts left this month</p>" in browser.get("/new").text
