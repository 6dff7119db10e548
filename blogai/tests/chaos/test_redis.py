"""Redis is killed, hangs or is flushed while posts are written: no text is lost, and there is no 500."""

from collections.abc import Callable

import pytest

from blogai.tests.chaos.deployment import Deployment
from blogai.tests.processes import until
from generation.llm.simulated import Pace

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

WRITTEN_WITHIN = 20.0
"""Seconds that a post with three rounds of one second each may take while Redis is down."""

FAULTS: dict[str, Callable[[Deployment], None]] = {
    "killed": lambda deployment: deployment.redis.kill(),
    "hung": lambda deployment: deployment.redis.hang(),
    "flushed": lambda deployment: deployment.redis.flush(),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_redis_is_a_hint(deployment: Deployment, fault: str) -> None:
    deployment.set_worker_count(2)
    deployment.openai.pace = Pace(seconds_per_call=1)
    with deployment.visitor() as visitor:
        before = deployment.write(f"Begun before Redis was {fault}", 2)
        until(lambda: "outline" in deployment.done(before), "the outline")
        FAULTS[fault](deployment)
        meanwhile = deployment.write(f"Begun while Redis was {fault}", 2)
        assert deployment.text(before)
        assert deployment.text(meanwhile)
        assert deployment.seconds(meanwhile) <= WRITTEN_WITHIN
        deployment.repair()
        assert deployment.text(deployment.write(f"Begun after Redis was {fault}"))
    assert visitor.statuses() == {200}
    for run in (before, meanwhile):
        for watcher in run.watchers:
            assert watcher.statuses == []
