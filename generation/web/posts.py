"""The pages of a finished post."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString, mark_safe

from blogai.core.errors import NotFound
from generation.llm.registry import label
from generation.models import Post, Run
from generation.posts import services
from generation.posts.exports import FORMATS
from generation.posts.markdown import render as html_of
from generation.runs.receipt import Receipt, receipt_of
from generation.web.library import library_url
from generation.web.live import live_response
from generation.web.page import SignedInPage

WORDS_PER_MINUTE = 230


class OnePost(SignedInPage):
    """The page of a post. Until the post is finished, this is the live page."""

    def get(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        post = services.posts_of(self.user).filter(pk=post_id).first()
        if post is None:
            try:
                return live_response(self, post_id)
            except NotFound:
                post = services.post_for(self.user, post_id)  # it was finished between the two queries
        return render(request, "generation/posts/post.html", self.context(post))

    def context(self, post: Post) -> dict[str, object]:
        receipt = _receipt_of(post)
        return {
            "post": post,
            "parts": list(_parts(post)),
            "words": f"{post.word_count:,} words",
            "model": label(post.provider, post.model),
            "local": post.provider == "local",
            "minutes": max(1, round(post.word_count / WORDS_PER_MINUTE)),
            "took": _summary(receipt) if receipt else "",
            "receipt": receipt,
        }


class DownloadPost(SignedInPage):
    """Downloads the post as a file."""

    def get(self, request: HttpRequest, post_id: uuid.UUID, format: str) -> HttpResponse:
        post, export = services.post_for(self.user, post_id), FORMATS[format]
        filename = f"{post.slug}.{export.suffix}"
        return HttpResponse(
            export.render(post),
            content_type=export.content_type,
            headers={
                "Content-Disposition": content_disposition_header(as_attachment=True, filename=filename)
                or "attachment"
            },
        )


class DeletePost(SignedInPage):
    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        services.delete(self.user, post_id)
        return redirect(library_url({"deleted": str(post_id)}))


class RestorePost(SignedInPage):
    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        services.restore(self.user, post_id)
        return redirect("post", post_id)


@dataclass(frozen=True, slots=True)
class PostPart:
    name: str
    number: str
    heading: str
    html: SafeString


def _parts(post: Post) -> Iterator[PostPart]:
    for part in post.parts:
        name = part["name"]
        yield PostPart(
            name=name,
            number=name.removeprefix("section-") if name.startswith("section-") else "",
            heading=part["heading"],
            html=mark_safe(html_of(part["text"])),  # noqa: S308 (sanitised by render)
        )


def _receipt_of(post: Post) -> Receipt | None:
    """The receipt of the post's run; None if it has no run. Two queries."""
    run = Run.objects.filter(post_id=post.pk).first()
    return receipt_of(run) if run else None


def _summary(receipt: Receipt) -> str:
    """How long the post took and what it cost, as a sentence."""
    run, total = receipt.run, receipt.total
    if run.started_at is None or run.finished_at is None:
        return ""
    seconds = round((run.finished_at - run.started_at).total_seconds())
    took = f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"
    return f"Written in {took} with {total.calls} calls: {total.tokens:,} tokens, {receipt.cost_display}."
