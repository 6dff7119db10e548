"""Deleted posts are erased after 30 days, with everything that belongs to them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.utils import timezone

from accounts.models import User
from generation.editing.services import save_text
from generation.llm.simulated import Answer, Server
from generation.models import (
    ContentVersion,
    Conversation,
    LlmCall,
    Post,
    Proposal,
    Run,
    RunEvent,
    RunStep,
)
from generation.pipeline.types import Brief
from generation.posts.purge import BATCH_SIZE, RETENTION, purge
from generation.posts.services import delete
from generation.posts.tests.posts import a_post
from generation.runs import control
from generation.runs.discard import discard
from generation.runs.proposals import Request, propose
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute

pytestmark = pytest.mark.django_db
BRIEF = Brief(topic="Tides", sections=1)


def deleted(post: Post, ago: timedelta) -> Post:
    delete(post.owner, post.pk)
    Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now() - ago)
    return post


LONG_AGO = RETENTION + timedelta(minutes=1)


@pytest.mark.parametrize(("ago", "left"), [(LONG_AGO, 1), (RETENTION - timedelta(minutes=1), 2)])
def test_it_goes_after_thirty_days(alice: User, ago: timedelta, left: int) -> None:
    assert timedelta(days=30) == RETENTION, "the pages say so"
    kept = a_post(alice, "Kept")
    deleted(a_post(alice, "Deleted"), ago)
    purge()
    assert Post.objects.count() == Conversation.objects.count() == left
    assert kept in Post.objects.all()


def test_everything_behind_it_goes_too(alice: User, provider: Server) -> None:
    run = start_run(alice, RunOptions(brief=BRIEF, conversation="thread"))
    async_to_sync(execute)(run.pk)
    other = start_run(alice, RunOptions(brief=BRIEF))
    async_to_sync(execute)(other.pk)
    for text in ("It ebbs.", "It flows."):
        save_text(alice, run.post_id, base=1, text=text)
    provider.script.add(Answer(text="The moon pulls it, and it comes and goes."))
    asked, _ = propose(alice, run.post_id, Request(part="introduction", instruction="In verse"))
    async_to_sync(execute)(asked.pk)
    assert ContentVersion.objects.exists() and Proposal.objects.filter(run=asked).exists()
    deleted(Post.objects.get(pk=run.post_id), LONG_AGO)
    assert purge() == 1
    assert not ContentVersion.objects.exists() and not Proposal.objects.exists()
    assert list(Run.objects.all()) == [other]
    for rows in (RunStep, RunEvent, LlmCall):
        assert set(rows.objects.values_list("run", flat=True)) == {other.pk}
    assert not Conversation.objects.filter(name="thread").exists()


def test_a_stopped_run_before_it_does_not_come_back(
    browser_for: Callable[[str], Client], mallory: User, provider: Server
) -> None:
    first, second, later = (
        start_run(mallory, RunOptions(brief=BRIEF, conversation="thread")) for _ in range(3)
    )
    control.cancel(mallory, first.pk)
    async_to_sync(execute)(second.pk)
    deleted(Post.objects.get(pk=second.post_id), LONG_AGO)
    purge()
    assert list(Run.objects.all()) == [later]
    assert str(first.post_id) not in browser_for("mallory").get("/posts").text


def test_many_go_in_several_rounds(alice: User) -> None:
    for number in range(BATCH_SIZE + 1):
        deleted(a_post(alice, f"Post {number}"), LONG_AGO)
    assert [purge(), purge(), purge()] == [BATCH_SIZE, 1, 0]


@pytest.mark.parametrize(("ago", "left"), [(LONG_AGO, 1), (RETENTION - timedelta(minutes=1), 3)])
def test_what_stopped_runs_left_goes_too(
    browser_for: Callable[[str], Client], mallory: User, provider: Server, ago: timedelta, left: int
) -> None:
    first, second = (start_run(mallory, RunOptions(brief=BRIEF, conversation="thread")) for _ in range(2))
    kept = start_run(mallory, RunOptions(brief=BRIEF))
    for run in (first, second):
        control.cancel(mallory, run.pk)
    discard(mallory, second.post_id)
    Run.objects.filter(pk=second.pk).update(deleted_at=timezone.now() - ago)
    assert purge() == (left == 1)
    assert Run.objects.count() == left
    assert str(first.post_id) not in browser_for("mallory").get("/posts").text
    assert kept in Run.objects.all()
