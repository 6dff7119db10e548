"""The monthly cost limit of an API key, of which each open run holds its part."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts import api_keys
from accounts.api_keys import Limits
from accounts.models import ApiKey, User
from billing.models import TierLimit
from blogai.tests.clients import ApiClient, client_with
from generation.llm.simulated import Server
from generation.models import LlmCall, Run
from generation.runs.invariants import broken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("provider")]

URL = "/generate-blog"
TOPIC = {"topic": "Tides"}
AT_ONCE = {"Prefer": "respond-async"}


@pytest.fixture(autouse=True)
def _many_posts(db: None) -> None:
    """The smallest plan, which gives a run $2, with more posts than two a day."""
    TierLimit.objects.filter(tier="free").update(posts_per_day=None, posts_per_month=None)


@pytest.fixture
def key(alice: User) -> tuple[ApiKey, ApiClient]:
    """A key that may spend $3 a month, and a client that uses it."""
    limits = Limits(monthly_cost_limit_usd=Decimal(3))
    key, raw = api_keys.issue(alice, "", ["read", "generate", "manage"], limits=limits)
    return key, client_with(raw)


def start(client: ApiClient, **fields: Any) -> Run:
    reply = client.post(URL, {**TOPIC, **fields}, headers=AT_ONCE)
    assert reply.status_code == 202, reply.content
    return Run.objects.get(pk=reply.json()["run_id"])


def refusal(client: ApiClient, **fields: Any) -> str:
    reply = client.post(URL, {**TOPIC, **fields}, headers=AT_ONCE)
    assert (reply.status_code, reply.json()["code"]) == (402, "cost_limit_reached"), reply.content
    return str(reply.json()["detail"])


def spend(run: Run, dollars: str, *, at: datetime | None = None) -> None:
    call = LlmCall.objects.create(
        run=run, owner_id=run.owner_id, step="outline", provider="openai", model="m", input_tokens=1,
        output_tokens=1, cost_usd=Decimal(dollars), price_version="", duration_ms=1, finish_reason="stop",
    )  # fmt: skip
    if at:
        LlmCall.objects.filter(pk=call.pk).update(created_at=at)


def end(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(status="cancelled", finished_at=datetime.now(UTC))


def test_a_run_gets_no_more_than_is_left(key: tuple[ApiKey, ApiClient]) -> None:
    first, client = key
    assert start(client).max_cost_usd == 2, "as the plan says"
    assert start(client).max_cost_usd == 1, "what the first one does not hold"
    sentence = refusal(client)
    assert "$3.00 a month" in sentence and "$3.00 is reserved" in sentence
    assert set(Run.objects.values_list("api_key_id", flat=True)) == {first.pk}
    assert Run.objects.count() == 2, "nothing was started"
    assert not broken()


def test_what_was_spent_counts_and_what_was_held_is_free_again(key: tuple[ApiKey, ApiClient]) -> None:
    _, client = key
    run = start(client)
    spend(run, "0.75")
    assert start(client, max_cost_usd="0.25").max_cost_usd == Decimal("0.25"), "asking for less holds less"
    end(run)
    assert start(client).max_cost_usd == 2
    assert "$0.75 is spent, and $2.25 is reserved" in refusal(client)


def test_a_new_month_starts_at_nothing(key: tuple[ApiKey, ApiClient]) -> None:
    _, client = key
    run = start(client)
    first = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    spend(run, "3", at=first - timedelta(seconds=1))
    end(run)
    assert start(client, max_cost_usd="3").max_cost_usd == 3


def test_rotation_and_a_second_key_do_not_make_it_more(alice: User, key: tuple[ApiKey, ApiClient]) -> None:
    first, client = key
    run = start(client)
    spend(run, "2.5")
    end(run)
    rotated = client_with(client.post(f"/api/v1/api-keys/{first.pk}/rotate").json()["key"])
    assert start(rotated).max_cost_usd == Decimal("0.5")
    assert start(client_with(api_keys.issue(alice, "", ["generate"])[1])).max_cost_usd == 2, "not the others"


def test_a_higher_limit_counts_at_once(alice: User, key: tuple[ApiKey, ApiClient], client_for: Any) -> None:
    first, client = key
    spend(start(client), "3")
    refusal(client)
    changed = client_for(alice).patch(f"/api/v1/api-keys/{first.pk}", {"monthly_cost_limit_usd": "5.25"})
    assert changed.json()["monthly_cost_limit_usd"] == "5.2500"
    assert start(client).max_cost_usd == 2


def test_trying_again_is_within_it_too(alice: User, key: tuple[ApiKey, ApiClient], client_for: Any) -> None:
    _, client = key
    run = start(client, max_cost_usd="0.01")
    spend(run, "0.01")
    end(run)
    reply = client.post(f"/api/v1/runs/{run.pk}/retry", {"max_cost_usd": "900"})
    assert (reply.status_code, reply.json()["max_cost_usd"]) == (202, "3.0000")
    spend(run, "2.99")
    end(run)
    again = client.post(f"/api/v1/runs/{run.pk}/retry", {"max_cost_usd": "900"})
    assert (again.status_code, again.json()["code"]) == (402, "cost_limit_reached")
    run.refresh_from_db()
    assert run.status == "cancelled"


def test_it_goes_on_with_no_run_of_somebody_else(key: tuple[ApiKey, ApiClient], client_for: Any) -> None:
    _, client = key
    run = start(client_for("alice"), review_outline=True)
    end(run)
    for path in ("retry", "continue"):
        refused = client.post(f"/api/v1/runs/{run.pk}/{path}")
        assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")


def test_a_model_without_a_price_cannot_be_limited(
    key: tuple[ApiKey, ApiClient], client_for: Callable[..., ApiClient], settings: Settings
) -> None:
    _, client = key
    settings.OPENAI_MODEL = "gpt-of-tomorrow"
    refused = client.post(URL, TOPIC, headers=AT_ONCE)
    assert (refused.status_code, "price" in refused.json()["detail"]) == (422, True)
    assert client_for("alice").post(URL, TOPIC, headers=AT_ONCE).status_code == 202


def test_the_same_request_twice_holds_once(key: tuple[ApiKey, ApiClient]) -> None:
    _, client = key
    replies = [
        client.post(URL, {**TOPIC, "max_cost_usd": "3"}, headers={**AT_ONCE, "Idempotency-Key": "once"})
        for _ in range(2)
    ]
    assert [reply.status_code for reply in replies] == [202, 202]
    assert replies[0].json()["run_id"] == replies[1].json()["run_id"]


def test_two_starts_wait_for_each_other_at_the_key(key: tuple[ApiKey, ApiClient], provider: Server) -> None:
    _, client = key
    with CaptureQueriesContext(connection) as queries:
        start(client)
    sent = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    locks = [number for number, sql in enumerate(sent) if "FOR NO KEY UPDATE" in sql and "api_keys" in sql]
    stored = next(number for number, sql in enumerate(sent) if sql.startswith('INSERT INTO "runs"'))
    assert locks[0] < stored, "what is left is read after the lock"
    in_start = [sql for sql in sent[2:] if not sql.startswith('SELECT "runs"')]
    assert len(in_start) <= 6, in_start
