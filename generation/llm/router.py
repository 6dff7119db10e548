"""Who answers a prompt, how many at once, and what each call cost."""

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Literal

from blogai.errors import BlogAIError
from generation.llm.base import Call, Ending, Finish, OnCall, Profile, Prompt, Provider, Reply, Sink
from generation.llm.pricing import price

CHARACTERS_PER_TOKEN = 4
"""Of an estimate, where the provider did not count."""

MOST_CHARACTERS_PER_TOKEN = 8
"""A reply longer than its limit at this ratio comes from a provider that ignores the limit."""


class Router:
    """The models of one run (`base.Models`): the first provider answers, `lanes` calls at a time.

    `on_call` hears of every call exactly once, also of those that failed, were cut or cancelled. A router
    belongs to one event loop.
    """

    def __init__(self, providers: Sequence[Provider], *, on_call: OnCall, lanes: int = 16) -> None:
        if not providers:
            raise ValueError("A router needs a provider.")
        self.providers = tuple(providers)
        self._on_call = on_call
        self._lanes = asyncio.Semaphore(lanes)

    @property
    def profile(self) -> Profile:
        return self.providers[0].profile

    async def ask(self, prompt: Prompt, *, step: str, sink: Sink | None = None) -> Reply:
        """The reply to `prompt`. `finish` is "cut" when the stream ended before the model did.

        Raises ProviderError and its kinds, ProviderTimeout.
        """
        async with self._lanes:
            return await self._call(self.providers[0], prompt, step, sink)

    async def _call(self, provider: Provider, prompt: Prompt, step: str, sink: Sink | None) -> Reply:
        meter = _Meter(provider, prompt, step)
        try:
            await _read(provider, prompt, sink, meter)
        except asyncio.CancelledError:
            meter.failure = "cancelled"
            raise
        except Exception as error:
            meter.failure = "error"
            meter.error = error.code if isinstance(error, BlogAIError) else type(error).__name__
            raise
        finally:
            self._on_call(meter.call())
        return meter.reply()


async def _read(provider: Provider, prompt: Prompt, sink: Sink | None, meter: "_Meter") -> None:
    """Read the reply into `meter` and `sink` until it ends, the sink has enough, or it is far too long."""
    async with aclosing(provider.stream(prompt)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Finish):
                meter.finished(piece)
                return
            meter.add(piece.text)
            if sink is not None and not sink.write(piece.text):
                meter.ending = "stopped"
                return
            if meter.characters > prompt.max_tokens * MOST_CHARACTERS_PER_TOKEN:
                meter.ending = "length"
                return


@dataclass(slots=True)
class _Meter:
    """One call while it lasts."""

    provider: Provider
    prompt: Prompt
    step: str
    ending: Ending = "cut"
    """Until something says otherwise."""
    failure: Literal["", "cancelled", "error"] = ""
    error: str = ""
    characters: int = 0
    _pieces: list[str] = field(default_factory=list)
    _started: float = field(default_factory=time.perf_counter)
    _first: float | None = None
    _counted: tuple[int | None, int | None] = (None, None)

    def add(self, text: str) -> None:
        if self._first is None:
            self._first = time.perf_counter()
        self._pieces.append(text)
        self.characters += len(text)

    def finished(self, finish: Finish) -> None:
        self.ending = finish.reason
        self._counted = (finish.input_tokens, finish.output_tokens)

    def reply(self) -> Reply:
        return Reply("".join(self._pieces), self.ending, self.provider.name, self.provider.model)

    def call(self) -> Call:
        now = time.perf_counter()
        read, written = self._counted
        input_tokens = _estimate(_size(self.prompt)) if read is None else read
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
            duration_ms=_milliseconds(now - self._started),
            finish_reason=self.failure or self.ending,
            error=self.error,
        )


def _size(prompt: Prompt) -> int:
    """In characters."""
    schema = len(json.dumps(prompt.schema)) if prompt.schema is not None else 0
    return len(prompt.system) + len(prompt.user) + schema


def _estimate(characters: int) -> int:
    return -(-characters // CHARACTERS_PER_TOKEN)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
