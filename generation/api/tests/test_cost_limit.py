"""`max_cost_usd`: in a request, by the plan, and raised by trying again."""

import json
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from blogai.core.errors import CostLimitReached
from generation.llm.simulated import Answer, Server
from generation.models import Run
from generation.pipeline.types import Brief
from generation.runs.receipt import receipt_of
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute

URL = "/generate-blog"
TOPIC = {"topic": "How tides work", "sections": 2}
AT_ONCE = {"Prefer": "respond-async"}


@pytest.fixture(autouse=True)
def _a_model_with_a_price(settings: Settings) -> None:
    settings.OPENAI_MODEL = "gpt-5.2"


@pytest.fixture
def run(alice: User, provider: Server) -> Run:
    """One that has spent a cent or two on texts that could not be used."""
    run = start_run(alice, RunOptions(brief=Brief(topic="How tides work", sections=2)))
    provider.script.add(Answer(text=""), schema=False, times=None)
    write(run)
    provider.script.clear()
    return run


@pytest.fixture
def stopped(run: Run) -> Run:
    """The same, stopped at its limit."""
    Run.objects.filter(pk=run.pk).update(
        max_cost_usd=Decimal("0.05"), status=Run.Status.CANCELLED, error_code=CostLimitReached.code
    )
    run.refresh_from_db()
    return run


def write(run: Run) -> Run:
    async_to_sync(execute)(run.pk)
    run.refresh_from_db()
    return run


def retry(client: Any, run: Run, **body: Any) -> Any:
    return client.post(f"/api/v1/runs/{run.pk}/retry", body)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(0.5, "0.5000"), ("0.0001", "0.0001"), (1000, "1000.0000"), (None, "2.0000")],
)
def test_it_works(client_for: Any, provider: Server, sent: Any, kept: str) -> None:
    client = client_for("alice")
    reply = client.post(URL, {**TOPIC, "max_cost_usd": sent}, headers=AT_ONCE)
    assert reply.status_code == 202, reply.content
    assert str(Run.objects.get().max_cost_usd) == kept
    assert client.get(f"/api/v1/runs/{reply.json()['run_id']}").json()["max_cost_usd"] == kept


@pytest.mark.parametrize(("tier", "limit"), [("free", 2), ("business", 20)])
def test_left_out_it_is_the_plans(
    client_for: Any, alice: User, provider: Server, tier: str, limit: int
) -> None:
    call_command("set_tier", tier, email=alice.email)
    client_for("alice").post(URL, TOPIC, headers=AT_ONCE)
    assert Run.objects.get().max_cost_usd == limit


WRONG = [
    "0",
    0,
    -1,
    "-0.01",
    1000.01,
    "1001",
    "NaN",
    "Infinity",
    "-Infinity",
    0.00001,
    "0.12345",
    "1e-9",
    "a",
]


@pytest.mark.parametrize("sent", [*WRONG, "", " ", True, [], {}, "9" * 2000])
def test_what_is_no_limit_is_refused(client_for: Any, provider: Server, sent: Any) -> None:
    reply = client_for("alice").post(URL, {**TOPIC, "max_cost_usd": sent}, headers=AT_ONCE)
    assert (reply.status_code, reply.json()["code"]) == (422, "validation_error"), sent
    assert "max_cost_usd" in reply.json()["errors"]
    assert not Run.objects.exists()


def test_without_a_price_no_limit_can_be_kept(client_for: Any, provider: Server) -> None:
    client, body = client_for("alice"), {**TOPIC, "model": "llama3.2"}
    reply = client.post(URL, {**body, "max_cost_usd": 1}, headers=AT_ONCE)
    assert (reply.status_code, list(reply.json()["errors"])) == (422, ["max_cost_usd"])
    assert "We don’t know the price of llama3.2, so we can’t enforce a cost limit." in reply.json()["detail"]
    reply = client.post(URL, body, headers=AT_ONCE)
    assert (reply.status_code, reply.json()["estimated_cost_usd"]) == (202, None)


def test_a_model_to_which_a_run_may_fail_over_needs_a_price_too(
    client_for: Any, provider: Server, settings: Settings
) -> None:
    settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_MODEL = "simulated", "claude-of-tomorrow"
    reply = client_for("alice").post(URL, {**TOPIC, "max_cost_usd": 1}, headers=AT_ONCE)
    assert reply.status_code == 422
    assert "claude-of-tomorrow" in reply.json()["detail"]


@pytest.mark.parametrize("limit", [None, Decimal(1)])
@pytest.mark.parametrize("conversation", ["", "new", "known"])
def test_starting_takes_six_statements(
    alice: User, provider: Server, conversation: str, limit: Decimal | None
) -> None:
    start_run(alice, RunOptions(brief=Brief(topic="Tides"), conversation="known"))
    with CaptureQueriesContext(connection) as queries:
        start_run(
            alice, RunOptions(brief=Brief(topic="Tides"), conversation=conversation, max_cost_usd=limit)
        )
    sent = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(sent) == (6 if conversation else 5), sent


def test_a_run_stops_there_and_says_so(client_for: Any, alice: User, provider: Server) -> None:
    client = client_for("alice")
    reply = client.post(URL, {**TOPIC, "sections": 5, "max_cost_usd": "0.038"}, headers=AT_ONCE)
    run = write(Run.objects.get(pk=reply.json()["run_id"]))
    assert (run.status, run.error_code) == (Run.Status.CANCELLED, "cost_limit_reached")
    assert receipt_of(run).total.cost_usd <= Decimal("0.038")
    reply = retry(client, run, max_cost_usd=1)
    assert (reply.status_code, reply.json()["max_cost_usd"]) == (202, "1.0000")
    assert write(run).status == Run.Status.COMPLETED


def test_trying_again_keeps_the_limit(client_for: Any, run: Run) -> None:
    client = client_for("alice")
    assert client.generic("POST", f"/api/v1/runs/{run.pk}/retry").status_code == 202, "no body is needed"
    run.refresh_from_db()
    assert run.max_cost_usd == 2


def test_trying_again_may_change_it(client_for: Any, run: Run) -> None:
    assert retry(client_for("alice"), run, max_cost_usd="0.9").status_code == 202
    run.refresh_from_db()
    assert run.max_cost_usd == Decimal("0.9")


def test_what_is_spent_already_is_said(client_for: Any, run: Run) -> None:
    spent = receipt_of(run).total.cost_usd
    assert spent > Decimal("0.001")
    for limit in ("0.0001", f"{spent:.4f}"[:-1] + "0"):
        reply = retry(client_for("alice"), run, max_cost_usd=limit)
        assert reply.status_code == 422, limit
        assert f"${spent:.4f} is already spent" in reply.json()["detail"]
    run.refresh_from_db()
    assert (run.status, run.max_cost_usd) == (Run.Status.FAILED, Decimal(2)), "it is as it was"


@pytest.mark.parametrize("body", [{}, {"max_cost_usd": None}, {"max_cost_usd": "0.05"}])
def test_at_its_limit_only_a_higher_one_helps(client_for: Any, stopped: Run, body: dict[str, Any]) -> None:
    reply = retry(client_for("alice"), stopped, **body)
    assert (reply.status_code, list(reply.json()["errors"])) == (422, ["max_cost_usd"])
    assert "the run stopped at its limit of $0.0500" in reply.json()["detail"]
    assert retry(client_for("alice"), stopped, max_cost_usd="0.0501").status_code == 202


@pytest.mark.parametrize("body", [{"max_cost": 1}, {"max_cost_usd": 0}, {"max_cost_usd": "NaN"}])
def test_a_body_that_cannot_be(client_for: Any, run: Run, body: dict[str, Any]) -> None:
    reply = retry(client_for("alice"), run, **body)
    assert (reply.status_code, reply.json()["code"]) == (422, "validation_error")
    assert retry(client_for("mallory"), run, **body).status_code == 404, "a stranger learns nothing"


def test_a_body_that_is_no_object(client_for: Any, run: Run) -> None:
    url = f"/api/v1/runs/{run.pk}/retry"
    assert client_for("alice").post(url, json.dumps([1])).status_code == 400
    assert client_for("alice").post(url, "max_cost_usd=1", "text/plain").status_code == 415


def test_no_price_no_new_limit(client_for: Any, run: Run, settings: Settings) -> None:
    settings.OPENAI_MODEL = "llama3.2"
    assert "llama3.2" in retry(client_for("alice"), run, max_cost_usd=2).json()["detail"]


def test_the_page_asks_for_a_higher_limit(browser: Any, stopped: Run) -> None:
    page, again = browser.get(f"/posts/{stopped.post_id}").text, f"/posts/{stopped.post_id}/again"
    assert 'name="max_cost_usd"' in page
    assert 'value="0.1"' in page
    for wrong, sentence in [
        ("0.05", "is already spent"),
        ("much", "as a number of dollars"),
        ("", "Send a higher"),
    ]:
        reply = browser.post(again, {"max_cost_usd": wrong})
        assert reply.status_code == 422
        assert sentence in reply.text
    assert browser.post(again, {"max_cost_usd": "0.1"}).status_code == 302
    stopped.refresh_from_db()
    assert (stopped.status, stopped.max_cost_usd) == (Run.Status.QUEUED, Decimal("0.1"))


def test_the_page_asks_for_no_limit_otherwise(browser: Any, run: Run) -> None:
    assert "max_cost_usd" not in browser.get(f"/posts/{run.post_id}").text
    assert browser.post(f"/posts/{run.post_id}/again").status_code == 302
