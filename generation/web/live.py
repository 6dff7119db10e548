"""The page of a post that is being written: watch it, stop it, retry it."""

import uuid
from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.ratelimit import count_work
from blogai.core.errors import (
    BlogAIError,
    Conflict,
    CostLimitReached,
    QuotaExceeded,
    RateLimited,
    ValidationFailed,
)
from generation.models import Run
from generation.runs import control
from generation.runs.outline_review import outline_of
from generation.runs.receipt import receipt_of
from generation.runs.start import unfinished_run
from generation.web.brief_form import CostLimitForm
from generation.web.live_context import figures_of, live_page, run_for_post
from generation.web.outline_form import OutlineForm
from generation.web.outline_review import outline_page, restore_typed_form
from generation.web.page import SignedInPage


def live_response(page: SignedInPage, post_id: uuid.UUID, refusal: BlogAIError | None = None) -> HttpResponse:
    """The live page of an unfinished post, or the review of its outline. Raises NotFound.

    `refusal` is why it was not retried.
    """
    run = unfinished_run(page.user, post_id)
    if run.status == Run.Status.WAITING:
        return outline_page(
            page, run, restore_typed_form(page.request, run) or OutlineForm.from_outline(outline_of(run))
        )
    context = {
        "live": live_page(run),
        "receipt": receipt_of(run) if run.finished_at else None,
        "refusal": refusal,
        "focus_title": getattr(page, "focus_title", False),
    }
    status = refusal.status if refusal else 200
    return render(page.request, "generation/runs/live.html", context, status=status)


class LiveFigures(SignedInPage):
    """The run's tokens and cost so far: the fragment that the live page requests at each milestone."""

    def get(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        run = run_for_post(self.user, post_id)
        return render(request, "generation/runs/_figures.html", {"figures": figures_of(run)})


class WriteAgain(SignedInPage):
    """Retries a stopped run. If it is already running again, this only redirects to its page."""

    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        run = unfinished_run(self.user, post_id)
        limit = CostLimitForm(request.POST)
        if not limit.is_valid():
            return live_response(self, post_id, ValidationFailed(str(limit.errors["max_cost_usd"][0])))
        with suppress(Conflict):
            try:
                count_work(request, self.user)
                control.retry(self.user, run.pk, limit.cleaned_data["max_cost_usd"])
            except (ValidationFailed, RateLimited, QuotaExceeded, CostLimitReached) as error:
                return live_response(self, post_id, error)
        return redirect("post", post_id)


class Stop(SignedInPage):
    """Cancels the run and keeps what is finished. A run that has ended in the meantime stays as it is."""

    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        run = run_for_post(self.user, post_id)
        with suppress(Conflict):
            control.cancel(self.user, run.pk)
        return redirect("post", post_id)
