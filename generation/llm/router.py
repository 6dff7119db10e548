"""Sends a prompt to one provider after another until a whole reply is there or the retry policy ends."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from blogai.core import tracing
from blogai.core.errors import ProviderBusy, ProviderError, ProviderRejected, ProviderTimeout
from generation.llm.base import Call, Finish, OnCall, OnWait, Profile, Prompt, Provider, Reply, Sink
from generation.llm.breaker import Breaker, Permit
from generation.llm.budget import CostBudget
from generation.llm.capacity import Capacity, Place
from generation.llm.endpoints import Endpoint
from generation.llm.metering import Meter
from generation.llm.providers.errors import AGAIN, AccountRejected, title
from generation.llm.providers.finish_reasons import only_thoughts
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

    A reply is the whole of one attempt. A prompt whose attempt fails or is cut is asked again from the start,
    at the first provider that is free: one that has not just failed, asked for time, or an open breaker.
    `on_call` is called once for every attempt, also for those that failed, were cut or were cancelled;
    `on_wait` before every wait. A router belongs to one event loop; what `breaker_of`, `rate_limiter_of` and
    `capacity_of` return may be shared.
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
        capacity_of: Callable[[Provider], Capacity | None] = lambda provider: None,
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
                capacity_of(provider),
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
            async with (
                self._budget.room_for(prompt, endpoint.provider),
                endpoint.slots,
                self._place(endpoint, question) as place,
            ):
                permit = endpoint.breaker.enter()
                if permit is None:  # it opened meanwhile, or other calls took the last probes
                    continue
                with permit:
                    await self._turn(endpoint, question)
                    reply = await self._attempt(_Attempt(endpoint, permit, place), question)
            if reply is not None:
                return reply

    @asynccontextmanager
    async def _place(self, endpoint: Endpoint, question: _Question) -> AsyncIterator[Place | None]:
        """Room for one call at a server that takes only so many; waiting for it takes no one's time."""
        if endpoint.capacity is None:
            yield None
            return
        began = self._clock()
        async with endpoint.capacity.place() as place:
            question.retry.waited_for_place(self._clock() - began)
            yield place

    async def _free_endpoint(self, question: _Question) -> Endpoint:
        """The endpoint for the next attempt, when there is one."""
        announced_until = 0.0
        while not isinstance(choice := question.retry.choose(), Endpoint):
            question.retry.wait(choice)
            until = self._clock() + choice.seconds
            if until > announced_until:
                self._on_wait(question.step, choice.seconds, choice.reason)
                announced_until = until + 1  # looking several times is one wait
            await self._sleep(choice.seconds)
        return choice

    async def _turn(self, endpoint: Endpoint, question: _Question) -> None:
        """Wait for our own rate limit. Raises ProviderBusy when that would take too long."""
        if endpoint.limiter is None:
            return
        seconds = await endpoint.limiter.acquire(question.retry.longest_wait)
        if seconds is None:
            raise question.retry.error or ProviderBusy(
                f"This site makes at most {endpoint.limiter.limit} model calls a minute. Try again in a "
                "minute.",
                retry_after=self._retry_policy.turn,
            )
        if seconds > 0:
            question.retry.waited_for_rate_limit(seconds)
            self._on_wait(question.step, seconds, "rate_limit")
            await self._sleep(seconds)

    async def _attempt(self, attempt: "_Attempt", question: _Question) -> Reply | None:
        """The whole reply, or None when this attempt failed and another may follow."""
        provider = attempt.endpoint.provider
        meter = Meter(provider, question.prompt, question.step, self._clock)
        room = provider.most_tokens(question.prompt)
        try:
            reply = await self._call(meter, attempt, question)
        except (ProviderError, ProviderTimeout) as error:
            self._failed(attempt, error, meter, question)
            return None
        attempt.answered()
        if _thought_only(reply) and provider.most_tokens(question.prompt) > room:
            _restart(question, meter, "The model ran out of room while thinking.")
            return None
        return reply

    def _failed(self, attempt: "_Attempt", error: Failure, meter: Meter, question: _Question) -> None:
        """Count the failure. Raises it if it was the last that the retry policy allows."""
        if attempt.refused(error):
            attempt.permit.answered()
            question.retry.refused(error)
            return
        _report(attempt.permit, error)
        draft = meter.characters > 0
        question.retry.failed(attempt.endpoint, error, silent=meter.silent(), draft=draft)
        _restart(question, meter, f"{title(meter.provider.name)} stopped partway through.")

    async def _call(self, meter: Meter, attempt: "_Attempt", question: _Question) -> Reply:
        provider = meter.provider
        asked = {"gen_ai.provider.name": provider.name, "gen_ai.request.model": provider.model}
        with tracing.span("model call", "client", {**asked, "step": question.step}) as add:
            try:
                await self._read_in_time(meter, attempt, question)
            except BaseException as error:
                meter.error = error
                raise
            finally:
                call = meter.call()
                add(_figures(call))
                self._budget.pay(call)
                self._on_call(call)
        if meter.ending == "cut":
            raise ProviderError(f"{title(provider.name)} cut its reply short. {AGAIN}")
        return meter.reply()

    async def _read_in_time(self, meter: Meter, attempt: "_Attempt", question: _Question) -> None:
        try:
            async with asyncio.timeout(question.retry.left):
                await _read(meter, attempt, question.sink)
        except TimeoutError:
            raise ProviderTimeout(
                f"{title(meter.provider.name)} didn’t finish within {self._retry_policy.whole:g} seconds. "
                f"{AGAIN}"
            ) from None


def _figures(call: Call) -> dict[str, str | int]:
    """How much a call took, for its span."""
    return {
        "gen_ai.usage.input_tokens": call.input_tokens,
        "gen_ai.usage.output_tokens": call.output_tokens,
        "gen_ai.response.finish_reasons": call.finish_reason,
        "error.type": call.error or "none",
    }


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One call that was let through."""

    endpoint: Endpoint
    permit: Permit
    place: Place | None

    def began(self) -> None:
        self.permit.begun()
        if self.place is not None:
            self.place.began()

    def answered(self) -> None:
        self.permit.answered()
        if self.place is not None:
            self.place.answered()

    def refused(self, error: Failure) -> bool:
        """Whether the server only takes fewer calls at once than there were."""
        if self.place is None or isinstance(error, ProviderTimeout):
            return False
        if isinstance(error, ProviderBusy) and error.retry_after is not None:
            self.place.rate_limited()
            return False
        if isinstance(error, ProviderBusy):
            return self.place.refused()
        return error.overloaded and self.place.refused()


def _restart(question: _Question, meter: Meter, reason: str) -> None:
    if question.sink is not None and meter.characters:
        question.sink.restart(reason)


def _thought_only(reply: Reply) -> bool:
    return reply.finish == "length" and only_thoughts(reply.text)


async def _read(meter: Meter, attempt: _Attempt, sink: Sink | None) -> None:
    """Read the reply into `meter` and `sink` until it ends, the sink has enough, or it is far too long."""
    async with aclosing(meter.provider.stream(meter.prompt)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Finish):
                meter.finished(piece)
                return
            attempt.began()
            meter.add(piece.text)
            if sink is not None and piece.text and not sink.write(piece.text):
                meter.ending = "stopped"
                return
            if meter.characters > meter.prompt.max_tokens * MOST_CHARACTERS_PER_TOKEN:
                meter.ending = "length"
                return


def _report(permit: Permit, error: Failure) -> None:
    """Tell the breaker what a failure says about the provider."""
    match error:
        case AccountRejected():
            permit.rejected()
        case ProviderRejected():
            permit.answered()  # the prompt is at fault
        case ProviderBusy(retry_after=seconds) if seconds is not None:
            permit.busy(seconds)
        case _:
            permit.failed()
