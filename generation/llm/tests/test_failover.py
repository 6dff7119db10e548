"""The router between providers that fail: in fake time, without I/O."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator

import pytest

from blogai.core.errors import ProviderBusy, ProviderError, ProviderRejected, ProviderTimeout
from generation.llm.base import FULL, Finish, Profile, Prompt, Text
from generation.llm.breaker import Breaker
from generation.llm.providers.errors import AccountRejected
from generation.llm.ratelimit.memory import MemoryRateLimiter
from generation.llm.retry import RetryPolicy
from generation.llm.router import Router
from generation.llm.tests.acting import GOOD, HALF, Act, Page, Stage
from generation.llm.tests.prompts import prompt

DOWN: Act = [ProviderError("Down.")]
HANGS: Act = [20.0, ProviderTimeout("Silent.")]


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.mark.parametrize(
    ("act", "end", "restarts"),
    [
        (DOWN, "error", 0),
        ([ProviderError("Unreachable.")], "error", 0),
        (HANGS, "error", 0),
        (["Half a ", 15.0, ProviderTimeout("Fell silent.")], "error", 1),
        (["Half a ", ProviderError("An error in the stream.")], "error", 1),
        (HALF, "cut", 1),
        ([], "cut", 0),
        ([ProviderBusy("Busy.")], "error", 0),
        ([ProviderBusy("Busy.", retry_after=30)], "error", 0),
        ([AccountRejected("No such key.")], "error", 0),
        ([ProviderRejected("Too long.")], "error", 0),
    ],
)
async def test_another_provider_takes_what_one_fails_and_nothing_is_spliced(
    stage: Stage, act: Act, end: str, restarts: int
) -> None:
    first, second = stage.actor(act), stage.actor(GOOD, name="anthropic")
    page = Page()

    reply = await stage.router(first, second).ask(prompt(), step="section-1", sink=page)

    assert (reply.text, reply.finish, reply.provider) == ("Bees hum.", "stop", "anthropic")
    assert (page.text, len(page.restarts)) == ("Bees hum.", restarts)
    assert stage.ends() == [("openai", end), ("anthropic", "stop")]
    assert second.began[0] - first.began[0] in (0, 15, 20)  # at once
    assert (first.on_stage, second.on_stage) == (0, 0)


@pytest.mark.parametrize("act", [DOWN, HALF, [ProviderBusy("Busy.", retry_after=3)], HANGS])
async def test_the_only_provider_is_asked_again(stage: Stage, act: Act) -> None:
    only = stage.actor(act, GOOD)
    page = Page()

    reply = await stage.router(only).ask(prompt(), step="faq", sink=page)

    assert (reply.text, page.text) == ("Bees hum.", "Bees hum.")
    assert len(stage.calls) == 2 and len(stage.waits) == 1


@pytest.mark.parametrize("seconds", [0.0, 3.0, 60.0])
async def test_nobody_is_asked_again_before_the_time_that_they_said(stage: Stage, seconds: float) -> None:
    only = stage.actor([ProviderBusy("Busy.", retry_after=seconds)], GOOD)

    await stage.router(only).ask(prompt(), step="faq")

    assert only.began[1] - only.began[0] >= seconds
    step, waited, reason = stage.waits[0]
    assert (step, reason) == ("faq", "provider_busy" if seconds else "provider_failing")
    assert waited >= seconds


async def test_nor_by_other_calls_of_the_process(stage: Stage) -> None:
    shared = Breaker(stage.time.clock)
    only = stage.actor([ProviderBusy("Busy.", retry_after=3)], GOOD)
    one, other = (stage.router(only, breaker_of=lambda provider: shared) for _ in range(2))

    asking = asyncio.create_task(one.ask(prompt(), step="faq"))
    while not only.began:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    await other.ask(prompt(), step="faq")
    await asking

    assert [began - only.began[0] for began in only.began] == [0, 3, 3]


async def test_who_wants_too_much_time_is_not_waited_for(stage: Stage) -> None:
    only = stage.actor([ProviderBusy("Busy.", retry_after=3600)])

    with pytest.raises(ProviderBusy) as caught:
        await stage.router(only).ask(prompt(), step="faq")

    assert caught.value.retry_after == 3600
    assert len(only.began) == 1 and stage.waits == []


@pytest.mark.parametrize("error", [AccountRejected("No such key."), ProviderRejected("Too long.")])
async def test_a_rejection_is_not_tried_again(stage: Stage, error: ProviderRejected) -> None:
    only = stage.actor([error])

    with pytest.raises(ProviderRejected, match=error.detail):
        await stage.router(only).ask(prompt(), step="faq")

    assert len(stage.calls) == 1


async def test_a_refusal_is_an_answer(stage: Stage) -> None:
    first, second = stage.actor(["I can't.", Finish("refusal")]), stage.actor(GOOD, name="anthropic")

    reply = await stage.router(first, second).ask(prompt(), step="faq")

    assert (reply.finish, second.began) == ("refusal", [])


@pytest.mark.parametrize(
    "acts",
    [
        [DOWN],
        [HANGS],
        [DOWN, DOWN, DOWN],
        [HANGS, HANGS, HANGS],
        [HALF, HALF],
        [["Half a ", 15.0, ProviderTimeout("Silent.")]] * 2,
        [[ProviderBusy("Busy.")], DOWN],
        [[ProviderBusy("Busy.", retry_after=40)], DOWN],
        [[AccountRejected("No.")], HANGS],
    ],
    ids=range(9),
)
async def test_with_all_of_them_failing_it_ends_within_a_minute(stage: Stage, acts: list[Act]) -> None:
    actors = [stage.actor(act, name=name) for act, name in zip(acts, "abc", strict=False)]
    start = stage.time.now

    with pytest.raises((ProviderError, ProviderTimeout)):
        await stage.router(*actors).ask(prompt(), step="outline")

    assert stage.time.now - start <= 60
    assert len(stage.calls) == sum(len(actor.began) for actor in actors) <= 40
    assert not any(actor.on_stage for actor in actors)


async def test_one_failure_never_keeps_another_provider_from_being_asked(stage: Stage) -> None:
    first, second = stage.actor(HANGS), stage.actor(GOOD, name="anthropic")

    reply = await stage.router(first, second, retry_policy=RetryPolicy(failing=1)).ask(prompt(), step="faq")

    assert reply.provider == "anthropic"


async def test_drafts_cost_money_so_they_are_few(stage: Stage) -> None:
    only = stage.actor(HALF)

    with pytest.raises(ProviderError, match="cut its reply short"):
        await stage.router(only, retry_policy=RetryPolicy(drafts=3)).ask(prompt(), step="faq", sink=Page())

    assert stage.ends() == [("openai", "cut")] * 3


async def test_who_always_says_later_ends_too(stage: Stage) -> None:
    only = stage.actor([ProviderBusy("Busy.", retry_after=3)])
    start = stage.time.now

    with pytest.raises(ProviderBusy):
        await stage.router(only).ask(prompt(), step="faq")

    assert stage.time.now - start <= 100


async def test_the_whole_of_a_step_has_an_end(stage: Stage) -> None:
    class Dripping:
        name, model, profile = "openai", "m", FULL
        closed = False

        def most_tokens(self, prompt: Prompt) -> int:
            return prompt.max_tokens

        async def stream(self, prompt: Prompt) -> AsyncGenerator[Text | Finish, None]:
            try:
                while True:
                    await asyncio.sleep(0.01)
                    yield Text("x")
            finally:
                self.closed = True

    dripping = Dripping()
    router = Router([dripping], on_call=stage.calls.append, retry_policy=RetryPolicy(whole=0.1))

    with pytest.raises(ProviderTimeout, match=r"didn’t finish within 0\.1 seconds"):
        await router.ask(prompt(), step="faq")

    assert [(call.finish_reason, call.error) for call in stage.calls] == [("error", "provider_timeout")]
    assert dripping.closed


async def test_an_open_breaker_sends_calls_to_the_next(stage: Stage) -> None:
    first, second = stage.actor(DOWN), stage.actor(GOOD, name="anthropic")
    router = stage.router(first, second)

    for _ in range(8):
        await router.ask(prompt(), step="faq")

    assert (len(first.began), len(second.began)) == (5, 8)
    stage.time.now += 1
    await router.ask(prompt(), step="faq")
    assert len(first.began) == 6  # a probe


@pytest.mark.parametrize(
    ("act", "calls"),
    [
        (HALF, 5),
        (HANGS, 5),
        ([ProviderBusy("Busy.")], 5),
        ([AccountRejected("No.")], 1),
        ([ProviderRejected("Too long.")], 8),
        ([ProviderBusy("Busy.", retry_after=0)], 8),
    ],
)
async def test_what_counts_for_the_breaker(stage: Stage, act: Act, calls: int) -> None:
    first, second = stage.actor(act), stage.actor(GOOD, name="anthropic")
    frozen = stage.time.now
    breakers = {name: Breaker(lambda: frozen) for name in ("openai", "anthropic")}
    router = stage.router(first, second, breaker_of=lambda provider: breakers[provider.name])

    for _ in range(8):
        await router.ask(prompt(), step="faq")

    assert len(first.began) == calls


async def test_the_only_one_left_is_waited_for(stage: Stage) -> None:
    breaker = Breaker(stage.time.clock)
    breaker.open(10)
    only = stage.actor(GOOD)
    start = stage.time.now

    replies = await asyncio.gather(
        *(stage.router(only, breaker_of=lambda provider: breaker).ask(prompt(), step="faq") for _ in range(9))
    )

    assert {reply.text for reply in replies} == {"Bees hum."}
    assert min(only.began) - start == 10
    assert stage.waits.count(("faq", 10, "provider_failing")) == 9
    assert breaker.state == "closed"


async def test_a_breaker_that_stays_open_too_long_ends_the_question(stage: Stage) -> None:
    breaker = Breaker(stage.time.clock)
    breaker.open(100)

    with pytest.raises(ProviderError, match="OpenAI isn’t answering"):
        await stage.router(stage.actor(GOOD), breaker_of=lambda provider: breaker).ask(prompt(), step="faq")

    assert stage.calls == []


async def test_calls_wait_their_turn_and_say_so(stage: Stage) -> None:
    turns = MemoryRateLimiter(2, stage.time.clock)
    only = stage.actor(GOOD)
    router = stage.router(only, rate_limiter_of=lambda provider: turns)
    start = stage.time.now

    await asyncio.gather(*(router.ask(prompt(), step="faq") for _ in range(4)))

    assert [began - start for began in only.began] == [0, 0, 60, 60]
    assert stage.waits == [("faq", 60, "rate_limit")] * 2


async def test_a_turn_that_is_too_far_off_is_refused_without_a_call(stage: Stage) -> None:
    turns = MemoryRateLimiter(1, stage.time.clock)
    only = stage.actor(GOOD)
    router = stage.router(only, rate_limiter_of=lambda provider: turns, retry_policy=RetryPolicy(turn=10))
    await router.ask(prompt(), step="faq")

    with pytest.raises(ProviderBusy, match="at most 1 model calls a minute"):
        await router.ask(prompt(), step="faq")

    assert len(only.began) == len(stage.calls) == 1


async def test_a_cancelled_wait_leaves_nothing_behind(stage: Stage) -> None:
    breaker = Breaker(stage.time.clock)
    turns = MemoryRateLimiter(2, stage.time.clock)
    await turns.acquire(0)
    await turns.acquire(0)
    router = stage.router(
        stage.actor(GOOD),
        concurrency=1,
        breaker_of=lambda provider: breaker,
        rate_limiter_of=lambda provider: turns,
    )
    breaker.open(0)  # half-open
    before = asyncio.all_tasks()

    asking = [asyncio.create_task(router.ask(prompt(), step="faq")) for _ in range(3)]
    while not stage.waits:
        await asyncio.sleep(0)
    for task in asking:
        task.cancel()
    assert all(
        isinstance(end, asyncio.CancelledError)
        for end in await asyncio.gather(*asking, return_exceptions=True)
    )
    await stage.time.sleep(0)
    while asyncio.all_tasks() - before:
        await asyncio.sleep(0)

    assert stage.calls == []
    assert (await router.ask(prompt(), step="faq")).text == "Bees hum."


class Moody:
    """Fails every third call, cuts every fifth, and tells all others at first to come back in 3 seconds."""

    name, model, profile = "openai", "m", Profile()

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.calls = 0
        self.not_before: dict[str, float] = {}

    def most_tokens(self, prompt: Prompt) -> int:
        return prompt.max_tokens

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Text | Finish, None]:
        self.calls += 1
        number, came = self.calls, self.stage.time.now
        await self.stage.time.sleep(0.2)
        if number % 3 == 0:
            raise ProviderError("Failed.")
        cut = number % 5 == 0
        if not cut and prompt.user not in self.not_before:
            self.not_before[prompt.user] = self.stage.time.now + 3
            raise ProviderBusy("Busy.", retry_after=3)
        assert came >= self.not_before.get(prompt.user, 0)
        for word in f"The whole of {prompt.user}".split(" "):
            yield Text(f"{word} ")
            await self.stage.time.sleep(0.5)
            if cut:
                return
        yield Finish("stop", 10, 10)


@pytest.mark.parametrize("seed", range(3))
async def test_twenty_runs_survive_a_moody_provider(stage: Stage, seed: int) -> None:
    random.seed(seed)
    breaker = Breaker(stage.time.clock)
    moody = Moody(stage)

    async def ask(router: Router, name: str) -> None:
        page = Page()
        reply = await router.ask(prompt(name), step=name, sink=page)
        assert reply.text == page.text == f"The whole of {name} "

    async def run(number: int) -> None:
        router = Router(
            [moody],
            on_call=stage.calls.append,
            breaker_of=lambda provider: breaker,
            clock=stage.time.clock,
            sleep=stage.time.sleep,
        )
        await stage.time.sleep(random.random() * 10)
        await ask(router, f"outline-{number}")
        await asyncio.gather(*(ask(router, f"section-{number}-{part}") for part in range(9)))
        await asyncio.gather(*(ask(router, f"closing-{number}-{part}") for part in range(2)))

    await asyncio.gather(*(run(number) for number in range(20)))

    assert len(stage.calls) == moody.calls
    assert Counter(call.finish_reason for call in stage.calls)["stop"] == 240
