"""What a model is to the rest of the product: a name, a profile and one method that streams.

A provider turns a `Prompt` into `Text` pieces and ends with exactly one `Finish`. A stream that ends
without one was cut, whether it ended cleanly or the connection was lost. Failures leave as errors of
`blogai.core.errors` (ProviderError and its kinds, ProviderTimeout). Closing the stream closes its connection.
"""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol

type JsonSchema = dict[str, Any]
type FinishReason = Literal["stop", "length", "refusal"]
type Ending = Literal["stop", "length", "refusal", "stopped", "cut"]
"""A model's own reason, "stopped" by the sink, or "cut" off."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a model can be asked for; the pipeline looks at nothing else about a model."""

    name: Literal["full", "small"] = "full"
    outline_temperature: float = 0.4
    writing_temperature: float = 0.7
    frequency_penalty: float = 0.0
    part_tokens: int | None = None
    """The most tokens a part may take, whatever the brief asks; None: as the brief asks."""


FULL = Profile()
# Tried on SmolLM2-135M: with less penalty it repeats itself, with more it drifts off. A paragraph of 100
# words ends by itself within 180 tokens; there is room for two.
SMALL = Profile(
    name="small",
    outline_temperature=0.2,
    writing_temperature=0.5,
    frequency_penalty=0.6,
    part_tokens=320,
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One call: instructions, the request, and the bounds of the reply."""

    system: str
    user: str
    max_tokens: int
    temperature: float
    schema: JsonSchema | None = None
    """The reply must be JSON of this schema; None: prose."""
    schema_name: str = "reply"
    frequency_penalty: float = 0.0


@dataclass(frozen=True, slots=True)
class Text:
    """The next piece of the reply; an empty one says that the model thinks."""

    text: str


@dataclass(frozen=True, slots=True)
class Finish:
    """Why the reply ended, and its size in tokens where the provider counted (else None)."""

    reason: FinishReason
    input_tokens: int | None = None
    output_tokens: int | None = None


class Provider(Protocol):
    """One model of one vendor."""

    @property
    def name(self) -> str:
        """As in LLM_PROVIDER_ORDER: openai, anthropic, gemini, local; or simulated."""

    @property
    def model(self) -> str: ...

    @property
    def profile(self) -> Profile: ...

    def most_tokens(self, prompt: Prompt) -> int:
        """The most tokens of a reply to `prompt`, hidden thoughts included; may grow as more is learned."""

    def stream(self, prompt: Prompt) -> AsyncGenerator[Text | Finish, None]:
        """The reply to `prompt`. Close it (`aclosing`) when leaving it early."""
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """What one call cost: a row of `llm_calls`."""

    step: str
    provider: str
    model: str
    input_tokens: int
    output_tokens: int
    estimated: bool
    """True where a count is characters / 4 because the provider sent none."""
    cost_usd: Decimal
    price_version: str
    first_token_ms: int | None
    duration_ms: int
    finish_reason: str
    """stop, length, refusal, stopped (by us), cut, cancelled or error."""
    error: str = ""
    """The code of the error the call ended with, or empty."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. `finish` is "stop" when the model ended by itself, "stopped" when the sink did."""

    text: str
    finish: Ending
    provider: str
    model: str


class Sink(Protocol):
    """Where a reply goes while it is written."""

    def write(self, text: str) -> bool:
        """Take the next piece; False ends the call here."""

    def restart(self, reason: str) -> None:
        """Forget everything written so far: another attempt starts from nothing."""


class Models(Protocol):
    """What answers the prompts of one run."""

    @property
    def profile(self) -> Profile: ...

    async def ask(self, prompt: Prompt, *, step: str, sink: Sink | None = None) -> Reply:
        """The reply to one prompt, streamed to `sink` while it comes.

        Raises ProviderError and its kinds, ProviderTimeout.
        """
        ...


type OnCall = Callable[[Call], None]

type WaitReason = Literal["rate_limit", "provider_busy", "provider_failing"]
"""Our own limit of calls a minute; the provider asked for it; a pause after a failure."""

type OnWait = Callable[[str, float, WaitReason], None]
"""Called before a step waits, with its name, the seconds and the reason."""
