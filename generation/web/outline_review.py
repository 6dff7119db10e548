"""The page for reviewing an outline before the post is written from it."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.ratelimit import count_work
from blogai.core.errors import Conflict
from generation.models import Run
from generation.runs import outline_review
from generation.runs.start import unfinished_run
from generation.web.outline_form import LIMITS, MOVES, OutlineForm
from generation.web.page import SignedInPage

TYPED = "typed-outline"
"""The session key for [post, form] of an outline that was submitted after the session had ended."""
MAX_TYPED = 64_000
"""Characters of such a form that are stored at most."""
TYPED_MAX_AGE = 3600
"""Seconds that it is stored, since anybody may submit such a form. Signing in extends the session again."""


def outline_page(page: SignedInPage, run: Run, form: OutlineForm, status: int = 200) -> HttpResponse:
    """The page with the form for the outline of a waiting run."""
    context = {"run": run, "form": form, "limits": LIMITS}
    return render(page.request, "generation/runs/review.html", context, status=status)


def restore_typed_form(request: HttpRequest, run: Run) -> OutlineForm | None:
    """The form that was submitted after its session had ended, until it is saved."""
    post_id, typed = request.session.get(TYPED, ("", ""))
    if post_id != str(run.post_id):
        return None
    messages.warning(request, "You were signed out, so we couldn’t save this. Everything you typed is below.")
    return OutlineForm.from_post(QueryDict(typed))


class ReviewOutline(SignedInPage):
    """Handles the outline's form: moves sections, saves changes, and continues the run."""

    def return_url(self) -> str:
        """The post's page. What was typed would be too long for a URL, so it is stored in the session."""
        typed = self.request.POST.urlencode()
        if typed and len(typed) <= MAX_TYPED:
            self.request.session[TYPED] = [str(self.kwargs["post_id"]), typed]
            self.request.session.set_expiry(TYPED_MAX_AGE)
        return reverse("post", kwargs=self.kwargs)

    def get(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        return redirect("post", post_id)

    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        run = unfinished_run(self.user, post_id)
        if run.status != Run.Status.WAITING:
            return self.too_late(post_id)
        form = OutlineForm.from_post(request.POST)
        action, _, number = request.POST.get("do", "save").partition(".")
        if action in MOVES:
            return outline_page(self, run, form.moved(action, int(number) if number.isdecimal() else -1))
        form, changes = form.validated()
        if changes is None:
            return outline_page(self, run, form, status=422)
        if action == "write":
            count_work(request, self.user)
        try:
            self.save(run, changes, write=action == "write")
        except Conflict:
            return self.too_late(post_id)
        return redirect("post", post_id)

    def save(self, run: Run, changes: dict[str, Any], *, write: bool) -> None:
        with transaction.atomic():
            outline_review.edit(self.user, run.pk, changes)
            if write:
                outline_review.resume(self.user, run.pk)
        if self.request.session.get(TYPED, [""])[0] == str(run.post_id):
            del self.request.session[TYPED]
        if not write:
            messages.success(self.request, "Outline saved. We start when you choose Write post.")

    def too_late(self, post_id: uuid.UUID) -> HttpResponse:
        messages.warning(self.request, "This post isn’t waiting for its outline anymore. Nothing changed.")
        return redirect("post", post_id)
