"""Claude through the Messages API, streamed."""

import json
import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import anthropic
import httpx2

from generation.llm.base import FULL, Finish, Profile, Prompt, Text
from generation.llm.providers import http_clients, learned
from generation.llm.providers.chat_chunks import ErrorInReply, Unreadable, count_of, text_of
from generation.llm.providers.errors import ProviderErrors
from generation.llm.providers.event_stream import Event
from generation.llm.providers.finish_reasons import said
from generation.llm.providers.learned import Learned, Request
from generation.llm.providers.reading import BeginDeadline, opened, replied
from generation.llm.providers.timeouts import DEFAULT, Timeouts

ANTHROPIC_URL = "https://api.anthropic.com"

# The last models that think only when told to; they refuse `effort`. All others think unless `effort` is
# low and the matter simple, and their thoughts count against the limit. Which way thinking can be switched
# off differs from model to model, so it never is. The API takes no sampling parameters any more.
THINKS_WHEN_TOLD = re.compile(r"claude-(haiku-4|sonnet-4-[05]|opus-4-[01]|3)")


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
    def may_take_few(self) -> bool:
        return False

    def most_tokens(self, prompt: Prompt) -> int:
        return self._learned.most_tokens(prompt, thinks=self._thinks)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Text | Finish, None]:
        """The reply to `prompt`, as `base.Provider` says. Raises ProviderError, ProviderTimeout."""
        known, errors = self._learned, self._errors
        begin = BeginDeadline(self.timeouts, known, queues=False)
        with self._translated():
            client = await http_clients.client_for(
                (type(self), self.base_url, self.key, self.timeouts), self._client
            )

            async def post(request: Request) -> httpx2.Response:
                # With an httpx response to cast to, the SDK hands over the response itself, not read yet.
                response = await client.post(
                    "/v1/messages", cast_to=httpx2.Response, body=request, stream=True, stream_cls=_STREAM
                )
                return cast(httpx2.Response, response)

            request = self._request
            opening = opened(post, lambda: request(prompt), anthropic.APIStatusError, known, begin, errors)
            async with aclosing(replied(opening, MessageReply(), begin, errors)) as pieces:
                async for piece in pieces:
                    yield piece

    @property
    def _thinks(self) -> bool:
        return not THINKS_WHEN_TOLD.search(self.model)

    @property
    def _learned(self) -> Learned:
        return learned.about(self.base_url, self.model)

    @property
    def _errors(self) -> ProviderErrors:
        return ProviderErrors(self.name, self.model, self.key)

    def _client(self) -> anthropic.AsyncAnthropic:
        return anthropic.AsyncAnthropic(
            api_key=self.key or "none",
            base_url=self.base_url,
            # `replied` limits the rest: a read timeout of the socket would start anew at any byte.
            timeout=anthropic.Timeout(None, connect=self.timeouts.connect),
            max_retries=0,
            http_client=http_clients.transport(self.base_url, anthropic.DefaultAsyncHttpxClient),
        )

    def _request(self, prompt: Prompt) -> Request:
        """The body of the request, without what this server is known to refuse."""
        left_out = self._learned.left_out
        user = prompt.user
        output: Request = {"effort": "low"} if self._thinks and "effort" not in left_out else {}
        if prompt.schema is not None and "format" in left_out:
            user = learned.with_schema_as_text(user, prompt.schema)
        elif prompt.schema is not None:
            # What the API cannot enforce (counts, lengths) goes into the descriptions.
            output["format"] = {"type": "json_schema", "schema": anthropic.transform_schema(prompt.schema)}
        return {
            "model": self.model,
            "messages": [{"role": "user", "content": user}],
            "max_tokens": self.most_tokens(prompt),
            "stream": True,
            **({"system": prompt.system} if prompt.system else {}),
            **({"output_config": output} if output else {}),
        }

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The SDK's errors as ours. `from None`: theirs hold the request, and with it the key."""
        try:
            yield
        except anthropic.APIStatusError as error:
            raise self._errors.of_status(error.status_code, error.response.headers, error.body) from None
        except anthropic.APITimeoutError:
            raise self._errors.slow_to_connect(self.timeouts.connect) from None
        except anthropic.APIConnectionError as error:
            raise self._errors.unreachable(repr(error.__cause__)) from None
        except (anthropic.AnthropicError, httpx2.RequestError, httpx2.InvalidURL) as error:
            raise self._errors.unreachable(type(error).__name__) from None


_STREAM = anthropic.AsyncStream[object]


class MessageReply:
    """The `reading.Reader` of the Messages API."""

    def __init__(self) -> None:
        self.finish = ""
        self.refused = self.begun = self.progress = self.done = False
        self._input: int | None = None
        self._output: int | None = None

    def read(self, event: Event) -> str:
        """The text that the event adds. Raises ValueError and ErrorInReply."""
        self.progress = False
        if event.data.strip() == "[DONE]":  # a gateway's
            self.done = True
            return ""
        body = json.loads(event.data)
        if body is None:
            return ""
        if not isinstance(body, dict):
            raise Unreadable("An event that is no object.")
        kind = body.get("type") or event.name
        if kind == "error" or event.name == "error" or ("error" in body and kind not in _KINDS):
            raise ErrorInReply(body)
        return self._read(str(kind), body)

    def read_whole(self, body: object) -> str:
        """The text of a whole message."""
        self.progress = False
        if not isinstance(body, dict):
            raise Unreadable("A message that is no object.")
        if body.get("type") == "error" or body.get("error") or "content" not in body:
            raise ErrorInReply(body)
        self.done = True
        return self._message(body)

    def tokens(self, *, has_text: bool) -> tuple[int | None, int | None]:
        """Tokens in and out; None where the provider's count cannot be true."""
        return self._input or None, None if has_text and not self._output else self._output

    def _read(self, kind: str, body: dict[str, Any]) -> str:
        match kind:
            case "message_start":
                return self._message(_object(body, "message"))
            case "content_block_start":
                # A block of thoughts begins with nothing in it, and its text may be withheld.
                return self._begin(_object(body, "content_block"))
            case "content_block_delta":
                return self._delta(_object(body, "delta"))
            case "message_delta":
                self._count(body.get("usage"))
                self._end(_object(body, "delta"))
            case "message_stop":
                self.done = True
        return ""

    def _begin(self, block: dict[str, Any]) -> str:
        if str(block.get("type") or "text") == "text":
            return self._text(block.get("text") or "")
        self.progress = self.begun = True
        return ""

    def _delta(self, delta: dict[str, Any]) -> str:
        if str(delta.get("type") or "text_delta") in ("text_delta", "text"):
            if delta.get("text") is None:
                raise Unreadable("A delta without its text.")
            return self._text(delta["text"])
        self.progress = self.begun = True
        return ""

    def _message(self, message: dict[str, Any]) -> str:
        self._count(message.get("usage"))
        text = self._text(message.get("content"))
        self._end(message)
        return text

    def _text(self, content: object) -> str:
        text, hidden = text_of(content)
        self.progress = bool(text or hidden)
        self.begun = self.begun or self.progress
        return text

    def _end(self, delta: dict[str, Any]) -> None:
        if word := said(delta.get("stop_reason")):
            self.finish = word
            self.progress = True

    def _count(self, usage: object) -> None:
        """Counts are totals so far; what was read from or put into a cache was input too."""
        if not isinstance(usage, dict):
            return
        read = count_of(usage.get("input_tokens"))
        if read:
            cached = ("cache_creation_input_tokens", "cache_read_input_tokens")
            self._input = read + sum(count_of(usage.get(word)) or 0 for word in cached)
        if "output_tokens" in usage:
            self._output = count_of(usage["output_tokens"])


_KINDS = {
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
}


def _object(body: dict[str, Any], word: str) -> dict[str, Any]:
    value = body.get(word)
    if not isinstance(value, dict):
        raise Unreadable(f"An event without its {word}.")
    return value
