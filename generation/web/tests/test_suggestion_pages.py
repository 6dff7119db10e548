"""Asking for a change of a part, waiting for it and deciding on it, with forms alone."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from accounts.models import User
from billing import quotas
from billing.models import TierLimit
from generation.editing.services import save_text
from generation.editing.shelf import body_of
from generation.llm.simulated import Answer, Server
from generation.models import Post, Proposal, Run
from generation.posts.tests.posts import a_post
from generation.runs.invariants import broken
from generation.worker.execute import execute

pytestmark = pytest.mark.django_db

OLD = "The moon pulls, and the **sea** follows. It has done so for a very long time, in every bay."
NEW = "The moon pulls the sea, in every bay."


@pytest.fixture
def post(alice: User, provider: Server) -> Post:
    provider.script.add(Answer(text=NEW), times=None)
    return a_post(alice, text=OLD)


@pytest.fixture
def ask(browser: Client, post: Post) -> Callable[..., Any]:
    """Sends the form; returns the page that it leads to."""

    def send(**fields: str) -> Any:
        form = {"part": "section-1", "wish": "Shorter", "form": str(uuid4()), **fields}
        return browser.post(f"/posts/{post.pk}/suggest", form, follow=True)

    return send


def write() -> Run:
    run = Run.objects.latest("pk")
    async_to_sync(execute)(run.pk)
    run.refresh_from_db()
    return run


def body(post: Post) -> str:
    post.refresh_from_db()
    return body_of(post)


def test_it_works(alice: User, browser: Client, post: Post, ask: Callable[..., Any]) -> None:
    before = body(post)
    assert f"/posts/{post.pk}/suggest" in browser.get(f"/posts/{post.pk}").text
    form = browser.get(f"/posts/{post.pk}/suggest?part=section-1").text
    assert "This takes 1 of the 30 assists you have left this month." in form
    waiting = ask()
    assert "Waiting for its turn." in waiting.text
    assert '<meta http-equiv="refresh"' in waiting.text
    assert "1 suggestion</a> waits for you" in browser.get(f"/posts/{post.pk}").text
    run = write()
    page = browser.get(f"/posts/{post.pk}/suggestions/{run.post_id}").text
    assert "<del>" in page and "<ins>" in page and "Accept" in page
    assert "Shorter" in browser.get(f"/posts/{post.pk}/suggestions").text
    done = browser.post(f"/posts/{post.pk}/suggestions/{run.post_id}/accept", follow=True)
    assert "Accepted. The rest of your post is as it was." in done.text
    assert body(post) == before.replace(OLD, NEW)
    assert "waits for you" not in done.text
    again = browser.get(f"/posts/{post.pk}/suggestions/{run.post_id}").text
    assert "You accepted this suggestion." in again and "Accept</button>" not in again
    assert quotas.usage(alice)["assists"]["used"] == 1
    assert broken() == []


def test_own_words_and_a_second_press(alice: User, post: Post, ask: Callable[..., Any]) -> None:
    form = str(uuid4())
    for _ in range(2):
        ask(wish="own", own="As a poem", form=form)
    assert Run.objects.get().brief["instruction"] == "As a poem"
    missing = ask(wish="own")
    assert missing.status_code == 422
    assert "Say what you want changed." in missing.text


def test_it_can_be_dropped(browser: Client, post: Post, ask: Callable[..., Any]) -> None:
    before = body(post)
    ask()
    run = write()
    done = browser.post(f"/posts/{post.pk}/suggestions/{run.post_id}/drop", follow=True)
    assert "Dropped. Your post is as it was." in done.text
    assert (body(post), Proposal.objects.get().state) == (before, "dropped")


def test_a_failure_says_so_and_can_be_tried_again(
    alice: User, browser: Client, post: Post, ask: Callable[..., Any], provider: Server
) -> None:
    provider.script.clear()
    provider.script.add(Answer(text=""), times=2)
    ask()
    run = write()
    url = f"/posts/{post.pk}/suggestions/{run.post_id}"
    failed = browser.get(url).text
    assert "wrote nothing for your suggestion" in failed
    assert "this doesn’t count toward your plan" in failed
    assert quotas.usage(alice)["assists"]["used"] == 0
    assert "Waiting for its turn" in browser.post(f"{url}/again", follow=True).text
    stopped = browser.post(f"{url}/stop", follow=True).text
    assert "Suggestion stopped" in stopped


def test_an_edit_meanwhile_wins_and_the_suggestion_is_kept(
    alice: User, browser: Client, post: Post, ask: Callable[..., Any]
) -> None:
    ask()
    mine = body(post).replace("the **sea** follows", "the **ocean** follows")
    save_text(alice, post.pk, base=1, text=mine)
    run = write()
    page = browser.post(f"/posts/{post.pk}/suggestions/{run.post_id}/accept", follow=True)
    assert "You changed this passage in the meantime. Compare, then decide." in page.text
    assert body(post) == mine
    assert f"{NEW[:14]}" in re.sub("</?(ins|del)>", "", page.text)
    assert "1 suggestion</a>" in browser.get(f"/posts/{post.pk}").text


def test_without_an_assist_the_form_says_so(browser: Client, post: Post, ask: Callable[..., Any]) -> None:
    TierLimit.objects.update(assists_per_month=0)
    assert "no assists left this month" in browser.get(f"/posts/{post.pk}/suggest?part=section-1").text
    assert ask().status_code == 402


def test_what_is_not_there(browser_for: Any, browser: Client, post: Post, ask: Callable[..., Any]) -> None:
    assert ask(part="section-9").status_code == 404
    assert browser.get(f"/posts/{post.pk}/suggestions/{uuid4()}").status_code == 404
    ask()
    run = write()
    for path in ("suggest?part=section-1", "suggestions", f"suggestions/{run.post_id}"):
        assert browser_for("mallory").get(f"/posts/{post.pk}/{path}").status_code == 404
    accept = f"/posts/{post.pk}/suggestions/{run.post_id}/accept"
    assert browser_for("mallory").post(accept).status_code == 404
