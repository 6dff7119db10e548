"""`manage.py write "topic"`: writes a post in this process and prints it."""

import asyncio
import json
import logging
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import User
from blogai.core.db import in_database
from blogai.core.errors import BlogAIError
from blogai.embedded import demo_model_if_needed
from blogai.serving import database
from blogai.serving.demo import demo_account
from blogai.terminal import Display, display_for
from generation.api.generate_blog_serializers import GenerateBlogBody, options_of
from generation.exports.reply import Reply, post_reply
from generation.live.follower import Follower
from generation.models import Post, Run
from generation.pipeline.types import MAX_SECTIONS, MAX_WORDS, MIN_WORDS, TONES, Brief
from generation.runs.frames import ENDINGS
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute

DEFAULT = Brief(topic="")


class Command(BaseCommand):
    help = "Write a post about a topic and print it as Markdown. Progress goes to stderr."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("topic")
        parser.add_argument(
            "--sections", type=int, default=DEFAULT.sections, help=f"1 to {MAX_SECTIONS} ({DEFAULT.sections})"
        )
        parser.add_argument("--tone", choices=TONES, default=DEFAULT.tone)
        parser.add_argument("--keywords", default="", help="separated by commas")
        parser.add_argument("--audience", default="")
        parser.add_argument("--language", default=DEFAULT.language, help="BCP-47, such as en or pt-BR")
        parser.add_argument("--words", type=int, help=f"about how long, {MIN_WORDS} to {MAX_WORDS}")
        parser.add_argument("--no-faq", action="store_true")
        parser.add_argument("--provider", default="")
        parser.add_argument("--model", default="")
        parser.add_argument(
            "--output", type=Path, metavar="POST.md", help="write to this file instead of stdout"
        )
        parser.add_argument("--json", action="store_true", help="print the API's reply instead of Markdown")
        parser.add_argument("--email", help="whose post it is (default: the demo account)")

    def handle(self, *, topic: str, **options: Any) -> None:
        requested = _validated(topic, options)
        if (output := options["output"]) and not output.parent.is_dir():
            raise CommandError(f"--output: the folder {output.parent} doesn't exist.")
        database.prepare()
        owner = _owner(options["email"])
        display = display_for(sys.stderr)
        try:
            with demo_model_if_needed(), _no_lines_of_runs():
                post = asyncio.run(_write(owner, requested, display))
        except BlogAIError as error:
            raise CommandError(error.detail) from None
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. Finished sections are saved, and the next `serve` picks up from there."
            ) from None
        text = _json(post_reply(post, _absolute_url)) if options["json"] else f"{post.content_markdown}\n"
        if output:
            output.write_text(text)
        else:
            self.stdout.write(text, ending="")


@contextmanager
def _no_lines_of_runs() -> Iterator[None]:
    """The display shows what happens to the run; the log would say it again."""
    logger = logging.getLogger("generation.runs.log")
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)


def _validated(topic: str, options: dict[str, Any]) -> RunOptions:
    body = GenerateBlogBody(
        data={
            "topic": topic,
            "sections": options["sections"],
            "tone": options["tone"],
            "keywords": [word.strip() for word in options["keywords"].split(",") if word.strip()],
            "audience": options["audience"],
            "language": options["language"],
            "words": options["words"],
            "include_faq": not options["no_faq"],
            "provider": options["provider"],
            "model": options["model"],
        }
    )
    if not body.is_valid():
        problems = (f"{field}: {' '.join(map(str, errors))}" for field, errors in body.errors.items())
        raise CommandError("\n".join(problems))
    return options_of(body.validated_data)


def _owner(email: str | None) -> User:
    if email is None:
        return demo_account()
    owner = User.objects.filter(email__iexact=email).first()
    if owner is None:
        raise CommandError(f"No account has the address {email}.")
    return owner


async def _write(owner: User, options: RunOptions, display: Display) -> Post:
    """Write the post. Raises the error that the run ended with."""
    run = await in_database(start_run)(owner, options, queue=False)
    shown = asyncio.create_task(_show(run, display))
    try:
        await execute(run.pk)
        await asyncio.wait_for(shown, 10)
    finally:
        shown.cancel()
    return await in_database(_finished)(run)


async def _show(run: Run, display: Display) -> None:
    with display:
        async for frame in Follower(run.owner_id, run.conversation.name).frames():
            display.show(frame)
            if frame["type"] in ENDINGS:
                return


def _finished(run: Run) -> Post:
    run.refresh_from_db()
    if run.error_code:
        raise BlogAIError(run.error_detail)
    return Post.objects.select_related("conversation").get(pk=run.post_id)


def _absolute_url(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def _json(reply: Reply) -> str:
    return json.dumps(reply, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2) + "\n"
