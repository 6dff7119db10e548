"""Whole posts from a fake that others wrote (PyPI: llmock), and from one that fails in each of its ways."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from pytest_django import Settings

from accounts.models import User
from billing import quotas
from billing.invariants import broken
from generation.llm.tests.fakes import Llmock
from generation.llm.tests.third_party import PLAN, SEA
from generation.models import LlmCall, Post, Run
from generation.worker.execute import execute

pytestmark = [pytest.mark.worker, pytest.mark.django_db]

PARTS = 3
"""An introduction, a section and a conclusion."""
NONE_IN_THE_PLAN = {"type": "stream_fault", "kind": "stall", "after_chunks": 10_000}
"""Takes the outline's turn, and never comes: what is queued behind it is for a part."""


@pytest.fixture(params=["openai", "anthropic"])
def llmock(request: pytest.FixtureRequest, settings: Settings, llmock_url: str) -> Iterator[Llmock]:
    """Configured as the only provider, of which each call but the first is answered with prose."""
    fake = Llmock(llmock_url)
    fake.reset()
    key = uuid4().hex  # and with it a breaker that knows of no other test
    if request.param == "openai":
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = fake.openai_url, key
    else:
        settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = fake.anthropic_url, key
    settings.LLM_IDLE_TIMEOUT = 0.3
    fake.script(type="reply", text=json.dumps(PLAN))
    fake.script(type="reply", text=SEA, times=None)
    yield fake
    fake.reset()


@pytest.fixture
def write(client_for: Callable[..., Any]) -> Callable[[], Run]:
    def write() -> Run:
        body = {"topic": "How tides work", "sections": 1, "include_faq": False}
        reply = client_for("alice").post("/generate-blog", body, headers={"Prefer": "respond-async"})
        assert reply.status_code == 202, reply.json()
        run = Run.objects.get()
        async_to_sync(execute)(run.pk)
        run.refresh_from_db()
        return run

    return write


def check(run: Run, user: User, *, lost: tuple[str, str] | None = None) -> None:
    """The post is whole and took one unit; every call was counted, and none but `lost` was in vain."""
    assert (run.status, run.error_detail) == (Run.Status.COMPLETED, "")
    post = Post.objects.get(pk=run.post_id)
    assert [part["text"] for part in post.parts] == [SEA] * PARTS
    calls = list(run.calls.all())
    whole = [call for call in calls if call.finish_reason == "stop"]
    assert len(whole) == 1 + PARTS
    assert all(call.input_tokens > 0 and call.output_tokens > 0 and not call.estimated for call in whole)
    assert [ending(call) for call in calls if call not in whole] == ([lost] if lost else [])
    assert taken(user) == (1, 0)


def ending(call: LlmCall) -> tuple[str, str]:
    return call.finish_reason, call.error


def taken(user: User) -> tuple[int, int]:
    """(used, reserved) of this month, by a ledger that adds up."""
    assert broken() == []
    month = quotas.usage(user)["month"]
    return month["used"], month["reserved"]


def test_a_whole_post(llmock: Llmock, write: Callable[[], Run], alice: User) -> None:
    check(write(), alice)


def fault(kind: str) -> dict[str, Any]:
    """A stream that breaks after nine of its chunks."""
    return {"type": "stream_fault", "kind": kind, "after_chunks": 9}


@pytest.mark.parametrize(
    ("behaviours", "lost"),
    [
        ([{"type": "fail", "status": 429, "retry_after": 0.1}], ("error", "provider_error")),
        ([{"type": "fail", "status": 500}], ("error", "provider_error")),
        ([NONE_IN_THE_PLAN, fault("disconnect")], ("cut", "")),
        ([NONE_IN_THE_PLAN, fault("truncate")], ("cut", "")),
        ([NONE_IN_THE_PLAN, fault("malformed")], ("error", "provider_error")),
        ([NONE_IN_THE_PLAN, fault("stall")], ("error", "provider_timeout")),
    ],
    ids=["429", "500", "disconnect", "truncate", "malformed", "stall"],
)
def test_a_failure_costs_an_attempt(
    llmock: Llmock,
    write: Callable[[], Run],
    alice: User,
    settings: Settings,
    behaviours: list[dict[str, Any]],
    lost: tuple[str, str],
) -> None:
    settings.LLM_RETRY_FOR = 20
    for behaviour in behaviours:
        llmock.script(**behaviour)
    check(write(), alice, lost=lost)


@pytest.mark.parametrize(
    ("behaviour", "error", "told"),
    [
        ({"type": "fail", "status": 429, "retry_after": 600}, "provider_error", "is busy"),
        ({"type": "fail", "status": 500}, "provider_error", "isn’t answering"),
        ({"type": "fail", "status": 401}, "provider_error", "rejected this site’s API key"),
        (fault("disconnect"), "provider_error", "cut its reply short"),
        (fault("truncate"), "provider_error", "cut its reply short"),
        (fault("stall"), "provider_timeout", "went silent"),
    ],
    ids=["429", "500", "401", "disconnect", "truncate", "stall"],
)
def test_one_that_stays_is_named_and_takes_no_unit(
    llmock: Llmock, write: Callable[[], Run], alice: User, behaviour: dict[str, Any], error: str, told: str
) -> None:
    if behaviour["type"] == "stream_fault":
        llmock.script(**NONE_IN_THE_PLAN)
    llmock.script(**behaviour, times=None)
    run = write()
    assert (run.status, run.error_code) == (Run.Status.FAILED, error)
    assert told in run.error_detail
    assert (taken(alice), quotas.state_of(run.reservation)) == ((0, 0), "refunded")
    assert run.calls.exclude(finish_reason="stop").exists()
