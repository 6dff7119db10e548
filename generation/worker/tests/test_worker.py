"""A live worker on real connections: rollbacks, the sweep, releasing runs."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Session, User
from blogai.core.db import in_database
from generation.models import Post, Run
from generation.pipeline.types import Brief
from generation.posts.purge import RETENTION
from generation.posts.tests.posts import a_post
from generation.runs.admission import enqueue
from generation.runs.start import RunOptions, start_run
from generation.worker.sweep import sweep
from generation.worker.tests.live import HANGS, live_worker

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


async def until(true: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await true():
            await asyncio.sleep(0.02)


async def a_run(*, sections: int = 2) -> Run:
    owner = await User.objects.acreate(email="alice@example.org")
    brief = Brief(topic="Tides", sections=sections)
    return await in_database(start_run)(owner, RunOptions(brief=brief))


async def jobs_of(run: Run) -> list[str]:
    jobs = ProcrastinateJob.objects.filter(args__run_id=str(run.pk))
    return [status async for status in jobs.values_list("status", flat=True)]


async def test_a_run_in_the_queue_becomes_a_post(provider: object) -> None:
    async with live_worker():
        run = await a_run()
        await until(lambda: Post.objects.filter(pk=run.post_id).aexists())

        async def job_is_gone() -> bool:
            return await jobs_of(run) == []

        await until(job_is_gone)


async def test_a_rollback_inside_a_live_worker_leaves_no_job() -> None:
    class Undo(Exception):
        pass

    def begin_and_undo() -> None:
        with transaction.atomic():
            enqueue(uuid.UUID("0197a000-0000-7000-8000-000000000000"))
            raise Undo

    async def job() -> None:
        with pytest.raises(Undo):
            await in_database(begin_and_undo)()
        tried.set()

    tried = asyncio.Event()
    task = app.task(name="test_rollback")(job)
    try:
        async with live_worker():
            await task.defer_async()
            await asyncio.wait_for(tried.wait(), HANGS)
            assert not await ProcrastinateJob.objects.filter(task_name="write_run").aexists()
    finally:
        del app.tasks["test_rollback"]


async def test_the_sweep_puts_a_forgotten_run_back_once(provider: object) -> None:
    run = await a_run()
    await ProcrastinateJob.objects.filter(args__run_id=str(run.pk)).adelete()
    assert await in_database(sweep)() == 0, "a young run may still get its job"

    await Run.objects.filter(pk=run.pk).aupdate(attempt=1, lease_until=Now() - timedelta(seconds=1))
    assert await in_database(sweep)() == 1
    assert await in_database(sweep)() == 0
    assert await jobs_of(run) == ["todo"]


async def test_a_live_worker_sweeps_by_itself(provider: object) -> None:
    run = await a_run()
    await ProcrastinateJob.objects.filter(args__run_id=str(run.pk)).adelete()
    await Run.objects.filter(pk=run.pk).aupdate(attempt=1, lease_until=Now() - timedelta(seconds=1))
    async with live_worker():
        await until(lambda: Post.objects.filter(pk=run.post_id).aexists())


def test_the_sweep_clears_away_jobs_of_killed_workers_and_no_others() -> None:
    with connection.cursor() as cursor:
        for seconds in (5, 600):
            cursor.execute(
                "WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat)"
                " VALUES (now() - make_interval(secs => %s)) RETURNING id)"
                " INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id)"
                " SELECT 'default', %s, '{}', 'doing', id FROM worker",
                [seconds, f"silent for {seconds}"],
            )
        try:
            sweep()
            left = ProcrastinateJob.objects.filter(task_name__startswith="silent for")
            assert list(left.values_list("task_name", flat=True)) == ["silent for 5"]
        finally:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name LIKE 'silent for %%'", [])
            cursor.execute("DELETE FROM procrastinate_workers")


async def test_a_stopped_worker_gives_its_run_back_and_the_next_one_finishes_it(
    slow_provider: object,
) -> None:
    async with live_worker():
        run = await a_run()
        await until(lambda: Run.objects.filter(pk=run.pk).exclude(outline__isnull=True).aexists())
    await run.arefresh_from_db()
    assert (run.status, run.lease_until) == (Run.Status.QUEUED, None)
    assert await jobs_of(run) == ["todo"]

    async with live_worker():
        await until(lambda: Post.objects.filter(pk=run.post_id).aexists())
    outline_calls = [call async for call in run.calls.filter(step="outline")]
    assert len(outline_calls) == 1, "a finished step is never paid for again"


async def test_it_erases_posts_that_were_deleted_long_ago() -> None:
    owner = await User.objects.acreate(email="alice@example.org")
    post = await in_database(a_post)(owner)
    await Post.objects.filter(pk=post.pk).aupdate(deleted_at=Now() - RETENTION)
    async with live_worker():
        await until(lambda: no(Post.objects.filter(pk=post.pk)))


async def test_it_erases_sessions_that_are_over() -> None:
    for hours in (-1, 1):
        await Session.objects.acreate(session_key=f"{hours}", expire_date=Now() + timedelta(hours=hours))
    async with live_worker():
        await until(lambda: no(Session.objects.filter(session_key="-1")))
    assert await Session.objects.filter(session_key="1").aexists()


async def no(rows: QuerySet[Any]) -> bool:
    return not await rows.aexists()
