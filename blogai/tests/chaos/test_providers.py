"""Providers on bad days: every post whole, or an honest end and the unit back."""

import pytest

from blogai.tests.chaos.house import House
from generation.llm.simulated import faults, writing
from generation.llm.tests.moody import Moody

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

FAILED_WITHIN = 60.0
"""Seconds until a run ends for which no provider answers."""


@pytest.fixture(autouse=True)
def _fresh_workers(house: House) -> None:
    """What earlier workers learned about the providers is forgotten."""
    house.have_workers(0)


def test_a_moody_provider_writes_twenty_posts_whole(house: House) -> None:
    house.have_workers(2)
    moody = house.openai.script = Moody()
    runs = [
        house.write(f"Moods of provider {number}", include_faq=False, provider="openai")
        for number in range(20)
    ]
    for run in runs:
        assert house.text(run, within=90)

    house.openai.wait_until_idle()
    whole = {writing.reply(call.asked).strip() for call in house.openai.calls}
    for run in runs:
        [(parts,)] = house.sql("SELECT parts FROM generated_content WHERE id = %s", run.post_id)
        assert len(parts) == 3
        assert {part["text"] for part in parts} <= whole
    for call in house.openai.calls:
        told = moody.told.get(call.asked.user)
        assert told is None or not 0.05 < call.started - told < 3, "asked again before its time"


def test_with_every_provider_down_a_run_fails_in_time_and_gives_its_unit_back(house: House) -> None:
    house.have_workers(1)
    used, _ = house.units()
    for provider in (house.openai, house.anthropic):
        provider.script.add(faults.broken(), times=None)
    run = house.write("Nobody answers")
    assert house.ended(run, within=FAILED_WITHIN + 30) == "failed"
    took = "SELECT extract(epoch FROM finished_at - created_at)::float8, error_code FROM runs WHERE id = %s"
    [(seconds, code)] = house.sql(took, run.id)
    print(f"failed after {seconds:.1f} s")
    assert seconds <= FAILED_WITHIN
    assert code == "provider_error"
    assert {reader.at_the_end().ending for reader in run.readers} == {"run.failed"}
    assert house.units()[0] == used

    house.repair()
    house.have_workers(0)
    house.have_workers(1)
    assert house.client.post(f"/api/v1/runs/{run.id}/retry").status_code == 202
    assert house.ended(run) == "completed"
    assert house.units()[0] == used + 1
