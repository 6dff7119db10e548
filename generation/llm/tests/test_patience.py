import asyncio

import pytest

from blogai.errors import ProviderError
from generation.llm.breaker import Breaker, Hold
from generation.llm.lanes import Lane
from generation.llm.patience import Effort, Patience
from generation.llm.tests.acting import Actor
from generation.llm.tests.clocks import Jumping

ERROR = ProviderError("Down.")


@pytest.fixture
def time() -> Jumping:
    return Jumping()


@pytest.fixture
def lane(time: Jumping) -> Lane:
    return Lane(Actor(time, []), asyncio.Semaphore(), Breaker(time.clock), turns=None)


def fail(effort: Effort, lane: Lane, time: Jumping, seconds: float) -> None:
    time.now += seconds
    effort.failed(lane, ERROR, silent=seconds, draft=False)


def test_silence_adds_up_until_patience_ends(time: Jumping, lane: Lane) -> None:
    effort = Effort(Patience(failing=10), time.clock, (lane,))
    fail(effort, lane, time, 6)

    with pytest.raises(ProviderError, match="Down"):
        fail(effort, lane, time, 6)


def test_an_unlucky_question_goes_on_while_others_are_answered(time: Jumping, lane: Lane) -> None:
    effort = Effort(Patience(failing=10), time.clock, (lane,))
    for _ in range(10):
        fail(effort, lane, time, 6)
        lane.breaker.answered_at = time.now

    fail(effort, lane, time, 6)
    with pytest.raises(ProviderError, match="Down"):
        effort.wait(Hold(5, "provider_failing"))


def test_pauses_grow_to_a_bound_and_are_drawn_in_full(time: Jumping, lane: Lane) -> None:
    effort = Effort(Patience(), time.clock, (lane,), draw=lambda: 1.0)
    pauses = []
    for _ in range(6):
        fail(effort, lane, time, 0)
        hold = effort.choose()
        assert isinstance(hold, Hold)
        pauses.append(hold.seconds)
        lane.breaker.close()

    assert pauses == [0.5, 1, 2, 4, 5, 5]
    assert Patience().pause(6, lambda: 0.5) == 2.5
