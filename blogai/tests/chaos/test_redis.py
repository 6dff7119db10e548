"""Redis killed, hung and emptied in the middle of posts: no reader loses a character, nobody gets a 500."""

from collections.abc import Callable

import pytest

from blogai.tests.chaos.house import House
from blogai.tests.processes import until
from generation.llm.simulated import Pace

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

WRITTEN_WITHIN = 20.0
"""Seconds that a post of three rounds of a second each may take while Redis is away."""

FAULTS: dict[str, Callable[[House], None]] = {
    "killed": lambda house: house.redis.kill(),
    "hung": lambda house: house.redis.hang(),
    "flushed": lambda house: house.redis.flush(),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_redis_is_a_hint(house: House, fault: str) -> None:
    house.have_workers(2)
    house.openai.pace = Pace(seconds_per_call=1)
    with house.visitor() as visitor:
        before = house.write(f"Begun before Redis was {fault}", 2)
        until(lambda: "outline" in house.done(before), "the outline")
        FAULTS[fault](house)
        meanwhile = house.write(f"Begun while Redis was {fault}", 2)
        assert house.text(before)
        assert house.text(meanwhile)
        assert house.seconds(meanwhile) <= WRITTEN_WITHIN
        house.repair()
        assert house.text(house.write(f"Begun after Redis was {fault}"))
    assert visitor.statuses() == {200}
    for run in (before, meanwhile):
        for reader in run.readers:
            assert reader.statuses == []
