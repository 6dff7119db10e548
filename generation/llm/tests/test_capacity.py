import asyncio

import pytest

from generation.llm.capacity import FIRST_GROWTH, Capacity, Place


async def hold(capacity: Capacity, places: list[Place], leave: asyncio.Event) -> None:
    async with capacity.place() as place:
        places.append(place)
        await leave.wait()


async def turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.fixture
def slow_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has not begun never lets the next one go."""
    monkeypatch.setattr("generation.llm.capacity.PACE", 60)


async def test_calls_begin_one_by_one_until_it_is_known_how_many_are_taken(slow_pace: None) -> None:
    capacity, places, leave = Capacity(), list[Place](), asyncio.Event()
    tasks = [asyncio.create_task(hold(capacity, places, leave)) for _ in range(3)]
    for known in (1, 2, 3):
        await turns()
        assert len(places) == known
        places[-1].began()
    leave.set()
    await asyncio.gather(*tasks)

    leave.clear()
    tasks = [asyncio.create_task(hold(capacity, places, leave)) for _ in range(3)]
    await turns()
    assert len(places) == 6
    leave.set()
    await asyncio.gather(*tasks)


async def test_a_refusal_shows_the_limit(slow_pace: None) -> None:
    capacity = Capacity()
    async with capacity.place() as first:
        first.began()
        async with capacity.place() as second:
            assert second.refused()
        waiting = asyncio.create_task(hold(capacity, [], asyncio.Event()))
        await turns()
        assert capacity.limit == 1 and not waiting.done()
    waiting.cancel()


async def test_a_lone_call_or_one_that_began_was_refused_for_another_reason(slow_pace: None) -> None:
    capacity = Capacity()
    async with capacity.place() as first:
        assert not first.refused()
        first.began()
        assert not first.refused()

    assert capacity.limit is None


async def test_one_more_is_tried_after_a_while_and_later_after_each_refusal(slow_pace: None) -> None:
    capacity = Capacity()
    needed = []
    for _ in range(2):
        async with capacity.place() as first:
            first.began()
            async with capacity.place() as second:
                second.refused()
        answers = 0
        while capacity.limit == 1:
            capacity.answered()
            answers += 1
        needed.append(answers)

    assert needed == [2 * FIRST_GROWTH, 4 * FIRST_GROWTH]


async def test_waiting_ends_with_the_call_before(slow_pace: None) -> None:
    capacity, places, leave = Capacity(), list[Place](), asyncio.Event()
    tasks = [asyncio.create_task(hold(capacity, places, leave)) for _ in range(5)]
    await turns()
    assert len(places) == 1
    leave.set()
    await asyncio.wait_for(asyncio.gather(*tasks), 5)
    assert len(places) == 5


async def test_a_server_that_limits_calls_a_minute_gets_all_at_once(slow_pace: None) -> None:
    capacity, places, leave = Capacity(), list[Place](), asyncio.Event()
    tasks = [asyncio.create_task(hold(capacity, places, leave)) for _ in range(5)]
    await turns()
    assert len(places) == 1
    places[0].rate_limited()
    await turns()
    assert len(places) == 5 and capacity.limit is None
    leave.set()
    await asyncio.gather(*tasks)
