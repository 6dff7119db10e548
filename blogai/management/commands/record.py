"""`manage.py record "topic"`: writes a post and records its progress for the landing page."""

import asyncio
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Sum

from accounts.models import User
from blogai import recording
from blogai.core.db import in_database
from blogai.core.errors import BlogAIError
from blogai.embedded import demo_model_if_needed
from blogai.serving import database
from blogai.serving.demo import demo_account
from generation.live.follower import Follower
from generation.models import Post, Run
from generation.pipeline.types import MAX_SECTIONS, MAX_WORDS, MIN_WORDS, Brief
from generation.runs.frames import ENDINGS
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute


class Command(BaseCommand):
    help = "Write a post with the configured model and record its progress for the landing page."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("topic")
        parser.add_argument("--sections", type=int, default=3, help=f"1 to {MAX_SECTIONS} (3)")
        parser.add_argument(
            "--words", type=int, default=450, help=f"about how long, {MIN_WORDS} to {MAX_WORDS} (450)"
        )
        parser.add_argument("--output", type=Path, default=settings.BASE_DIR / recording.PLACE)

    def handle(self, *, topic: str, sections: int, words: int, output: Path, **options: Any) -> None:
        database.prepare()
        brief = Brief(topic=topic, sections=sections, words=words)
        try:
            with demo_model_if_needed():
                recorded = asyncio.run(_record(demo_account(), brief))
        except BlogAIError as error:
            raise CommandError(error.detail) from None
        recording.save(recorded, output)
        self.stdout.write(f"{recorded.title}: {recorded.words} words in {recorded.seconds:g} s → {output}")


async def _record(owner: User, brief: Brief) -> recording.Recording:
    recorder = recording.Recorder(brief.topic)
    run = await in_database(start_run)(owner, RunOptions(brief=brief), queue=False)
    following = asyncio.create_task(_follow(run, recorder))
    await execute(run.pk)
    await asyncio.wait_for(following, 10)
    return await in_database(_finished)(run, recorder)


async def _follow(run: Run, recorder: recording.Recorder) -> None:
    async for frame in Follower(run.owner_id, run.conversation.name).frames():
        recorder.show(frame)
        if frame["type"] in ENDINGS:
            return


def _finished(run: Run, recorder: recording.Recorder) -> recording.Recording:
    run.refresh_from_db()
    if run.error_code:
        raise BlogAIError(run.error_detail)
    post = Post.objects.get(pk=run.post_id)
    return recorder.recording(
        order=[part["name"] for part in post.parts],
        title=post.title,
        model="local demo model" if post.provider == "local" else post.model,
        words=post.word_count,
        tokens=run.calls.aggregate(tokens=Sum("output_tokens"))["tokens"] or 0,
    )
