"""Posts by all ways there are, from a server that can be reached, and from one that hardly can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import PATIENT
from proxy import Proxy

from blog_ai import AsyncBlogAI, BlogAI, Event
from blog_ai.errors import ReviewNeeded
from blog_ai.generated.api.usage import usage_read
from blog_ai.generated.models import GenerateBlogBody

CUTS = (0, 100, 700, 1500, 2100, 2500)
"""Bytes: before the reply, in its headers, and then among its events."""


def assert_nothing_lost_or_doubled(events: list[Event]) -> None:
    milestones: list[Any] = [event for event in events if event["type"] != "run.snapshot"]
    numbers = [event["seq"] for event in milestones if "seq" in event]
    assert numbers == list(range(1, len(numbers) + 1))
    assert events[-1]["type"] == "run.completed"


def test_generate_waits_for_the_post(client: BlogAI, topic: str) -> None:
    post = client.generate(topic=topic, sections=1, include_faq=False)
    assert post.content_markdown.startswith(f"# {post.title}")
    assert len(post.sections) == 1
    assert client.post(post.id).content_markdown == post.content_markdown


def test_start_and_wait(client: BlogAI, topic: str) -> None:
    accepted = client.start(topic=topic, sections=1)
    run = client.wait(accepted.run_id, timeout=300)
    assert (run.status, run.post_id) == ("completed", accepted.id)
    assert client.post(accepted.id).title
    with pytest.raises(TimeoutError):
        client.wait(accepted.run_id, timeout=0)


def test_a_post_whose_outline_is_reviewed_is_not_waited_for(client: BlogAI, topic: str) -> None:
    with pytest.raises(ReviewNeeded) as needed:
        client.generate(topic=topic, sections=1, review_outline=True)
    assert needed.value.run.status == "waiting"


def test_the_draft_of_a_stream_becomes_the_post(client: BlogAI, topic: str) -> None:
    with client.stream(topic=topic, sections=1) as stream:
        events = list(stream)
    assert_nothing_lost_or_doubled(events)
    [run] = [run for run in client.runs(page_size=20) if run.topic == topic]
    assert stream.run_id == str(run.id)
    assert stream.draft.markdown == client.post(run.post_id).content_markdown

    again = client.watch(run.id)
    assert_nothing_lost_or_doubled(list(again))
    assert again.draft.markdown == stream.draft.markdown


def test_a_stream_that_is_cut_off_goes_on(
    proxy: Callable[..., Proxy], client: BlogAI, url: str, key: str, topic: str
) -> None:
    cut = proxy(*CUTS)
    with BlogAI(api_key=key, base_url=cut.url, retry=PATIENT) as cut_off:
        stream = cut_off.stream(topic=topic, sections=3)
        events = list(stream)
    assert cut.has_cut_all
    assert cut.requests[-1] == f"GET /api/v1/runs/{stream.run_id}/events HTTP/1.1"
    assert_nothing_lost_or_doubled(events)
    [run] = [run for run in client.runs(page_size=20) if run.topic == topic]
    assert stream.draft.markdown == client.post(run.post_id).content_markdown


@pytest.mark.parametrize("cuts", [(0, 0), (100, 1500)], ids=["while it waits", "in the reply"])
def test_a_request_that_is_repeated_is_one_run(
    proxy: Callable[..., Proxy], client: BlogAI, key: str, topic: str, cuts: tuple[int, ...]
) -> None:
    cut = proxy(*cuts)
    with BlogAI(api_key=key, base_url=cut.url, retry=PATIENT) as cut_off:
        post = cut_off.generate(topic=topic, sections=1, include_faq=False)
    assert cut.has_cut_all
    assert [run.post_id for run in client.runs(page_size=20) if run.topic == topic] == [post.id]


def test_a_key_of_your_own_is_the_same_run_for_two_programs(client: BlogAI, topic: str) -> None:
    first = client.with_idempotency_key(topic).start(topic=topic, sections=1)
    assert client.with_idempotency_key(topic).start(topic=topic, sections=1).run_id == first.run_id
    client.wait(first.run_id)


async def test_all_of_it_with_asyncio(proxy: Callable[..., Proxy], url: str, key: str, topic: str) -> None:
    cut = proxy(*CUTS)
    async with AsyncBlogAI(api_key=key, base_url=cut.url, retry=PATIENT) as client:
        stream = client.stream(topic=topic, sections=1)
        events = [event async for event in stream]
        assert cut.has_cut_all
        assert_nothing_lost_or_doubled(events)
        [run] = [run async for run in client.runs(page_size=20) if run.topic == topic]
        assert stream.draft.markdown == (await client.post(run.post_id)).content_markdown

        accepted = await client.start(topic=topic, sections=1, include_faq=False)
        assert (await client.wait(accepted.run_id)).status == "completed"
        assert (await client.generate(topic=topic, sections=1, include_faq=False)).success


def test_lists_are_fetched_page_by_page(client: BlogAI, topic: str) -> None:
    for _ in range(2):
        client.wait(client.start(topic=topic, sections=1, include_faq=False).run_id)
    one_by_one = [post.id for post, _ in zip(client.posts(page_size=1), range(3), strict=False)]
    assert len(set(one_by_one)) == len(one_by_one) >= 2
    assert [post.id for post in client.posts()][: len(one_by_one)] == one_by_one
    assert {run.status for run in client.runs(status="completed", page_size=50)} == {"completed"}


def test_the_generated_functions_use_the_same_connection(client: BlogAI) -> None:
    usage = usage_read.sync(client=client.api)
    assert usage
    assert usage.tier
    assert GenerateBlogBody(topic="x").to_dict() == {"topic": "x"}  # what is left out, the server decides
