"""The page on which a post is edited. Its scripts save through the API; without them the form comes here."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from blogai.core.body import invalid
from blogai.core.errors import PayloadTooLarge, ValidationFailed
from generation.editing import details
from generation.editing.services import save_text, text_of
from generation.models import Post
from generation.pipeline.rewriting import WISHES
from generation.pipeline.types import MAX_DESCRIPTION, MAX_ITEMS, MAX_NOTE, MAX_SLUG
from generation.posts.markdown import render_edited_for_page
from generation.posts.services import written_post_for
from generation.runs.post_change import MAX_TITLE, PostChange
from generation.web.edit_sentences import OUTCOMES, SENTENCES
from generation.web.languages import counts_characters, direction_of
from generation.web.page import SignedInPage
from generation.web.suggestions import waiting_for_decision

LIMITS = {"line": MAX_TITLE, "description": MAX_DESCRIPTION, "tags": MAX_ITEMS, "slug": MAX_SLUG}
DETAILS = ("title", "description", "slug", "tags")
FORMATS = (
    ("bold", "Bold", "Ctrl B", "bold"),
    ("italic", "Italic", "Ctrl I", "italic"),
    ("link", "Link", "Ctrl K", "link"),
    ("heading", "Heading", "Ctrl Alt 2", "heading-2"),
    ("bullets", "List", "Ctrl Shift 8", "list"),
    ("numbers", "Numbered list", "Ctrl Shift 7", "list-ordered"),
    ("quote", "Quote", "Ctrl Shift 9", "text-quote"),
)
"""What can be done to the text: the function in commands.js, its name, its keys and its icon."""
SHORTCUTS = (
    ("Find and replace", "Ctrl F"),
    ("Save now", "Ctrl S"),
    ("Undo", "Ctrl Z"),
    ("Redo", "Ctrl Shift Z"),
    ("Paste as plain text", "Ctrl Shift V"),
    ("Leave the text", "Tab"),
    ("Next or previous proposed change", "Alt ↓ or Alt ↑"),
    ("Show this list", "Ctrl /"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """What is in a field of the form, and what is wrong with it."""

    value: str
    error: str = ""


class EditPost(SignedInPage):
    def get(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        post = written_post_for(self.user, post_id)
        current = text_of(post)
        return self.page(post, current.version, {**_details(post), "text": Field(current.text)})

    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        """Saves the form of a browser without scripts. What was changed elsewhere meanwhile is merged."""
        post = written_post_for(self.user, post_id)
        sent = {name: _lf(request.POST[name]) for name in (*DETAILS, "text") if name in request.POST}
        base = _number(request.POST.get("base", "")) or post.head
        try:
            with transaction.atomic():
                saved = save_text(self.user, post_id, base=base, text=sent.get("text", text_of(post).text))
                self.save_details(post, sent)
        except (PayloadTooLarge, ValidationFailed) as error:
            errors: Any = error.extra.get("errors") or {"text": [error.detail]}
            return self.page(post, base, _with_errors(post, sent, errors), error.status)
        outcome = "conflict" if saved.conflict else "merged" if saved.merged else "saved"
        add = messages.success if outcome == "saved" else messages.warning
        add(request, OUTCOMES[outcome])
        return redirect("post", post_id)

    def save_details(self, post: Post, sent: Mapping[str, str]) -> None:
        """Saves the fields that were changed. Raises ValidationFailed."""
        before = _details(post)
        changed: dict[str, Any] = {
            name: sent[name] for name in DETAILS if name in sent and sent[name] != before[name].value
        }
        if "tags" in changed:
            changed["tags"] = [tag for tag in map(str.strip, changed["tags"].split(",")) if tag]
        body = PostChange(data=changed)
        if not body.is_valid():
            raise invalid(body.errors)
        if changed:
            details.change(self.user, post.pk, body.validated_data, require=lambda post: None)

    def page(self, post: Post, base: int, fields: Mapping[str, Field], status: int = 200) -> HttpResponse:
        context = {
            "post": post,
            "base": base,
            "fields": fields,
            "errors": any(field.error for field in fields.values()),
            "limits": {
                "line": MAX_TITLE,
                "description": MAX_DESCRIPTION,
                "tags": MAX_ITEMS,
                "slug": MAX_SLUG,
            },
            "direction": direction_of(post.language),
            "counted": "characters" if counts_characters(post.language) else "words",
            "formats": FORMATS,
            "shortcuts": SHORTCUTS,
            "sentences": SENTENCES,
            "wishes": WISHES,
            "longest_wish": MAX_NOTE,
            "waiting": waiting_for_decision(post),
        }
        return render(self.request, "generation/posts/edit.html", context, status=status)

    def return_url(self) -> str:
        """After signing in: the page, which the browser's way back would show with what was typed."""
        return reverse("edit-post", kwargs=self.kwargs)


class PreviewPost(SignedInPage):
    """The text that was sent as the post's page would show it, as a fragment."""

    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        written_post_for(self.user, post_id)
        return HttpResponse(render_edited_for_page(request.POST.get("text", "")))


def _number(text: str) -> int | None:
    """The version's number, or None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _details(post: Post) -> dict[str, Field]:
    values = {**{name: getattr(post, name) for name in DETAILS}, "tags": ", ".join(post.tags)}
    return {name: Field(value) for name, value in values.items()}


def _with_errors(
    post: Post, sent: Mapping[str, str], errors: Mapping[str, Sequence[str]]
) -> dict[str, Field]:
    """The fields as they were sent, each with the first thing that is wrong with it."""
    first = {path.partition(".")[0]: sentences[0] for path, sentences in reversed(list(errors.items()))}
    fields = {**_details(post), "text": Field(text_of(post).text)}
    return {name: Field(sent.get(name, field.value), first.get(name, "")) for name, field in fields.items()}


def _lf(text: str) -> str:
    """With the line breaks of a post, and not those of a form."""
    return text.replace("\r\n", "\n")
