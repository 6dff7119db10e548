"""OpenAI Chat Completions, streamed: OpenAI itself, Azure, Gemini, the demo model, and whatever speaks it."""

import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, cast
from urllib.parse import urlsplit

import httpx2
import openai

from generation.llm.base import FULL, Finish, Profile, Prompt, Text
from generation.llm.providers import http_clients, learned
from generation.llm.providers.chat_chunks import ChatReply
from generation.llm.providers.errors import ProviderErrors
from generation.llm.providers.learned import Learned, Request
from generation.llm.providers.reading import BeginDeadline, opened, replied
from generation.llm.providers.schemas import strict
from generation.llm.providers.timeouts import DEFAULT, Timeouts

OPENAI_URL = "https://api.openai.com/v1"
AZURE_HOSTS = (".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com")
AZURE_API_VERSION = "2024-10-21"

type Limit = Literal["max_completion_tokens", "max_tokens"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What an address takes, where they differ."""

    limit: Limit
    reasoning_effort: bool
    """It knows `reasoning_effort`; other servers may refuse a parameter that they do not know."""
    strict: bool
    """It takes the strict subset of JSON Schema only."""
    vendor: bool = True
    """It is a vendor's own address: it answers many calls at once, and never loads a model first."""
    azure: bool = False


OPENAI = Dialect(limit="max_completion_tokens", reasoning_effort=True, strict=True)
GEMINI = Dialect(limit="max_tokens", reasoning_effort=True, strict=True)
AZURE = Dialect(limit="max_completion_tokens", reasoning_effort=True, strict=True, azure=True)
COMPATIBLE = Dialect(limit="max_tokens", reasoning_effort=False, strict=False, vendor=False)

# A first guess that saves a call: families that think before they answer, also behind a gateway's prefix
# ("openai/gpt-5.2"). Their thoughts count against the limit, so they get room for them on top of what the
# reply may take; any other model gets it once its thoughts have used up a reply (`learned`). They get no
# sampling parameters: o-series and gpt-5 and later refuse them, Gemini 3 loops below its own temperature.
THINKS_FIRST = re.compile(
    r"(^|/)(o\d|gpt-[5-9](?!.*-chat)|gpt-oss|gemini-(2\.5|[3-9])|deepseek-r|qwen3|qwq|magistral)"
)


def dialect_of(name: str, base_url: str, api_type: str = "") -> Dialect:
    """The dialect spoken at `base_url`; `api_type` "azure" says that it is Azure's whatever the host."""
    if name == "gemini":
        return GEMINI
    if api_type == "azure" or (urlsplit(base_url).hostname or "").endswith(AZURE_HOSTS):
        return AZURE
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
    api_version: str = ""
    organization: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """What a gateway wants to be sent besides."""

    @property
    def may_take_few(self) -> bool:
        return not self.dialect.vendor and self.name != "local"

    def most_tokens(self, prompt: Prompt) -> int:
        return self._learned.most_tokens(prompt, thinks=self._thinks)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Text | Finish, None]:
        """The reply to `prompt`, as `base.Provider` says. Raises ProviderError, ProviderTimeout."""
        known, errors = self._learned, self._errors
        begin = BeginDeadline(self.timeouts, known, queues=self.may_take_few)
        with self._translated():
            client = await http_clients.client_for(self._client_key, self._client)

            async def post(request: Request) -> httpx2.Response:
                # With an httpx response to cast to, the SDK hands over the response itself, not read yet.
                response = await client.post(
                    "/chat/completions",
                    cast_to=httpx2.Response,
                    body=request,
                    stream=True,
                    stream_cls=_STREAM,
                )
                return cast(httpx2.Response, response)

            opening = opened(post, lambda: self._request(prompt), openai.APIStatusError, known, begin, errors)
            async with aclosing(replied(opening, ChatReply(), begin, errors)) as pieces:
                async for piece in pieces:
                    yield piece

    @property
    def _thinks(self) -> bool:
        return bool(THINKS_FIRST.search(self.model))

    @property
    def _learned(self) -> Learned:
        return learned.about(self.base_url, self.model)

    @property
    def _errors(self) -> ProviderErrors:
        return ProviderErrors(self.name, self.model, self.key, self.headers)

    @property
    def _client_key(self) -> tuple[object, ...]:
        more = (self.dialect.azure, self.api_version, self.organization, self.headers)
        return (type(self), self.base_url, self.key, self.timeouts, *more)

    def _client(self) -> openai.AsyncOpenAI:
        headers = dict(self.headers)
        options: dict[str, Any] = {
            "api_key": self.key or "none",
            "organization": self.organization or None,
            # `replied` limits the rest: a read timeout of the socket would start anew at any byte.
            "timeout": openai.Timeout(None, connect=self.timeouts.connect),
            "max_retries": 0,
            "http_client": http_clients.transport(self.base_url, openai.DefaultAsyncHttpxClient),
        }
        if self.dialect.azure and not self.base_url.endswith("/v1"):
            version = self.api_version or AZURE_API_VERSION
            return openai.AsyncAzureOpenAI(
                base_url=_azure_url(self.base_url), api_version=version, default_headers=headers, **options
            )
        if self.dialect.azure:  # its newer addresses, which end with /openai/v1, are OpenAI's but for the key
            headers = {"api-key": self.key, **headers}
        return openai.AsyncOpenAI(base_url=self.base_url, default_headers=headers, **options)

    def _request(self, prompt: Prompt) -> Request:
        """The body of the request, without what this server is known to refuse."""
        left_out = self._learned.left_out
        user = prompt.user
        form = self._format(prompt)
        if prompt.schema is not None and (form is None or form["type"] == "json_object"):
            user = learned.with_schema_as_text(user, prompt.schema)
        system = prompt.system
        if system and "system" in left_out:
            system, user = "", f"{system}\n\n{user}"
        request: Request = {
            "model": self.model,
            "messages": [
                *([{"role": "system", "content": system}] if system else []),
                {"role": "user", "content": user},
            ],
            "stream": True,
            "stream_options": {"include_usage": True},
            **self._limit(prompt),
            **self._sampling(prompt),
            **({"response_format": form} if form else {}),
        }
        return {name: value for name, value in request.items() if name not in left_out}

    def _limit(self, prompt: Prompt) -> Request:
        names = [self.dialect.limit, *(name for name in learned.LIMITS if name != self.dialect.limit)]
        taken = [name for name in names if name not in self._learned.left_out]
        return {taken[0]: self.most_tokens(prompt)} if taken else {}

    def _sampling(self, prompt: Prompt) -> Request:
        if self._thinks:
            # "low" is the one level that every family knows.
            return {"reasoning_effort": "low"} if self.dialect.reasoning_effort else {}
        penalty = {"frequency_penalty": prompt.frequency_penalty} if prompt.frequency_penalty else {}
        return {"temperature": prompt.temperature, **penalty}

    def _format(self, prompt: Prompt) -> Request | None:
        """The strongest form of JSON that the server takes; None where the prompt alone has to ask for it."""
        if prompt.schema is None:
            return None
        if "json_schema" not in self._learned.left_out:
            schema = strict(prompt.schema) if self.dialect.strict else prompt.schema
            return {
                "type": "json_schema",
                "json_schema": {"name": prompt.schema_name, "strict": True, "schema": schema},
            }
        return {"type": "json_object"} if "json_object" not in self._learned.left_out else None

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The SDK's errors as ours. `from None`: theirs hold the request, and with it the key."""
        try:
            yield
        except openai.APIStatusError as error:
            raise self._errors.of_status(error.status_code, error.response.headers, error.body) from None
        except openai.APITimeoutError:
            raise self._errors.slow_to_connect(self.timeouts.connect) from None
        except openai.APIConnectionError as error:
            raise self._errors.unreachable(repr(error.__cause__)) from None
        except (openai.OpenAIError, httpx2.RequestError, httpx2.InvalidURL) as error:
            raise self._errors.unreachable(type(error).__name__) from None


_STREAM = openai.AsyncStream[object]


def _azure_url(base_url: str) -> str:
    """The address below which Azure has deployments; one of a deployment stays as it is."""
    if "/deployments" in base_url:
        return base_url.removesuffix("/chat/completions")
    return f"{base_url.removesuffix('/openai')}/openai"
