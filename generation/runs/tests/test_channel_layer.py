"""A change is announced by the service that makes it, once it is committed."""

import asyncio
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.db import transaction

from accounts.models import User
from blogai.core.db import in_database
from generation.models import Run
from generation.pipeline.types import Brief
from generation.runs import channel_layer, control, outline_review
from generation.runs.frames import group_of
from generation.runs.start import RunOptions, start_run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def run(alice: User, provider: object) -> Run:
    return await in_database(start_run)(alice, RunOptions(brief=Brief(topic="Tides", sections=1)))


async def announced(run: Run, change: Any, *arguments: Any) -> list[str]:
    """The types of the frames that come within a moment of a change."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group_of(run.owner_id, run.conversation.name), channel)
    await in_database(change)(*arguments)
    types: list[str] = []
    try:
        while True:
            message = await asyncio.wait_for(layer.receive(channel), 0.5)
            types += [frame["type"] for frame in message["frames"]]
    except TimeoutError:
        return types


async def test_cancelling_and_trying_again(alice: User, run: Run) -> None:
    assert await announced(run, control.cancel, alice, run.pk) == ["run.cancelled"]
    assert await announced(run, control.retry, alice, run.pk) == ["run.queued"]


async def test_an_outline_that_is_changed_and_released_at_once(alice: User, run: Run) -> None:
    outline = {"title": "T", "slug": "t", "description": "", "sections": [{"heading": "One"}]}
    waiting = Run.objects.filter(pk=run.pk).update
    await in_database(waiting)(status=Run.Status.WAITING, outline=outline)

    def edit_and_resume() -> None:
        with transaction.atomic():
            outline_review.edit(alice, run.pk, {"title": "Tides"})
            outline_review.resume(alice, run.pk)

    assert await announced(run, edit_and_resume) == ["outline.ready", "run.queued"]


async def test_what_is_rolled_back_is_not_announced(alice: User, run: Run) -> None:
    class Undo(Exception):
        pass

    def cancel_and_undo() -> None:
        with pytest.raises(Undo), transaction.atomic():
            control.cancel(alice, run.pk)
            raise Undo

    assert await announced(run, cancel_and_undo) == []


async def test_a_layer_that_hangs_holds_up_no_thread(
    alice: User, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, release = asyncio.Event(), asyncio.Event()

    async def hang(*_: object) -> None:
        reached.set()
        await release.wait()

    monkeypatch.setattr(type(get_channel_layer()), "group_send", hang)
    await in_database(control.cancel)(alice, run.pk)  # returns although nothing takes the frame
    await asyncio.wait_for(reached.wait(), 5)
    assert not release.is_set()
    release.set()


async def test_a_thread_that_runs_a_loop_itself_may_announce(run: Run) -> None:
    sent: list[str] = []

    async def send(*_: object) -> None:
        sent.append("sent")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(get_channel_layer()), "group_send", send)
        channel_layer._publish_soon("conversation.x", [{"type": "run.queued"}])
        assert sent == []
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert sent == ["sent"]
