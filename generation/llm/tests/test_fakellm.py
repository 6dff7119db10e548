"""Against a second fake that others wrote (PyPI: fakellm), for shapes that neither ours nor llmock has."""

import pytest

from generation.llm.base import Provider
from generation.llm.providers import anthropic, openai
from generation.llm.tests.prompts import prompt, read

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
