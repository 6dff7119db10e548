"""The web server is killed while workers continue: watchers reconnect, and no run or text is lost."""

import pytest

from blogai.tests.chaos.deployment import Deployment
from blogai.tests.processes import until
from generation.llm.simulated import Pace

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


def test_a_run_outlives_the_web_process(deployment: Deployment) -> None:
    deployment.set_worker_count(1)
    deployment.openai.pace = Pace(seconds_per_call=1.5)
    runs = [deployment.write(f"Sockets that close {number}", 3) for number in range(2)]
    until(lambda: all(watcher.page.texts for run in runs for watcher in run.watchers), "the first words")
    deployment.kill_web()
    deployment.start_web()
    for run in runs:
        assert deployment.text(run)
        assert len(deployment.taken(run)) == 1
        assert all(watcher.connections > 1 for watcher in run.watchers)
