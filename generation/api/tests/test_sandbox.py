"""What a test key starts: a run like any other, with a simulated model, no unit and no cost."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from pytest_django import Settings
from uuid_utils.compat import uuid7

from accounts import api_keys
from accounts.models import User
from billing import quotas
from billing.invariants import broken as broken_ledger
from billing.models import UsageRecord
from blogai.core.errors import QuotaExceeded
from blogai.tests.clients import ApiClient, client_with
from generation.live.tests.pages import Page, Socket
from generation.llm.simulated import sandbox
from generation.llm.simulated.calls import Pace
from generation.models import Notification, Run
from generation.runs.invariants import broken
from generation.worker.execute import execute

pytestmark = pytest.mark.django_db

URL = "/generate-blog"
TOPIC = {"topic": "Tides", "sections": 3}
AT_ONCE = {"Prefer": "respond-async"}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "PACE", Pace())


@pytest.fixture
def key(alice: User) -> str:
    return api_keys.issue(alice, "", ["read", "generate"], kind="test")[1]


@pytest.fixture
def client(key: str) -> ApiClient:
    return client_with(key)


def start(client: ApiClient, **fields: Any) -> Run:
    reply = client.post(URL, {**TOPIC, **fields}, headers=AT_ONCE)
    assert reply.status_code == 202, reply.content
    return Run.objects.get(pk=reply.json()["run_id"])


def test_it_becomes_a_post_without_a_model_a_unit_or_a_cost(alice: User, client: ApiClient, key: str) -> None:
    for _ in range(2):
        quotas.reserve(alice, uuid7())
    with pytest.raises(QuotaExceeded):
        quotas.reserve(alice, uuid7())
    taken = UsageRecord.objects.count()
    run = start(client, callback_url="https://example.org/told", conversation_id="tides")

    async def read() -> Page:
        async with Socket("tides", key) as socket:
            await execute(run.pk)
            return await socket.read_to_end()

    page = async_to_sync(read)()
    post = client.get(f"/api/v1/posts/{run.post_id}").json()
    assert (page.ending, page.markdown) == ("run.completed", post["content_markdown"])
    assert (post["test"], post["model"], len(post["sections"])) == (True, "simulated model", 3)
    assert (post["run"]["provider"], post["run"]["cost_usd"]) == ("simulated", "0.000000")
    shown = client.get(f"/api/v1/runs/{run.pk}").json()
    assert (shown["test"], shown["status"], shown["estimated_cost_usd"]) == (True, "completed", "0.000000")
    receipt = client.get(f"/api/v1/runs/{run.pk}/receipt").json()
    assert receipt["unit"] == "none"
    assert {call["provider"] for call in receipt["calls"]} == {"simulated"}
    assert UsageRecord.objects.count() == taken
    assert Notification.objects.filter(kind=Notification.Kind.CALLBACK).count() == 1
    assert [entry["test"] for entry in client.get("/api/v1/posts").json()["results"]] == [True]
    assert not [line for line in broken() if str(run.pk) in line]
    assert not broken_ledger()


def test_a_configured_model_is_never_asked(client: ApiClient, provider: Any) -> None:
    run = start(client, provider="openai", model="gpt-5.2", max_cost_usd="0.01")
    async_to_sync(execute)(run.pk)
    run.refresh_from_db()
    assert (run.status, provider.calls) == ("completed", [])


def test_it_can_be_reviewed_cancelled_and_tried_again(client: ApiClient) -> None:
    run = start(client, review_outline=True)
    async_to_sync(execute)(run.pk)
    assert client.get(f"/api/v1/runs/{run.pk}").json()["status"] == "waiting"
    assert client.post(f"/api/v1/runs/{run.pk}/cancel").json()["status"] == "cancelled"
    assert client.post(f"/api/v1/runs/{run.pk}/retry", {"max_cost_usd": "1"}).status_code == 202
    async_to_sync(execute)(run.pk)
    assert client.post(f"/api/v1/runs/{run.pk}/continue").status_code == 202
    async_to_sync(execute)(run.pk)
    assert client.get(f"/api/v1/runs/{run.pk}").json()["status"] == "completed"
    assert not UsageRecord.objects.exists()
    assert not broken()


@pytest.mark.parametrize("action", ["retry", "continue"])
def test_a_test_key_goes_on_with_no_live_run(
    client: ApiClient, client_for: Any, settings: Settings, action: str
) -> None:
    settings.OPENAI_API_KEY = "never used: no worker takes the run"
    run = start(client_for("alice"))
    assert not run.test
    refused = client.post(f"/api/v1/runs/{run.pk}/{action}")
    assert (refused.status_code, "live key" in refused.json()["detail"]) == (403, True)


def test_an_idempotency_key_of_a_test_is_none_of_a_live_request(
    client: ApiClient, client_for: Any, settings: Settings
) -> None:
    settings.OPENAI_API_KEY = "never used: no worker takes the run"
    headers = {**AT_ONCE, "Idempotency-Key": "tides-1"}
    assert client.post(URL, TOPIC, headers=headers).status_code == 202
    refused = client_for("alice").post(URL, TOPIC, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_mismatch")
