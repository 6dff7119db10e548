"""Who answers a prompt: tried until one provider's whole reply is there, or patience ends."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from blogai.errors import ProviderBusy, ProviderError, ProviderRejected, ProviderTimeout
from generation.llm.base import Finish, OnCall, OnWait, Profile, Prompt, Provider, Reply, Sink
from generation.llm.breaker import Breaker, Passage
from generation.llm.failures import AccountRejected, title
from generation.llm.lanes import Lane
from generation.llm.metering import Meter
from generation.llm.patience import Effort, Failure, Patience
from generation.llm.spending import Spending
from generation.llm.turns import Turns

MOST_CHARACTERS_PER_TOKEN = 8
"""A reply longer than its limit at this ratio comes from a provider that ignores the limit."""


@dataclass(frozen=True, slots=True)
class _Question:
    prompt: Prompt
    step: str
    sink: Sink | None
    effort: Effort


class Router:
    """The models of one run (`base.Models`): providers in order, `lanes` calls at a time to each.

    A reply is the whole of one attempt. What fails or is cut begins again from nothing, with whichever
    provider is free first: none that has just failed, asked for time or has an open breaker. `on_call` hears
    of every attempt exactly once, also of those that failed, were cut or cancelled; `on_wait` of every wait
    before it begins. A router belongs to one event loop; what `breaker_of` and `turns_of` give may be shared.
    """

    def __init__(
        self,
        providers: Sequence[Provider],
        *,
        on_call: OnCall,
        on_wait: OnWait | None = None,
        lanes: int = 16,
        breaker_of: Callable[[Provider], Breaker] | None = None,
        turns_of: Callable[[Provider], Turns | None] = lambda provider: None,
        patience: Patience | None = None,
        spending: Spending | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if not providers:
            raise ValueError("A router needs a provider.")
        self.providers = tuple(providers)
        self._lanes = tuple(
            Lane(
                provider,
                asyncio.Semaphore(lanes),
                breaker_of(provider) if breaker_of else Breaker(clock),
                turns_of(provider),
            )
            for provider in providers
        )
        self._on_call = on_call
        self._on_wait = on_wait or (lambda step, seconds, reason: None)
        self._patience = patience or Patience()
        self._spending = spending or Spending()
        self._clock = clock
        self._sleep = sleep

    @property
    def profile(self) -> Profile:
        return self.providers[0].profile

    async def ask(self, prompt: Prompt, *, step: str, sink: Sink | None = None) -> Reply:
        """The reply to `prompt`, never "cut".

        Raises ProviderError and its kinds, ProviderTimeout, CostLimitReached.
        """
        question = _Question(prompt, step, sink, Effort(self._patience, self._clock, self._lanes))
        while True:
            lane = await self._free_lane(question)
            async with self._spending.room_for(prompt, lane.provider), lane.slots:
                passage = lane.breaker.enter()
                if passage is None:  # it opened, or others were faster
                    continue
                with passage:
                    await self._turn(lane, question)
                    reply = await self._attempt(lane, passage, question)
            if reply is not None:
                return reply

    async def _free_lane(self, question: _Question) -> Lane:
        """The lane for the next attempt, when there is one."""
        told_until = 0.0
        while not isinstance(choice := question.effort.choose(), Lane):
            question.effort.wait(choice)
            until = self._clock() + choice.seconds
            if until > told_until:
                self._on_wait(question.step, choice.seconds, choice.reason)
                told_until = until + 1  # looking again and again is one wait
            await self._sleep(choice.seconds)
        return choice

    async def _turn(self, lane: Lane, question: _Question) -> None:
        """Wait for a turn under our own limit. Raises ProviderBusy when that would take too long."""
        if lane.turns is None:
            return
        seconds = await lane.turns.take(question.effort.longest_turn)
        if seconds is None:
            raise question.effort.error or ProviderBusy(
                f"The limit of {lane.turns.limit} model calls a minute is reached. Try again in a minute.",
                retry_after=self._patience.turn,
            )
        if seconds > 0:
            question.effort.waited_for_turn(seconds)
            self._on_wait(question.step, seconds, "rate_limit")
            await self._sleep(seconds)

    async def _attempt(self, lane: Lane, passage: Passage, question: _Question) -> Reply | None:
        """The whole reply, or None when this attempt failed and another may follow."""
        meter = Meter(lane.provider, question.prompt, question.step, self._clock)
        try:
            reply = await self._call(meter, passage, question)
        except (ProviderError, ProviderTimeout) as error:
            _tell(passage, error)
            draft = meter.characters > 0
            question.effort.failed(lane, error, silent=meter.silent(), draft=draft)
            if question.sink is not None and draft:
                question.sink.restart(f"{title(lane.provider.name)} broke off in the middle.")
            return None
        passage.answered()
        return reply

    async def _call(self, meter: Meter, passage: Passage, question: _Question) -> Reply:
        who = title(meter.provider.name)
        try:
            async with asyncio.timeout(question.effort.left):
                await _read(meter, passage, question.sink)
        except TimeoutError:
            meter.error = ProviderTimeout(f"{who} did not finish in {self._patience.whole:g} seconds.")
            raise meter.error from None
        except BaseException as error:
            meter.error = error
            raise
        finally:
            call = meter.call()
            self._spending.pay(call)
            self._on_call(call)
        if meter.ending == "cut":
            raise ProviderError(f"{who} cut its reply short.")
        return meter.reply()


async def _read(meter: Meter, passage: Passage, sink: Sink | None) -> None:
    """Read the reply into `meter` and `sink` until it ends, the sink has enough, or it is far too long."""
    async with aclosing(meter.provider.stream(meter.prompt)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Finish):
                meter.finished(piece)
                return
            passage.begun()
            meter.add(piece.text)
            if sink is not None and not sink.write(piece.text):
                meter.ending = "stopped"
                return
            if meter.characters > meter.prompt.max_tokens * MOST_CHARACTERS_PER_TOKEN:
                meter.ending = "length"
                return


def _tell(passage: Passage, error: Failure) -> None:
    """What a failure says about the provider."""
    match error:
        case AccountRejected():
            passage.rejected()
        case ProviderRejected():
            passage.answered()  # it minds the prompt
        case ProviderBusy(retry_after=seconds) if seconds is not None:
            passage.busy(seconds)
        case _:
            passage.failed()
