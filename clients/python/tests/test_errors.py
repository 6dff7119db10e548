"""Refusals as exceptions, and what is tried again."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from blog_ai import BlogAI, Retry, errors


def test_a_key_that_is_no_good(url: str) -> None:
    with (
        BlogAI(api_key="bai_live_wrong", base_url=url) as client,
        pytest.raises(errors.NotAuthenticated) as it,
    ):
        client.generate(topic="How tides work")
    assert (it.value.status, it.value.code) == (401, "not_authenticated")
    assert it.value.request_id


def test_a_field_that_is_wrong(client: BlogAI) -> None:
    with pytest.raises(errors.ValidationFailed) as it:
        client.stream(topic="How tides work", sections=99).__next__()
    assert it.value.code == "validation_error"
    assert list(it.value.errors) == ["sections"]
    assert it.value.detail


def test_a_post_that_is_not_there(client: BlogAI) -> None:
    with pytest.raises(errors.NotFound):
        client.post(uuid.uuid4())


def test_a_plan_that_is_used_up(url: str) -> None:
    if "BLOG_AI_FREE_KEY" not in os.environ:
        pytest.skip("uses up the plan of the account of BLOG_AI_FREE_KEY, which is not set")
    with (
        BlogAI(api_key=os.environ["BLOG_AI_FREE_KEY"], base_url=url) as client,
        pytest.raises(errors.PaymentRequired) as it,
    ):
        for _ in range(10):
            client.start(topic="How tides work", sections=1)
    assert it.value.code == "quota_exceeded"
    assert it.value.problem["limit"] == 2


def test_no_server() -> None:
    retry = Retry(attempts=2, first_pause=0.01)
    with (
        BlogAI(api_key="bai", base_url="http://127.0.0.1:9", retry=retry) as client,
        pytest.raises(errors.ConnectionFailed) as it,
    ):
        client.start(topic="How tides work")
    assert isinstance(it.value.__cause__, httpx.ConnectError)


# Replies that a healthy server does not give ----------------------------------------------------


def refusal(status: int, code: str, retry_after: int) -> httpx.Response:
    problem = {
        "type": f"urn:blog-ai:problem:{code}",
        "title": "Not now",
        "status": status,
        "detail": "Not now.",
        "code": code,
        "request_id": "a",
        "retry_after": retry_after,
    }
    return httpx.Response(
        status,
        json=problem,
        headers={
            "Content-Type": "application/problem+json",
            "Retry-After": str(retry_after),
            "X-Request-ID": "a",
        },
    )


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that would have been slept."""
    slept: list[float] = []
    monkeypatch.setattr("blog_ai.connection.time.sleep", slept.append)
    return slept


def scripted(replies: Iterator[httpx.Response], sent: list[httpx.Request]) -> BlogAI:
    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return next(replies)

    transport: Any = httpx.MockTransport(answer)
    return BlogAI(api_key="bai", base_url="http://blog.test", transport=transport)


def test_a_busy_server_is_asked_again_when_it_says_so(pauses: list[float]) -> None:
    sent: list[httpx.Request] = []
    replies = iter(
        [refusal(503, "unavailable", 7), refusal(429, "rate_limited", 9), refusal(404, "not_found", 1)]
    )
    with scripted(replies, sent) as client, pytest.raises(errors.NotFound):
        client.start(topic="How tides work")
    assert pauses == [7, 9]
    assert len({(request.headers["Idempotency-Key"], request.content) for request in sent}) == 1


@pytest.mark.parametrize(("retry_after", "tries"), [(1, 5), (61, 1)], ids=["five times", "not for an hour"])
def test_patience_has_an_end(pauses: list[float], retry_after: int, tries: int) -> None:
    sent: list[httpx.Request] = []
    replies = (refusal(503, "maintenance", retry_after) for _ in range(9))
    with scripted(replies, sent) as client, pytest.raises(errors.Unavailable) as it:
        client.run(uuid.uuid4())
    assert it.value.retry_after == retry_after
    assert len(sent) == tries


def test_what_might_happen_twice_is_not_repeated(pauses: list[float]) -> None:
    from blog_ai.generated.api.runs import runs_cancel

    sent: list[httpx.Request] = []
    with scripted(iter([refusal(503, "unavailable", 1)]), sent) as client, pytest.raises(errors.Unavailable):
        runs_cancel.sync(uuid.uuid4(), client=client.api)
    assert len(sent) == 1
