"""The text, the size and the cost of one attempt, measured while it lasts."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from blogai.core.errors import BlogAIError, ProviderTimeout
from generation.llm.base import Call, Ending, Finish, Prompt, Provider, Reply
from generation.llm.pricing import price

CHARACTERS_PER_TOKEN = 4
"""For an estimate, where the provider sent no count."""


@dataclass(slots=True)
class Meter:
    """One attempt. `clock` gives seconds."""

    provider: Provider
    prompt: Prompt
    step: str
    clock: Callable[[], float]
    ending: Ending = "cut"
    """Until something says otherwise."""
    error: BaseException | None = None
    """What ended it; None for a whole reply and for one that was cut."""
    characters: int = 0
    _pieces: list[str] = field(default_factory=list)
    _started: float = field(init=False)
    _first: float | None = None
    _last: float = 0
    _counted: tuple[int | None, int | None] = (None, None)

    def __post_init__(self) -> None:
        self._started = self.clock()

    def add(self, text: str) -> None:
        self._last = self.clock()
        if self._first is None:
            self._first = self._last
        self._pieces.append(text)
        self.characters += len(text)

    def finished(self, finish: Finish) -> None:
        self.ending = finish.reason
        self._counted = (finish.input_tokens, finish.output_tokens)

    def silent(self) -> float:
        """Seconds so far without text: before the first piece and after the last."""
        streaming = 0.0 if self._first is None else self._last - self._first
        return self.clock() - self._started - streaming

    def reply(self) -> Reply:
        return Reply("".join(self._pieces), self.ending, self.provider.name, self.provider.model)

    def call(self) -> Call:
        read, written = self._counted
        if self._not_charged:
            read, written = 0, 0
        input_tokens = _estimate(size_of(self.prompt)) if read is None else read
        output_tokens = _estimate(self.characters) if written is None else written
        cost, version = price(
            self.provider.name, self.provider.model, input_tokens=input_tokens, output_tokens=output_tokens
        )
        return Call(
            step=self.step,
            provider=self.provider.name,
            model=self.provider.model,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            estimated=read is None or written is None,
            cost_usd=cost,
            price_version=version,
            first_token_ms=None if self._first is None else _milliseconds(self._first - self._started),
            duration_ms=_milliseconds(self.clock() - self._started),
            finish_reason=self._finish_reason,
            error=_code(self.error),
        )

    @property
    def _not_charged(self) -> bool:
        """True when all that came was an error, which no provider charges for."""
        return (
            isinstance(self.error, BlogAIError)
            and not isinstance(self.error, ProviderTimeout)
            and self._first is None
        )

    @property
    def _finish_reason(self) -> str:
        if self.error is None:
            return self.ending
        return "error" if isinstance(self.error, Exception) else "cancelled"


def _code(error: BaseException | None) -> str:
    if isinstance(error, BlogAIError):
        return error.code
    return type(error).__name__ if isinstance(error, Exception) else ""


def size_of(prompt: Prompt, *, in_bytes: bool = False) -> int:
    """In characters, or in bytes of UTF-8."""
    schema = json.dumps(prompt.schema) if prompt.schema is not None else ""
    text = prompt.system + prompt.user + schema
    return len(text.encode()) if in_bytes else len(text)


def _estimate(characters: int) -> int:
    return -(-characters // CHARACTERS_PER_TOKEN)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
