"""Who answers a prompt: tried until one provider's whole reply is there, or patience ends."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from blogai.core.errors import ProviderBusy, ProviderError, ProviderRejected, ProviderTimeout
from generation.llm.base import Finish, OnCall, OnWait, Profile, Prompt, Provider, Reply, Sink
from generation.llm.breaker import Breaker, Permit
from generation.llm.budget import CostBudget
from generation.llm.endpoints import Endpoint
from generation.llm.metering import Meter
from generation.llm.providers.errors import AccountRejected, title
from generation.llm.ratelimit.base import RateLimiter
from generation.llm.retry import Failure, RetryPolicy, RetryState

MOST_CHARACTERS_PER_TOKEN = 8
"""A reply longer than its limit at this ratio comes from a provider that ignores the limit."""


@dataclass(frozen=True, slots=True)
class _Question:
    prompt: Prompt
    step: str
    sink: Sink | None
    retry: RetryState


class Router:
    """The models of one run (`base.Models`): providers in order, `concurrency` calls at a time to each.

    A reply is the whole of one attempt. What fails or is cut begins again from nothing, with whichever
    provider is free first: none that has just failed, asked for time or has an open breaker. `on_call` hears
    of every attempt exactly once, also of those that failed, were cut or cancelled; `on_wait` of every wait
    before it begins. A router belongs to one event loop; what `breaker_of` and `rate_limiter_of`
    return may be shared.
    """

    def __init__(
        self,
        providers: Sequence[Provider],
        *,
        on_call: OnCall,
        on_wait: OnWait | None = None,
        concurrency: int = 16,
        breaker_of: Callable[[Provider], Breaker] | None = None,
        rate_limiter_of: Callable[[Provider], RateLimiter | None] = lambda provider: None,
        retry_policy: RetryPolicy | None = None,
        budget: CostBudget | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if not providers:
            raise ValueError("A router needs a provider.")
        self.providers = tuple(providers)
        self._endpoints = tuple(
            Endpoint(
                provider,
                asyncio.Semaphore(concurrency),
                breaker_of(provider) if breaker_of else Breaker(clock),
                rate_limiter_of(provider),
            )
            for provider in providers
        )
        self._on_call = on_call
        self._on_wait = on_wait or (lambda step, seconds, reason: None)
        self._retry_policy = retry_policy or RetryPolicy()
        self._budget = budget or CostBudget()
        self._clock = clock
        self._sleep = sleep

    @property
    def profile(self) -> Profile:
        return self.providers[0].profile

    async def ask(self, prompt: Prompt, *, step: str, sink: Sink | None = None) -> Reply:
        """The reply to `prompt`, never "cut".

        Raises ProviderError and its kinds, ProviderTimeout, CostLimitReached.
        """
        question = _Question(prompt, step, sink, RetryState(self._retry_policy, self._clock, self._endpoints))
        while True:
            endpoint = await self._free_endpoint(question)
            async with self._budget.room_for(prompt, endpoint.provider), endpoint.slots:
                permit = endpoint.breaker.enter()
                if permit is None:  # it opened, or others were faster
                    continue
                with permit:
                    await self._turn(endpoint, question)
                    reply = await self._attempt(endpoint, permit, question)
            if reply is not None:
                return reply

    async def _free_endpoint(self, question: _Question) -> Endpoint:
        """The endpoint for the next attempt, when there is one."""
        told_until = 0.0
        while not isinstance(choice := question.retry.choose(), Endpoint):
            question.retry.wait(choice)
            until = self._clock() + choice.seconds
            if until > told_until:
                self._on_wait(question.step, choice.seconds, choice.reason)
                told_until = until + 1  # looking again and again is one wait
            await self._sleep(choice.seconds)
        return choice

    async def _turn(self, endpoint: Endpoint, question: _Question) -> None:
        """Wait for a turn under our own limit. Raises ProviderBusy when that would take too long."""
        if endpoint.limiter is None:
            return
        seconds = await endpoint.limiter.acquire(question.retry.longest_wait)
        if seconds is None:
            raise question.retry.error or ProviderBusy(
                f"The limit of {endpoint.limiter.limit} model calls a minute is reached. "
                "Try again in a minute.",
                retry_after=self._retry_policy.turn,
            )
        if seconds > 0:
            question.retry.waited_for_rate_limit(seconds)
            self._on_wait(question.step, seconds, "rate_limit")
            await self._sleep(seconds)

    async def _attempt(self, endpoint: Endpoint, permit: Permit, question: _Question) -> Reply | None:
        """The whole reply, or None when this attempt failed and another may follow."""
        meter = Meter(endpoint.provider, question.prompt, question.step, self._clock)
        try:
            reply = await self._call(meter, permit, question)
        except (ProviderError, ProviderTimeout) as error:
            _tell(permit, error)
            draft = meter.characters > 0
            question.retry.failed(endpoint, error, silent=meter.silent(), draft=draft)
            if question.sink is not None and draft:
                question.sink.restart(f"{title(endpoint.provider.name)} broke off in the middle.")
            return None
        permit.answered()
        return reply

    async def _call(self, meter: Meter, permit: Permit, question: _Question) -> Reply:
        who = title(meter.provider.name)
        try:
            async with asyncio.timeout(question.retry.left):
                await _read(meter, permit, question.sink)
        except TimeoutError:
            meter.error = ProviderTimeout(f"{who} did not finish in {self._retry_policy.whole:g} seconds.")
            raise meter.error from None
        except BaseException as error:
            meter.error = error
            raise
        finally:
            call = meter.call()
            self._budget.pay(call)
            self._on_call(call)
        if meter.ending == "cut":
            raise ProviderError(f"{who} cut its reply short.")
        return meter.reply()


async def _read(meter: Meter, permit: Permit, sink: Sink | None) -> None:
    """Read the reply into `meter` and `sink` until it ends, the sink has enough, or it is far too long."""
    async with aclosing(meter.provider.stream(meter.prompt)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Finish):
                meter.finished(piece)
                return
            permit.begun()
            meter.add(piece.text)
            if sink is not None and not sink.write(piece.text):
                meter.ending = "stopped"
                return
            if meter.characters > meter.prompt.max_tokens * MOST_CHARACTERS_PER_TOKEN:
                meter.ending = "length"
                return


def _tell(permit: Permit, error: Failure) -> None:
    """What a failure says about the provider."""
    match error:
        case AccountRejected():
            permit.rejected()
        case ProviderRejected():
            permit.answered()  # it minds the prompt
        case ProviderBusy(retry_after=seconds) if seconds is not None:
            permit.busy(seconds)
        case _:
            permit.failed()
