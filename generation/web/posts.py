"""The pages of a finished post."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from billing.limits import plan_needed
from blogai.core.errors import NotFound
from generation.exports.formats import FEATURE, available
from generation.llm.registry import label
from generation.models import Post, Run
from generation.pipeline.types import Brief
from generation.posts import services
from generation.posts.reading import parts_as_html
from generation.runs import discard
from generation.runs.pauses import time_paused
from generation.runs.receipt import Receipt, receipt_of
from generation.runs.steps import brief_of
from generation.web.brief_form import form_query
from generation.web.languages import counts_characters, direction_of
from generation.web.library_filters import library_filters, library_url
from generation.web.live import live_response
from generation.web.page import SignedInPage
from generation.web.suggestions import count_waiting

WORDS_PER_MINUTE, CHARACTERS_PER_MINUTE = 230, 400


class OnePost(SignedInPage):
    """The page of a post. Until the post is finished, this is the live page."""

    def get(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        # Whoever has just brought it back reads on from its title; not from the top of the page.
        self.focus_title = request.session.get("restored") == str(post_id) and request.session.pop("restored")
        post = self.post_with_menu(post_id)
        if post is None:
            try:
                return live_response(self, post_id)
            except NotFound:
                post = self.post_with_menu(post_id)  # it was finished between the two queries
                if post is None:
                    raise
        return render(request, "generation/posts/post.html", self.context(post))

    def post_with_menu(self, post_id: uuid.UUID) -> Any:
        """The post, with the plan that more formats need and how much waits for its owner. One query."""
        posts = services.posts_of(self.user).filter(pk=post_id)
        return posts.annotate(plan_needed=plan_needed(self.user, FEATURE), waiting=count_waiting()).first()

    def context(self, post: Any) -> dict[str, object]:
        receipt, paused = receipt_for(post)
        length, minutes = reading_time(post)
        return {
            "post": post,
            "parts": list(parts_of(post)),
            "direction": direction_of(post.language),
            "length": length,
            "model": label(post.provider, post.model),
            "local": post.provider == "local",
            "minutes": minutes,
            "details": _details(post),
            "like_this": _like(receipt.run) if receipt else reverse("new-post"),
            "again": again_url(receipt.run) if receipt else "",
            "took": _summary(receipt, paused) if receipt else "",
            "focus_title": self.focus_title,
            "formats": available(),
            "receipt": receipt,
        }


class PostMarkdown(SignedInPage):
    """The post's Markdown alone, to be copied."""

    def get(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        markdown = services.post_for(self.user, post_id).content_markdown
        headers = {"Content-Disposition": "attachment"}  # nothing to be looked at as a page of this site
        return HttpResponse(markdown, content_type="text/markdown; charset=utf-8", headers=headers)


class DeletePost(SignedInPage):
    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        """Deletes the post, or what a stopped or failed run left of it."""
        try:
            services.delete(self.user, post_id)
        except NotFound:
            discard.discard(self.user, post_id)
        return redirect(library_url({**library_filters(request.POST), "deleted": str(post_id)}))


class RestorePost(SignedInPage):
    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        try:
            services.restore(self.user, post_id)
        except NotFound:
            discard.restore(self.user, post_id)
        request.session["restored"] = str(post_id)
        return redirect("post", post_id)


def reading_time(post: Post) -> tuple[str, int]:
    """How long the post is, in words or characters, and how many minutes that takes."""
    characters = counts_characters(post.language)
    pace = CHARACTERS_PER_MINUTE if characters else WORDS_PER_MINUTE
    length = _counted(post.word_count, "character" if characters else "word")
    return length, max(1, round(post.word_count / pace))


@dataclass(frozen=True, slots=True)
class PostPart:
    name: str
    number: str
    heading: str
    html: SafeString


def parts_of(post: Post) -> Iterator[PostPart]:
    """The parts in order, as a page shows them."""
    number = 0
    for part in parts_as_html(post):
        is_section = part.name.startswith("section-")
        number += is_section
        yield PostPart(
            name=part.name,
            number=str(number) if is_section else "",
            heading=part.heading,
            html=mark_safe(part.html),  # noqa: S308 (sanitised by the renderer)
        )


def _details(post: Post) -> dict[str, str]:
    """What a website asks for beside the text, as far as there is any."""
    details = {"Description": post.description, "Tags": ", ".join(post.tags), "Slug": post.slug}
    return {name: value for name, value in details.items() if value}


def _like(run: Run) -> str:
    """The form of a new post with the choices of this one. What it was about is left out."""
    return f"{reverse('new-post')}?{form_query(_choices(brief_of(run)))}"


def again_url(run: Run) -> str:
    """The form of a new post with all that this one was asked for, so that one thing can be changed."""
    brief = brief_of(run)
    asked = {"topic": brief.topic, "keywords": ", ".join(brief.keywords), **_choices(brief)}
    asked["model"] = f"{run.provider}/{run.model}" if run.model else ""
    asked["email_when_done"] = "true" if run.email_when_done else ""
    return f"{reverse('new-post')}?{form_query(asked)}"


def _choices(brief: Brief) -> dict[str, str]:
    return {
        "sections": str(brief.sections),
        "tone": brief.tone,
        "language": brief.language,
        "audience": brief.audience,
        "words": str(brief.words or ""),
        "include_faq": "on" if brief.include_faq else "",
    }


def receipt_for(post: Post) -> tuple[Receipt | None, timedelta]:
    """The receipt of the post's run, None if it has no run, and how long that was paused. Two queries."""
    run: Any = Run.objects.filter(post_id=post.pk).annotate(paused=time_paused()).first()
    if run is None:
        return None, timedelta()
    return receipt_of(run), run.paused or timedelta()


def _summary(receipt: Receipt, paused: timedelta) -> str:
    """How long the post took and what it cost, as a sentence."""
    run, total = receipt.run, receipt.total
    if run.started_at is None or run.finished_at is None:
        return ""
    seconds = max(0, round((run.finished_at - run.started_at - paused).total_seconds()))
    took = f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"
    used = f"{_counted(total.calls, 'call')}: {_counted(total.tokens, 'token')}, {receipt.cost_display}"
    return f"Written in {took} with {used}."


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
