"""The page for a new post, and the page on which one is written."""

import uuid
from contextlib import suppress
from typing import Any

from asgiref.sync import async_to_sync
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from blogai.errors import BlogAIError, Conflict, ValidationFailed
from generation.pages import Page
from generation.runs import control, outlines, submission
from generation.runs.before import said_before
from generation.runs.broadcast import tell
from generation.runs.forms import BriefForm, CostLimitForm, blank, query_of
from generation.runs.frames import group_of, queued
from generation.runs.live import figures_of, live_page, run_for_post
from generation.runs.models import Run
from generation.runs.outline_form import MOVES, OutlineForm
from generation.runs.outlines import outline_of
from generation.runs.receipt import receipt_of

TYPED = "typed-outline"
"""Where a session keeps [post, form] of an outline that nobody signed in has sent."""
MOST_TYPED = 64_000
"""Characters of such a form that are kept."""
TYPED_FOR = 3600
"""Seconds that they are kept: anybody may send such a form. Signing in makes the session last again."""

EXAMPLES = (
    "How tides work, for curious adults",
    "Moving a small team from meetings to writing",
    "What to plant on a balcony that gets no sun",
)


class NewPost(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(blank(request.GET.dict()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BriefForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            run = submission.submit(
                self.user,
                brief=form.brief(),
                form=form.cleaned_data["form"],
                email_when_done=form.cleaned_data["email_when_done"],
                review_outline=form.cleaned_data["review_outline"],
            )
        except BlogAIError as error:
            form.add_error(None, error.detail)
            return self.show(form, status=error.status)
        return redirect("post", run.post_id)

    def show(self, form: BriefForm, status: int = 200) -> HttpResponse:
        before = said_before(self.user, form.size())
        context = {"form": form, "examples": EXAMPLES, "before": before}
        return render(self.request, "generation/runs/new.html", context, status=status)

    def way_back(self) -> str:
        """With what was typed, also when the session ended before the form was sent."""
        if self.request.method == "POST":
            return f"{self.request.path}?{query_of(self.request.POST.dict())}"
        return super().way_back()


class PostEstimate(Page):
    """What a post of this size costs: the fragment that the form asks for when its size changes."""

    def get(self, request: HttpRequest) -> HttpResponse:
        before = said_before(self.user, BriefForm(request.GET).size())
        return render(request, "generation/runs/_before.html", {"before": before})


def watch(page: Page, post_id: uuid.UUID, refusal: str = "", status: int = 200) -> HttpResponse:
    """The live page of a post that is not there yet, or why it never will be. Raises NotFound.

    `refusal`: why it was not tried again.
    """
    run = submission.unfinished(page.user, post_id)
    if run.status == Run.Status.WAITING:
        return review(page, run, typed_before(page.request, run) or OutlineForm.of(outline_of(run)))
    context = {
        "live": live_page(run),
        "receipt": receipt_of(run) if run.finished_at else None,
        "refusal": refusal,
    }
    return render(page.request, "generation/runs/live.html", context, status=status)


def review(page: Page, run: Run, form: OutlineForm, status: int = 200) -> HttpResponse:
    """The outline of a run that waits for its owner, as a form."""
    context = {"run": run, "form": form, "figures": figures_of(run)}
    return render(page.request, "generation/runs/review.html", context, status=status)


def typed_before(request: HttpRequest, run: Run) -> OutlineForm | None:
    """The form that was sent when its session had ended; until it is saved."""
    post_id, typed = request.session.get(TYPED, ("", ""))
    if post_id != str(run.post_id):
        return None
    messages.warning(request, "You were signed out, so this was not saved. All that you typed is below.")
    return OutlineForm.sent(QueryDict(typed))


class ReviewOutline(Page):
    """Changes an outline: moves its sections about, keeps what was typed, and lets the post be written."""

    def way_back(self) -> str:
        """To the post, with what was typed: the session keeps it, for an address it would be too long."""
        typed = self.request.POST.urlencode()
        if typed and len(typed) <= MOST_TYPED:
            self.request.session[TYPED] = [str(self.kwargs["post_id"]), typed]
            self.request.session.set_expiry(TYPED_FOR)
        return reverse("post", kwargs=self.kwargs)

    def get(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        return redirect("post", post_id)

    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        run = submission.unfinished(self.user, post_id)
        if run.status != Run.Status.WAITING:
            return self.too_late(post_id)
        form = OutlineForm.sent(request.POST)
        action, _, number = request.POST.get("do", "save").partition(".")
        if action in MOVES:
            return review(self, run, form.moved(action, int(number) if number.isdecimal() else -1))
        form, changes = form.checked()
        if changes is None:
            return review(self, run, form, status=422)
        try:
            self.keep(run, changes, write=action == "write")
        except Conflict:
            return self.too_late(post_id)
        return redirect("post", post_id)

    def keep(self, run: Run, changes: dict[str, Any], *, write: bool) -> None:
        with transaction.atomic():
            _, news = outlines.edit(self.user, run.pk, changes)
            if write:
                outlines.go_on(self.user, run.pk)
                news.append(queued(run.pk))
        if self.request.session.get(TYPED, [""])[0] == str(run.post_id):
            del self.request.session[TYPED]
        async_to_sync(tell)(group_of(run.owner_id, run.conversation.name), news)
        if not write:
            messages.success(self.request, "The outline is saved. Nothing is written before you say so.")

    def too_late(self, post_id: uuid.UUID) -> HttpResponse:
        messages.warning(self.request, "This post no longer waits for its outline; it was left as it is.")
        return redirect("post", post_id)


class LiveFigures(Page):
    """What the run has taken so far: the fragment that the live page asks for at each milestone."""

    def get(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        run = run_for_post(self.user, post_id)
        return render(request, "generation/runs/_figures.html", {"figures": figures_of(run)})


class WriteAgain(Page):
    """Goes on where the run stopped. Pressed twice, or while it goes on, it only leads back to the page."""

    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        run = submission.unfinished(self.user, post_id)
        limit = CostLimitForm(request.POST)
        if not limit.is_valid():
            return watch(self, post_id, str(limit.errors["max_cost_usd"][0]), status=422)
        with suppress(Conflict):
            try:
                run = control.retry(self.user, run.pk, limit.cleaned_data["max_cost_usd"])
            except ValidationFailed as error:
                return watch(self, post_id, error.detail, status=error.status)
            async_to_sync(tell)(group_of(run.owner_id, run.conversation.name), [queued(run.pk)])
        return redirect("post", post_id)


class Stop(Page):
    """Ends the run and keeps what is finished; one that has ended meanwhile is left as it is."""

    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        run = run_for_post(self.user, post_id)
        with suppress(Conflict):
            run, ending = control.cancel(self.user, run.pk)
            async_to_sync(tell)(group_of(run.owner_id, run.conversation.name), [ending])
        return redirect("post", post_id)
