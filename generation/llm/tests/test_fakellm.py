"""Against a second fake that others wrote (PyPI: fakellm), for shapes that neither ours nor llmock has."""

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from pytest_django import Settings

from generation.llm.base import Provider
from generation.llm.providers import anthropic, openai
from generation.llm.tests.prompts import prompt, read
from generation.llm.tests.third_party import SEA
from generation.models import Post, Run
from generation.worker.execute import execute

pytestmark = pytest.mark.worker


@pytest.fixture(params=["openai", "anthropic"])
def provider(request: pytest.FixtureRequest, fakellm_url: str) -> Provider:
    if request.param == "anthropic":
        return anthropic.Messages(model="claude-sonnet-5", key="k", base_url=fakellm_url)
    return openai.ChatCompletions(
        name="openai", model="m", key="k", base_url=f"{fakellm_url}/v1", dialect=openai.COMPATIBLE
    )


async def test_a_reply(provider: Provider) -> None:
    text, finish = await read(provider, prompt("Write about bees."))

    assert text == "Bees hum all day. They rest at night."
    assert finish and finish.reason == "stop"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "configured", [{"OPENAI_BASE_URL": "{}/v1"}, {"ANTHROPIC_BASE_URL": "{}", "ANTHROPIC_API_KEY": "k"}]
)
def test_a_whole_post(
    client_for: Callable[..., Any], settings: Settings, fakellm_url: str, configured: dict[str, str]
) -> None:
    for name, value in configured.items():
        setattr(settings, name, value.format(fakellm_url))
    body = {"topic": "How tides work", "sections": 1, "include_faq": False}
    client_for("alice").post("/generate-blog", body, headers={"Prefer": "respond-async"})
    run = Run.objects.get()
    async_to_sync(execute)(run.pk)
    run.refresh_from_db()
    assert (run.status, run.calls.count()) == (Run.Status.COMPLETED, 4)
    post = Post.objects.get(pk=run.post_id)
    assert [part["text"] for part in post.parts] == [SEA] * 3
    assert all(call.output_tokens > 0 and not call.error for call in run.calls.all())
