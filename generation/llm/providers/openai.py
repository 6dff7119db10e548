"""OpenAI Chat Completions, streamed: OpenAI itself, Gemini, the demo model, and whatever speaks it."""

import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import openai

from generation.llm.base import FULL, Finish, FinishReason, Profile, Prompt, Text
from generation.llm.providers import http_clients
from generation.llm.providers.errors import ProviderErrors
from generation.llm.providers.schemas import strict
from generation.llm.providers.timeouts import DEFAULT, Timeouts, with_timeouts

OPENAI_URL = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True)
class Dialect:
    """What an address takes, where they differ."""

    limit: Literal["max_completion_tokens", "max_tokens"]
    reasoning_effort: bool
    """It knows `reasoning_effort`; other servers may refuse a parameter that they do not know."""
    strict: bool
    """It takes the strict subset of JSON Schema only."""


OPENAI = Dialect(limit="max_completion_tokens", reasoning_effort=True, strict=True)
GEMINI = Dialect(limit="max_tokens", reasoning_effort=True, strict=True)
COMPATIBLE = Dialect(limit="max_tokens", reasoning_effort=False, strict=False)

# Families that think before they answer, also behind a gateway's prefix ("openai/gpt-5.2"). Their thoughts
# count against the limit, so they get room for them on top of what the reply may take. They get no
# sampling parameters: o-series and gpt-5 and later refuse them, Gemini 3 loops below its own temperature.
THINKS_FIRST = re.compile(
    r"(^|/)(o\d|gpt-[5-9](?!.*-chat)|gpt-oss|gemini-(2\.5|[3-9])|deepseek-r|qwen3|qwq|magistral)"
)
ROOM_TO_THINK = 8000

_FINISH: dict[str, FinishReason] = {"length": "length", "content_filter": "refusal"}


def dialect_of(name: str, base_url: str) -> Dialect:
    """The dialect spoken at `base_url`."""
    if name == "gemini":
        return GEMINI
    return OPENAI if base_url.startswith(OPENAI_URL) else COMPATIBLE


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatCompletions:
    """One model behind one address. `name` is the provider's: openai, gemini or local."""

    name: str
    model: str
    key: str = field(default="", repr=False)
    base_url: str = OPENAI_URL
    profile: Profile = FULL
    timeouts: Timeouts = DEFAULT
    dialect: Dialect = OPENAI

    @property
    def _thinks(self) -> bool:
        return bool(THINKS_FIRST.search(self.model))

    def most_tokens(self, prompt: Prompt) -> int:
        return prompt.max_tokens + (ROOM_TO_THINK if self._thinks else 0)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Text | Finish, None]:
        """The reply to `prompt`, as `base.Provider` says. Raises ProviderError, ProviderTimeout."""
        reply = _Reply()
        with self._translated():
            client = await http_clients.client_for(
                (type(self), self.base_url, self.key, self.timeouts), self._client
            )
            chunks = with_timeouts(
                _opened(client, self._request(prompt)),
                self.timeouts,
                who=self._failures.who,
                begun=_has_begun,
                lost=(openai.APIConnectionError,),
            )
            try:
                async for chunk in chunks:
                    if text := reply.read(chunk):
                        yield Text(text)
            finally:
                await chunks.aclose()
        if reply.finish:
            yield Finish(reply.finish, *reply.tokens)

    def _client(self) -> openai.AsyncOpenAI:
        # `with_timeouts` limits the rest: a read timeout of the socket would start anew at any byte.
        timeout = openai.Timeout(None, connect=self.timeouts.connect)
        return openai.AsyncOpenAI(
            api_key=self.key or "none",
            base_url=self.base_url,
            timeout=timeout,
            max_retries=0,
            http_client=http_clients.transport(self.base_url),
        )

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self.model,
            "messages": [
                *([{"role": "system", "content": prompt.system}] if prompt.system else []),
                {"role": "user", "content": prompt.user},
            ],
            "stream": True,
            "stream_options": {"include_usage": True},
            self.dialect.limit: self.most_tokens(prompt),
        }
        if not self._thinks:
            request["temperature"] = prompt.temperature
            if prompt.frequency_penalty:
                request["frequency_penalty"] = prompt.frequency_penalty
        elif self.dialect.reasoning_effort:
            request["reasoning_effort"] = "low"  # the one level that every family knows
        if prompt.schema is not None:
            schema = strict(prompt.schema) if self.dialect.strict else prompt.schema
            request["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": prompt.schema_name, "strict": True, "schema": schema},
            }
        return request

    @property
    def _failures(self) -> ProviderErrors:
        return ProviderErrors(self.name, self.model, self.key)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The SDK's errors as ours. `from None`: theirs hold the request, and with it the key."""
        try:
            yield
        except openai.APIStatusError as error:
            raise self._failures.of_status(error.status_code, error.response.headers, error.body) from None
        except openai.APITimeoutError:
            raise self._failures.slow_to_connect(self.timeouts.connect) from None
        except openai.APIConnectionError:
            raise self._failures.unreachable() from None
        except openai.APIError as error:
            raise self._failures.in_stream(error.body or error.message) from None
        except ValueError:
            raise self._failures.garbled() from None


async def _opened(client: openai.AsyncOpenAI, request: dict[str, Any]) -> openai.AsyncStream[object]:
    """The reply as a stream of parsed JSON.

    Not `chat.completions.create`, which builds four pydantic objects a chunk: that is three quarters of what
    a token costs us, and a worker reads a hundred streams at once.
    """
    return await client.post(
        "/chat/completions",
        body=request,
        cast_to=object,
        stream=True,
        stream_cls=openai.AsyncStream[object],
    )


class _Reply:
    """What the chunks so far say."""

    def __init__(self) -> None:
        self.finish: FinishReason | None = None
        self.refused = False
        self.tokens: tuple[int | None, int | None] = (None, None)

    def read(self, chunk: object) -> str:
        """The text that `chunk` adds."""
        text = ""
        for choice in _choices(chunk):
            delta = choice.get("delta") or {}
            text += delta.get("content") or ""
            self.refused = self.refused or bool(delta.get("refusal"))
            if reason := choice.get("finish_reason"):
                # Gemini appends why: "content_filter: PROHIBITED_CONTENT".
                finish = _FINISH.get(str(reason).partition(":")[0], "stop")
                self.finish = "refusal" if self.refused else finish
        if isinstance(chunk, dict) and (usage := chunk.get("usage")):
            self.tokens = (usage.get("prompt_tokens"), usage.get("completion_tokens"))
        return text


def _choices(chunk: object) -> list[dict[str, Any]]:
    if not isinstance(chunk, dict):
        raise ValueError("A chunk must be a JSON object.")
    return chunk.get("choices") or []


def _has_begun(chunk: object) -> bool:
    """True once there is a token: of the answer, of a refusal, or of thoughts that come apart from it."""
    return any(
        (choice.get("delta") or {}).get(kind)
        for choice in _choices(chunk)
        for kind in ("content", "refusal", "reasoning_content")
    )
