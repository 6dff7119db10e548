"""The page on which a post is edited. Its scripts save through the API; without them the form comes here."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from blogai.core.errors import PayloadTooLarge, ValidationFailed
from generation.editing.services import save_text, text_of
from generation.models import Post
from generation.pipeline.rewriting import WISHES
from generation.pipeline.types import MAX_NOTE
from generation.posts.markdown import render_edited_for_page
from generation.posts.services import written_post_for
from generation.web.edit_sentences import OUTCOMES, SENTENCES
from generation.web.languages import counts_characters, direction_of
from generation.web.page import SignedInPage
from generation.web.suggestions import waiting_for_decision

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
        return self.page(post, current.version, Field(current.text))

    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        """Saves the form of a browser without scripts. What was changed elsewhere meanwhile is merged."""
        post = written_post_for(self.user, post_id)
        base = _number(request.POST.get("base", "")) or post.head
        text = request.POST.get("text", "").replace("\r\n", "\n")
        try:
            saved = save_text(self.user, post_id, base=base, text=text)
        except (PayloadTooLarge, ValidationFailed) as error:
            return self.page(post, base, Field(text, error.detail), error.status)
        outcome = "conflict" if saved.conflict else "merged" if saved.merged else "saved"
        add = messages.success if outcome == "saved" else messages.warning
        add(request, OUTCOMES[outcome])
        return redirect("post", post_id)

    def page(self, post: Post, base: int, text: Field, status: int = 200) -> HttpResponse:
        context = {
            "post": post,
            "base": base,
            "text": text,
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
