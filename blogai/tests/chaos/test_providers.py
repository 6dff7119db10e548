"""Unreliable providers: every post is complete, or its run fails and refunds the unit."""

import pytest

from blogai.tests.chaos.deployment import Deployment
from generation.llm.simulated import faults, writing
from generation.llm.tests.moody import Moody

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

FAILED_WITHIN = 60.0
"""Seconds within which a run ends if no provider answers."""


@pytest.fixture(autouse=True)
def _fresh_workers(deployment: Deployment) -> None:
    """New workers, whose circuit breakers are closed."""
    deployment.set_worker_count(0)


def test_a_moody_provider_writes_twenty_posts_whole(deployment: Deployment) -> None:
    deployment.set_worker_count(2)
    moody = deployment.openai.script = Moody()
    runs = [
        deployment.write(f"Moods of provider {number}", include_faq=False, provider="openai")
        for number in range(20)
    ]
    for run in runs:
        assert deployment.text(run, within=90)

    deployment.openai.wait_until_idle()
    whole = {writing.reply(call.asked).strip() for call in deployment.openai.calls}
    for run in runs:
        [(parts,)] = deployment.sql("SELECT parts FROM generated_content WHERE id = %s", run.post_id)
        assert len(parts) == 3
        assert {part["text"] for part in parts} <= whole
    for call in deployment.openai.calls:
        told = moody.told.get(call.asked.user)
        assert told is None or not 0.05 < call.started - told < 3, "asked again before its time"


def test_with_every_provider_down_a_run_fails_in_time_and_gives_its_unit_back(deployment: Deployment) -> None:
    deployment.set_worker_count(1)
    used, _ = deployment.units()
    for provider in (deployment.openai, deployment.anthropic):
        provider.script.add(faults.broken(), times=None)
    run = deployment.write("Nobody answers")
    assert deployment.ended(run, within=FAILED_WITHIN + 30) == "failed"
    took = "SELECT extract(epoch FROM finished_at - created_at)::float8, error_code FROM runs WHERE id = %s"
    [(seconds, code)] = deployment.sql(took, run.id)
    print(f"failed after {seconds:.1f} s")
    assert seconds <= FAILED_WITHIN
    assert code == "provider_error"
    assert {watcher.at_the_end().ending for watcher in run.watchers} == {"run.failed"}
    assert deployment.units()[0] == used

    deployment.repair()
    deployment.set_worker_count(0)
    deployment.set_worker_count(1)
    assert deployment.client.post(f"/api/v1/runs/{run.id}/retry").status_code == 202
    assert deployment.ended(run) == "completed"
    assert deployment.units()[0] == used + 1
