import pytest

from generation.llm.breaker import (
    FAILURES,
    FIRST_REST,
    MOST_KEPT,
    PROBES,
    Breaker,
    breaker_of,
    breaker_states,
)
from generation.llm.providers.openai import ChatCompletions
from generation.llm.tests.clocks import Jumping


@pytest.fixture
def time() -> Jumping:
    return Jumping()


@pytest.fixture
def breaker(time: Jumping) -> Breaker:
    return Breaker(time.clock)


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        permit = breaker.enter()
        assert permit
        with permit:
            permit.failed()


def state(breaker: Breaker) -> str:
    return breaker.state


def succeed(breaker: Breaker) -> None:
    permit = breaker.enter()
    assert permit
    with permit:
        permit.answered()


def test_it_opens_after_failures_in_a_row(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    succeed(breaker)
    fail(breaker, FAILURES - 1)
    assert state(breaker) == "closed"

    fail(breaker)

    assert state(breaker) == "open"
    assert breaker.enter() is None
    hold = breaker.delay()
    assert hold and (hold.seconds, hold.reason) == (FIRST_REST, "provider_failing")


def test_after_a_rest_a_few_try_and_one_success_closes_it(time: Jumping, breaker: Breaker) -> None:
    fail(breaker, FAILURES)
    time.now += FIRST_REST
    assert state(breaker) == "half-open"

    probes = [breaker.enter() for _ in range(PROBES)]
    assert all(probes) and breaker.enter() is None

    assert probes[0] and probes[1]
    probes[0].failed()
    assert state(breaker) == "open"
    probes[1].answered()
    assert state(breaker) == "closed" and breaker.enter()


def test_each_failed_try_doubles_the_rest(time: Jumping, breaker: Breaker) -> None:
    fail(breaker, FAILURES)
    rests = []
    for _ in range(7):
        hold = breaker.delay()
        assert hold
        rests.append(hold.seconds)
        time.now += hold.seconds
        fail(breaker)

    assert rests == [1, 2, 4, 8, 16, 30, 30]


def test_a_refused_key_opens_it_at_once(breaker: Breaker) -> None:
    permit = breaker.enter()
    assert permit
    permit.rejected()

    assert state(breaker) == "open"


def test_a_busy_provider_gets_its_pause_and_is_not_ill(time: Jumping, breaker: Breaker) -> None:
    permit = breaker.enter()
    assert permit
    permit.busy(20)

    hold = breaker.delay()
    assert hold and (hold.seconds, hold.reason) == (20, "provider_busy")
    assert state(breaker) == "closed"
    time.now += 20
    assert breaker.delay() is None


def test_a_probe_that_is_cancelled_leaves_its_place(time: Jumping, breaker: Breaker) -> None:
    fail(breaker, FAILURES)
    time.now += FIRST_REST
    for _ in range(PROBES * 2):
        permit = breaker.enter()
        assert permit
        with permit:
            pass

    assert state(breaker) == "half-open"


def test_a_probe_that_speaks_holds_up_nobody(time: Jumping, breaker: Breaker) -> None:
    fail(breaker, FAILURES)
    time.now += FIRST_REST
    for _ in range(PROBES * 2):
        permit = breaker.enter()
        assert permit
        permit.begun()

    assert state(breaker) == "half-open"


def test_what_became_of_earlier_calls_says_nothing(time: Jumping, breaker: Breaker) -> None:
    early = [breaker.enter() for _ in range(FAILURES)]
    fail(breaker, FAILURES)
    time.now += FIRST_REST
    succeed(breaker)

    for permit in early:
        assert permit
        permit.failed()

    assert state(breaker) == "closed"


def test_runs_share_the_breaker_of_a_provider_and_its_state_can_be_seen() -> None:
    def provider(model: str, base_url: str = "http://127.0.0.1:1/v1") -> ChatCompletions:
        return ChatCompletions(name="openai", model=model, base_url=base_url)

    breaker = breaker_of(provider("seen"))
    assert breaker_of(provider("seen")) is breaker
    assert breaker_of(provider("seen", "http://127.0.0.1:2/v1")) is not breaker
    fail(breaker_of(provider("shown")), FAILURES)

    assert breaker_states()["openai", "shown"] == "open"

    for number in range(MOST_KEPT * 2):
        breaker_of(provider(f"any-{number}"))
    assert len(breaker_states()) == MOST_KEPT
