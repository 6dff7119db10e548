"""/posts/{id} while the post is being written, with and without JavaScript."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from asgiref.sync import async_to_sync
from django.contrib.staticfiles import finders
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from accounts.models import User
from generation.llm.base import WaitReason
from generation.llm.simulated import Failure, Server
from generation.models import Post, Run, RunEvent, RunStep
from generation.pipeline.types import Brief
from generation.runs import control, outline_review
from generation.runs.start import RunOptions, start_run, unfinished_run
from generation.web.live_context import DEMO_SHARE, figures_of, live_page
from generation.web.live_sentences import SENTENCES
from generation.worker.execute import execute

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")

BRIEF = Brief(topic="How tides work", sections=2)


@pytest.fixture
def run(alice: User, provider: Server) -> Run:
    return start_run(alice, RunOptions(brief=BRIEF))


def failed(run: Run, provider: Server) -> Run:
    """The run after its second section failed and everything else was written."""
    provider.script.add(Failure(401), schema=False, skip=2, times=None)
    async_to_sync(execute)(run.pk)
    run.refresh_from_db()
    assert run.status == Run.Status.FAILED
    return run


def states(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-row="([^"]+)" data-state="([^"]+)"', page))


def test_it_works(browser: Any, run: Run) -> None:
    page = browser.get(f"/posts/{run.post_id}")
    assert page.status_code == 200
    assert "<title>Waiting · How tides work</title>" in page.text
    assert "data-planning" in page.text
    assert f'data-run="{run.pk}"' in page.text
    assert f'data-conversation="{run.conversation.name}"' in page.text
    assert set(states(page.text).values()) == {"waiting"}
    assert "0 of 5 done" in page.text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_clock_that_is_behind_shows_no_time_before_the_start(browser: Any, run: Run) -> None:
    Run.objects.update(created_at=Now() + timedelta(hours=1))
    assert 'data-seconds="0"' in browser.get(f"/posts/{run.post_id}").text


def test_the_script_gets_its_sentences_with_the_page(browser: Any, run: Run) -> None:
    page = browser.get(f"/posts/{run.post_id}").text
    (sentences,) = re.findall(r'<script id="sentences" type="application/json">(.*?)</script>', page)
    assert json.loads(sentences) == SENTENCES
    assert f'<a href="/posts/{run.post_id}">Sign in</a> to watch.</template>' in page
    assert set(SENTENCES["waits"]) == set(get_args(WaitReason.__value__))


@pytest.mark.parametrize("name", ["live", "place", "room", "stopped"])
def test_the_script_has_no_sentence_of_its_own(name: str) -> None:
    script = re.sub(r"(?m)(?:^|\s)// .*", "", Path(str(finders.find(f"js/{name}.js"))).read_text())
    texts = ["".join(found) for found in re.findall(r'"([^"\n]*)"|`([^`\n]*)`', script)]
    assert texts
    spoken = [text for text in texts if re.search(r"^[A-Z][a-z]+$|[A-Za-z…,;.] [a-z]+\b", text)]
    classes = {"part-text part-growing"}
    keys = {"Home", "End", "Event"}
    assert set(spoken) <= {*classes, *keys, "button, a", "pre code", "ul, ol"}
    for path in re.findall(r"sentences((?:\.\w+)+)", script):
        found: Any = SENTENCES
        for each in path.split(".")[1:]:
            found = found[each]


WRITTEN = {"introduction", "section-1", "section-2"}


@pytest.mark.parametrize(
    ("status", "done", "text", "phase"),
    [
        ("running", set(), "", "Writing 2 sections"),
        ("running", {"section-1"}, "Some.", "Writing 2 sections"),
        ("queued", {"section-1"}, "Some.", "Resuming"),
        ("queued", set(), "", "Writing 2 sections"),
        ("running", WRITTEN, "Some.", "Closing"),
        ("running", {*WRITTEN, "conclusion", "faq"}, "Some.", "Checking"),
    ],
)
def test_what_happens_is_said_in_words(
    browser: Any, run: Run, provider: Server, status: str, done: set[str], text: str, phase: str
) -> None:
    assert '<b class="postbar-phase" id="phase">Waiting</b>' in browser.get(f"/posts/{run.post_id}").text
    failed(run, provider)
    Run.objects.update(status=status, finished_at=None)
    RunStep.objects.update(state="waiting", text="")
    RunStep.objects.filter(name__in=done).update(state="done", text=text)
    page = browser.get(f"/posts/{run.post_id}").text
    assert f'<b class="postbar-phase" id="phase">{phase}</b>' in page


def test_the_clock_stands_while_the_outline_waits_for_its_owner(
    browser: Any, alice: User, provider: Server
) -> None:
    run = start_run(alice, RunOptions(brief=BRIEF, review_outline=True))
    async_to_sync(execute)(run.pk)
    earlier = {"created_at": F("created_at") - timedelta(hours=1)}
    Run.objects.update(**earlier, started_at=F("started_at") - timedelta(hours=1))
    RunEvent.objects.update(**earlier)  # an hour ago the outline was ready
    outline_review.resume(alice, run.pk)
    seconds = re.findall(r'data-seconds="(\d+)"', browser.get(f"/posts/{run.post_id}").text)
    assert int(*seconds) < 600
    async_to_sync(execute)(run.pk)
    took = re.findall(r"Written in (?:(\d+) min )?", browser.get(f"/posts/{run.post_id}").text)
    assert int(took[0] or 0) < 10


def test_less_room_is_kept_where_parts_turn_out_short(browser: Any, run: Run, provider: Server) -> None:
    def room() -> int:
        page = browser.get(f"/posts/{run.post_id}").text
        return int(re.findall(r'reserve-(\d+)" id="section-2"', page)[0])

    failed(run, provider)
    Run.objects.update(status=Run.Status.RUNNING, finished_at=None)
    RunStep.objects.update(state="waiting", text="")
    planned = room()
    RunStep.objects.filter(name="section-1").update(state="done", text="word " * 40)
    assert room() < planned / 2


def test_less_room_is_kept_for_the_demo_model(browser: Any, run: Run, settings: Any, tmp_path: Path) -> None:
    def room() -> float:
        page = browser.get(f"/posts/{run.post_id}").text
        return float(re.findall(r'data-lines-per-word="([^"]+)"', page)[0])

    usual = room()
    settings.LLM_PROVIDER_ORDER, settings.LOCAL_MODEL_ADDRESS = ["local"], tmp_path / "model.url"
    settings.LOCAL_MODEL_ADDRESS.write_text("http://127.0.0.1:1/v1")
    assert room() == pytest.approx(usual * DEMO_SHARE)


def test_it_shows_what_is_written(browser: Any, run: Run, provider: Server) -> None:
    failed(run, provider)
    Run.objects.update(status=Run.Status.RUNNING, finished_at=None)
    RunStep.objects.filter(name="introduction").update(state="done", text="A *done* part.")
    RunStep.objects.filter(name="section-1").update(state="writing", text="A *growing* <part>", attempt=1)
    RunStep.objects.filter(name="section-2").update(state="writing", text="Anew", attempt=2)
    page = browser.get(f"/posts/{run.post_id}").text
    assert states(page) == {
        "introduction": "done", "section-1": "writing", "section-2": "again",
        "conclusion": "waiting", "faq": "waiting",
    }  # fmt: skip
    title = Run.objects.get().outline["title"]  # type: ignore[index]
    assert f"<title>1 of 5 · {title}</title>" in page
    assert "<p>A <em>done</em> part.</p>" in page
    assert "<p>A <em>growing</em> &lt;part&gt;</p>" in page
    assert "data-planning" not in page


def test_everything_done_is_being_checked(browser: Any, run: Run, provider: Server) -> None:
    failed(run, provider)
    Run.objects.update(status=Run.Status.RUNNING, finished_at=None)
    RunStep.objects.update(state="done")
    page = browser.get(f"/posts/{run.post_id}").text
    assert "<title>Checking · " in page
    assert set(states(page).values()) == {"checking"}


def test_the_finished_post_has_the_same_address(browser: Any, run: Run) -> None:
    async_to_sync(execute)(run.pk)
    post = Post.objects.get()
    page = browser.get(f"/posts/{run.post_id}").text
    assert f"<title>{post.title} · Blog AI</title>" in page
    assert "data-live" not in page
    assert "Written in" in page
    assert browser.get(f"/posts/{run.post_id}/figures").status_code == 200


def test_a_failure_says_what_happened_what_was_kept_and_what_to_do(
    browser: Any, run: Run, provider: Server
) -> None:
    failed(run, provider)
    page = browser.get(f"/posts/{run.post_id}").text
    assert "<title>Failed · " in page
    assert "We couldn’t finish this post." in page
    assert escape(run.error_detail) in page
    assert "Kept: the outline" in page
    assert "http-equiv" not in page
    assert f'action="/posts/{run.post_id}/again"' in page


def test_try_again_goes_on_with_the_same_run(browser: Any, run: Run, provider: Server) -> None:
    failed(run, provider)
    page = f"/posts/{run.post_id}"
    assert [browser.post(f"{page}/again").url for _ in range(2)] == [page, page]
    assert Run.objects.get().status == Run.Status.QUEUED
    assert RunStep.objects.get(name="outline").output is not None


def test_stop_ends_the_run_and_keeps_what_is_finished(browser: Any, run: Run, provider: Server) -> None:
    page = f"/posts/{run.post_id}"
    assert f'action="{page}/stop"' in browser.get(page).text
    assert [browser.post(f"{page}/stop").url for _ in range(2)] == [page, page]
    assert Run.objects.get().status == Run.Status.CANCELLED
    assert "This post was stopped." in browser.get(page).text


def test_a_run_that_goes_on_is_not_started_again(browser: Any, run: Run) -> None:
    assert browser.post(f"/posts/{run.post_id}/again").url == f"/posts/{run.post_id}"
    assert Run.objects.count() == 1


def test_figures(browser: Any, run: Run, provider: Server) -> None:
    assert "gpt-5.2" in browser.get(f"/posts/{run.post_id}/figures").text
    failed(run, provider)
    figures = browser.get(f"/posts/{run.post_id}/figures").text
    assert "tokens" in figures
    assert "<html" not in figures


def test_it_takes_few_queries(browser: Any, run: Run, django_assert_max_num_queries: Any) -> None:
    # the session and its user; no post; run, parts, figures; the meter in the header
    with django_assert_max_num_queries(2 + 4 + 1):
        browser.get(f"/posts/{run.post_id}")
    with django_assert_max_num_queries(2 + 2):  # the run and its figures: a fragment has no header
        assert browser.get(f"/posts/{run.post_id}/figures").status_code == 200


@pytest.mark.parametrize("page", ["", "/figures"])
def test_another_persons_is_the_same_404_as_nothing(
    browser_for: Callable[[str], Client], run: Run, page: str
) -> None:
    stranger = browser_for("mallory")
    foreign = stranger.get(f"/posts/{run.post_id}{page}")
    nothing = stranger.get(f"/posts/00000000-0000-7000-8000-000000000000{page}")
    assert foreign.status_code == nothing.status_code == 404
    # The request's number, and the token of the form that signs out, which is masked anew each time.
    of_the_request = re.compile(r'\b[0-9a-f]{32}\b|(?<=name="csrfmiddlewaretoken" value=")\w+')
    assert of_the_request.sub("", foreign.text) == of_the_request.sub("", nothing.text)


def test_a_deleted_posts_page_is_not_its_runs(browser: Any, run: Run) -> None:
    async_to_sync(execute)(run.pk)
    browser.post(f"/posts/{run.post_id}/delete")
    assert browser.get(f"/posts/{run.post_id}").status_code == 404
    assert browser.get(f"/posts/{run.post_id}/figures").status_code == 404
    assert browser.post(f"/posts/{run.post_id}/again").status_code == 404


def test_an_unknown_price_is_not_called_nothing(alice: User, provider: Server, settings: Settings) -> None:
    run = start_run(alice, RunOptions(brief=BRIEF))
    assert figures_of(run).cost_display == "$0"
    settings.OPENAI_MODEL = "a-model-of-ours"
    assert figures_of(run).cost_display == "unpriced"


def test_a_part_that_was_not_finished_is_stopped(alice: User, provider: Server) -> None:
    run = start_run(alice, RunOptions(brief=BRIEF))
    run.steps.filter(name="introduction").update(state=RunStep.State.WRITING, attempt=2, text="Half a")
    control.cancel(alice, run.pk)
    page = live_page(unfinished_run(alice, run.post_id))
    assert {part.state for part in page.parts} == {"stopped"}
