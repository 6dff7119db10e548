"""The page of a post that is being written: watch it, stop it, try again."""

import uuid
from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from blogai.core.errors import Conflict, ValidationFailed
from generation.models import Run
from generation.runs import control
from generation.runs.outline_review import outline_of
from generation.runs.receipt import receipt_of
from generation.runs.start import unfinished_run
from generation.web.brief_form import CostLimitForm
from generation.web.live_page import figures_of, live_page, run_for_post
from generation.web.outline_form import OutlineForm
from generation.web.outline_review import outline_page, typed_before
from generation.web.page import SignedInPage


def watch(page: SignedInPage, post_id: uuid.UUID, refusal: str = "", status: int = 200) -> HttpResponse:
    """The live page of a post that is not there yet, or why it never will be. Raises NotFound.

    `refusal`: why it was not tried again.
    """
    run = unfinished_run(page.user, post_id)
    if run.status == Run.Status.WAITING:
        return outline_page(page, run, typed_before(page.request, run) or OutlineForm.of(outline_of(run)))
    context = {
        "live": live_page(run),
        "receipt": receipt_of(run) if run.finished_at else None,
        "refusal": refusal,
    }
    return render(page.request, "generation/runs/live.html", context, status=status)


class LiveFigures(SignedInPage):
    """What the run has taken so far: the fragment that the live page asks for at each milestone."""

    def get(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        run = run_for_post(self.user, post_id)
        return render(request, "generation/runs/_figures.html", {"figures": figures_of(run)})


class WriteAgain(SignedInPage):
    """Goes on where the run stopped. Pressed twice, or while it goes on, it only leads back to the page."""

    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        run = unfinished_run(self.user, post_id)
        limit = CostLimitForm(request.POST)
        if not limit.is_valid():
            return watch(self, post_id, str(limit.errors["max_cost_usd"][0]), status=422)
        with suppress(Conflict):
            try:
                control.retry(self.user, run.pk, limit.cleaned_data["max_cost_usd"])
            except ValidationFailed as error:
                return watch(self, post_id, error.detail, status=error.status)
        return redirect("post", post_id)


class Stop(SignedInPage):
    """Ends the run and keeps what is finished; one that has ended meanwhile is left as it is."""

    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        run = run_for_post(self.user, post_id)
        with suppress(Conflict):
            control.cancel(self.user, run.pk)
        return redirect("post", post_id)
