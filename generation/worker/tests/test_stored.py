"""What another version stored: the one before, and a newer one whose fields we do not know."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db.models import F
from django.test import Client

from accounts.models import User
from generation.llm.simulated import Server
from generation.models import Post, Run, RunEvent, RunStep
from generation.pipeline.types import Brief, Outline, Part
from generation.runs.checkpoints import is_readable
from generation.runs.start import RunOptions, start_run
from generation.runs.steps import has_inputs, hash_inputs
from generation.worker.execute import execute

BRIEF = (
    '{"topic":"How tides work","keywords":[],"sections":1,"tone":"informative","audience":"",'
    '"language":"en","words":null,"include_faq":false}'
)
OUTLINE = (
    '{"title":"How tides work","slug":"how-tides-work","description":"Tides.","tags":["sea"],'
    '"introduction":"Begin.","sections":[{"heading":"The pull","purpose":"Say what pulls.",'
    '"claims":["The moon pulls."],"words":220}],"conclusion_heading":"Conclusion","conclusion":"End.",'
    '"faq_heading":"Frequently asked questions","questions":[]}'
)
SECTION = (
    '{"name":"section-1","heading":"The pull","text":"The moon pulls the sea, twice a day.",'
    '"attempt":1,"notes":[]}'
)
# As version 0.1.0 computed them.
OUTLINE_MADE_FROM = "70888738ba0730e8d15be8f611e41a137bda4a5fec92721391ed3e6bbf9bb258"
SECTION_MADE_FROM = "7db2392faa27c49822ebb1a606027cf8b136802c660ea98cc914c5f419b08bee"


@pytest.fixture
def run(alice: User, provider: Server) -> Run:
    """A run that the version before has begun: its outline and its section are finished."""
    run = start_run(alice, RunOptions(brief=Brief.model_validate_json(BRIEF)))
    run.brief, run.outline = json.loads(BRIEF), json.loads(OUTLINE)
    run.estimated_cost_usd = None
    run.save()
    run.steps.update(is_part=None, expected_calls=None)
    finish(run, "outline", OUTLINE, OUTLINE_MADE_FROM)
    finish(run, "section-1", SECTION, SECTION_MADE_FROM)
    run.steps.filter(name="section-1").update(text=json.loads(SECTION)["text"])
    return run


def finish(run: Run, name: str, output: str, input_hash: str) -> None:
    run.steps.filter(name=name).update(
        state=RunStep.State.DONE, output=json.loads(output), input_hash=input_hash, attempt=1
    )


def asked_for(server: Server) -> int:
    return len(server.calls)


def test_it_is_resumed_and_pays_for_no_finished_step(run: Run, provider: Server) -> None:
    async_to_sync(execute)(run.pk)
    post = Post.objects.get(pk=run.post_id)
    assert "The moon pulls the sea, twice a day." in post.content_markdown
    assert sorted(run.calls.values_list("step", flat=True)) == ["conclusion", "introduction"]
    assert asked_for(provider) == 2


def test_its_parts_are_known_by_name(run: Run) -> None:
    assert list(run.steps.all().parts().values_list("name", flat=True)) == [
        *("introduction", "section-1", "conclusion"),
    ]
    assert is_readable(run)
    run.steps.exclude(name="outline").update(output=None)
    assert not is_readable(run)


@pytest.fixture
def newer(run: Run) -> Run:
    """The same, stored by a version that has come to know more."""
    assert run.outline
    run.brief["mood"] = run.outline["mood"] = run.outline["sections"][0]["mood"] = "calm"
    run.save()
    step = run.steps.get(name="section-1")
    assert step.output is not None
    run.steps.filter(name="section-1").update(output={**step.output, "mood": "calm"})
    frame = {"type": "mood.changed", "run": str(run.pk), "mood": "calm"}
    RunEvent.objects.create(run=run, seq=1, type=frame["type"], data=frame)
    Run.objects.filter(pk=run.pk).update(last_seq=F("last_seq") + 1)
    run.refresh_from_db()
    return run


def test_fields_that_nobody_knows_are_shown_and_written_past(
    newer: Run, browser: Client, client_for: Callable[..., Any], provider: Server
) -> None:
    assert browser.get(f"/posts/{newer.post_id}").status_code == 200
    assert browser.get("/posts").status_code == 200
    assert client_for("alice").get(f"/api/v1/runs/{newer.pk}").json()["topic"] == "How tides work"
    assert client_for("alice").get(f"/api/v1/runs/{newer.pk}/outline").json()["title"] == "How tides work"
    async_to_sync(execute)(newer.pk)
    assert Post.objects.filter(pk=newer.post_id).exists()
    assert asked_for(provider) == 2
    assert browser.get(f"/posts/{newer.post_id}").status_code == 200


def test_a_field_at_its_default_changes_no_hash() -> None:
    class Tomorrow(Brief):
        mood: str = "calm"

    today, tomorrow = Brief(topic="Tides", sections=2), Tomorrow(topic="Tides", sections=2)
    assert (
        hash_inputs(today)
        == hash_inputs(tomorrow)
        != hash_inputs(Tomorrow(topic="Tides", sections=2, mood="wild"))
    )


def test_what_a_step_was_made_from_counts() -> None:
    brief, outline = Brief.model_validate_json(BRIEF), Outline.model_validate_json(OUTLINE)
    step = RunStep(input_hash=SECTION_MADE_FROM)
    assert has_inputs(step, brief, outline)
    assert not has_inputs(step, brief, outline.model_copy(update={"title": "Another"}))
    assert not has_inputs(step, brief, outline, Part.model_validate_json(SECTION))
