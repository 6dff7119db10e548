import asyncio

import pytest

from blogai.core.errors import ProviderError
from generation.llm.breaker import Breaker, Delay
from generation.llm.endpoints import Endpoint
from generation.llm.retry import RetryPolicy, RetryState
from generation.llm.tests.acting import Actor
from generation.llm.tests.clocks import Jumping

ERROR = ProviderError("Down.")


@pytest.fixture
def time() -> Jumping:
    return Jumping()


@pytest.fixture
def endpoint(time: Jumping) -> Endpoint:
    return Endpoint(Actor(time, []), asyncio.Semaphore(), Breaker(time.clock), limiter=None)


def fail(retry: RetryState, endpoint: Endpoint, time: Jumping, seconds: float) -> None:
    time.now += seconds
    retry.failed(endpoint, ERROR, silent=seconds, draft=False)


def test_silence_adds_up_until_patience_ends(time: Jumping, endpoint: Endpoint) -> None:
    retry = RetryState(RetryPolicy(failing=10), time.clock, (endpoint,))
    fail(retry, endpoint, time, 6)

    with pytest.raises(ProviderError, match="Down"):
        fail(retry, endpoint, time, 6)


def test_an_unlucky_question_goes_on_while_others_are_answered(time: Jumping, endpoint: Endpoint) -> None:
    retry = RetryState(RetryPolicy(failing=10), time.clock, (endpoint,))
    for _ in range(10):
        fail(retry, endpoint, time, 6)
        endpoint.breaker.answered_at = time.now

    fail(retry, endpoint, time, 6)
    with pytest.raises(ProviderError, match="Down"):
        retry.wait(Delay(5, "provider_failing"))


def test_pauses_grow_to_a_bound_and_are_drawn_in_full(time: Jumping, endpoint: Endpoint) -> None:
    retry = RetryState(RetryPolicy(), time.clock, (endpoint,), draw=lambda: 1.0)
    pauses = []
    for _ in range(6):
        fail(retry, endpoint, time, 0)
        hold = retry.choose()
        assert isinstance(hold, Delay)
        pauses.append(hold.seconds)
        endpoint.breaker.close()

    assert pauses == [0.5, 1, 2, 4, 5, 5]
    assert RetryPolicy().pause(6, lambda: 0.5) == 2.5
