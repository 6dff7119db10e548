"""Claude through the Messages API, streamed."""

import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import anthropic
import httpx2
from anthropic.types import MessageDeltaUsage, RawMessageStreamEvent, Usage

from generation.llm.base import FULL, Finish, FinishReason, Profile, Prompt, Text
from generation.llm.providers import http_clients
from generation.llm.providers.errors import ProviderErrors
from generation.llm.providers.timeouts import DEFAULT, Timeouts, with_timeouts

ANTHROPIC_URL = "https://api.anthropic.com"

# The last models that think only when told to; they refuse `effort`. All others think unless `effort` is
# low and the matter simple, and their thoughts count against the limit. Which way thinking can be switched
# off differs from model to model, so it never is. The API takes no sampling parameters any more.
THINKS_WHEN_TOLD = re.compile(r"claude-(haiku-4|sonnet-4-[05]|opus-4-[01]|3)")
ROOM_TO_THINK = 8000

_FINISH: dict[str, FinishReason] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "pause_turn": "length",  # the turn is not over
    "refusal": "refusal",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """One Claude model."""

    model: str
    key: str = field(default="", repr=False)
    base_url: str = ANTHROPIC_URL
    profile: Profile = FULL
    timeouts: Timeouts = DEFAULT
    name: str = "anthropic"

    @property
    def _thinks(self) -> bool:
        return not THINKS_WHEN_TOLD.search(self.model)

    def most_tokens(self, prompt: Prompt) -> int:
        return prompt.max_tokens + (ROOM_TO_THINK if self._thinks else 0)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Text | Finish, None]:
        """The reply to `prompt`, as `base.Provider` says. Raises ProviderError, ProviderTimeout."""
        reply = _Reply()
        with self._translated():
            client = await http_clients.client_for(
                (type(self), self.base_url, self.key, self.timeouts), self._client
            )
            events = with_timeouts(
                client.messages.create(**self._request(prompt)),
                self.timeouts,
                who=self._failures.who,
                begun=_has_begun,
                lost=(anthropic.APIConnectionError, httpx2.RequestError),
            )
            try:
                async for event in events:
                    if text := reply.read(event):
                        yield Text(text)
            finally:
                await events.aclose()
        if reply.finish:
            yield Finish(reply.finish, reply.input_tokens, reply.output_tokens)

    def _client(self) -> anthropic.AsyncAnthropic:
        # `with_timeouts` limits the rest: a read timeout of the socket would start anew at any byte.
        timeout = anthropic.Timeout(None, connect=self.timeouts.connect)
        return anthropic.AsyncAnthropic(
            api_key=self.key or "none",
            base_url=self.base_url,
            timeout=timeout,
            max_retries=0,
            http_client=http_clients.transport(self.base_url),
        )

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        output: dict[str, Any] = {"effort": "low"} if self._thinks else {}
        if prompt.schema is not None:
            # What the API cannot enforce (counts, lengths) goes into the descriptions.
            output["format"] = {"type": "json_schema", "schema": anthropic.transform_schema(prompt.schema)}
        return {
            "model": self.model,
            "messages": [{"role": "user", "content": prompt.user}],
            "max_tokens": self.most_tokens(prompt),
            "stream": True,
            **({"system": prompt.system} if prompt.system else {}),
            **({"output_config": output} if output else {}),
        }

    @property
    def _failures(self) -> ProviderErrors:
        return ProviderErrors(self.name, self.model, self.key)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The SDK's errors as ours. `from None`: theirs hold the request, and with it the key."""
        try:
            yield
        except anthropic.APIStatusError as error:
            if error.status_code < 400:  # an error event in a reply that began well
                raise self._failures.in_stream(error.body) from None
            raise self._failures.of_status(error.status_code, error.response.headers, error.body) from None
        except anthropic.APITimeoutError:
            raise self._failures.slow_to_connect(self.timeouts.connect) from None
        except (anthropic.APIError, httpx2.RequestError):
            raise self._failures.unreachable() from None
        except ValueError:
            raise self._failures.garbled() from None


class _Reply:
    """What the events so far say."""

    def __init__(self) -> None:
        self.finish: FinishReason | None = None
        self.input_tokens: int | None = None
        self.output_tokens: int | None = None

    def read(self, event: RawMessageStreamEvent) -> str:
        """The text that `event` adds."""
        if event.type == "message_start":
            self._count(event.message.usage)
        elif event.type == "message_delta":
            self._count(event.usage)
            self.output_tokens = event.usage.output_tokens if event.usage else None
            if event.delta.stop_reason:
                self.finish = _FINISH.get(event.delta.stop_reason, "stop")
        elif event.type == "content_block_delta" and event.delta.type == "text_delta":
            return event.delta.text
        return ""

    def _count(self, usage: Usage | MessageDeltaUsage | None) -> None:
        """Counts are totals so far; what was read from or put into a cache was input too."""
        if usage and usage.input_tokens:
            cached = (usage.cache_creation_input_tokens or 0) + (usage.cache_read_input_tokens or 0)
            self.input_tokens = usage.input_tokens + cached


def _has_begun(event: RawMessageStreamEvent) -> bool:
    """True once there is a token, of the answer or of thoughts (whose text may be withheld)."""
    if event.type == "content_block_start":
        return event.content_block.type != "text"
    return event.type == "content_block_delta"
