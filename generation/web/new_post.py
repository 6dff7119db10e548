"""The page for a new post."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from accounts.ratelimit import count_work
from accounts.services import lacks_verified_email
from billing.quotas import Usage
from blogai.core.errors import BlogAIError
from generation.llm.registry import writer
from generation.posts.library import Entry, library_page
from generation.posts.narrowed import Narrowed
from generation.runs.quote import Quote, quote
from generation.runs.start import submit
from generation.web.brief_form import DEMO_DEFAULTS, BriefForm, form_query, language_name, new_form
from generation.web.page import SignedInPage
from generation.web.start import new_post_about, waiting_topic
from generation.web.writing import writing_defaults

EXAMPLES = (
    "How tides work, for curious adults",
    "Moving a small team from meetings to writing",
    "What to plant on a balcony that gets no sun",
)


class NewPost(SignedInPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        if topic := waiting_topic(request):
            return redirect(new_post_about(topic))
        return self.show(new_form(request.GET.dict(), self.defaults()))

    def post(self, request: HttpRequest) -> HttpResponse:
        if "estimate" in request.POST:  # a browser without JavaScript: show the page again with a new quote
            return redirect(self.return_url())
        form = BriefForm(request.POST, defaults=self.defaults())
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            count_work(request, self.user)
            run = submit(self.user, form.options(), form.cleaned_data["form"])
        except BlogAIError as error:
            form.add_error(None, error.detail)
            return self.show(form, error, status=error.status)
        if form.automatic and (language := run.brief["language"]) != form.usual_language:
            messages.info(request, f"We’re writing in the language of your topic: {language_name(language)}.")
        return redirect("post", run.post_id)

    def defaults(self) -> dict[str, Any]:
        """What the form starts with: less where the demo model writes, if the user has not chosen."""
        demo = DEMO_DEFAULTS if writer()[0] == "local" else {}
        return {**demo, **writing_defaults(self.user)}

    def show(self, form: BriefForm, refusal: BlogAIError | None = None, status: int = 200) -> HttpResponse:
        said = quote_for(self.user, form)
        context = {
            "form": form,
            "examples": EXAMPLES,
            "quote": said,
            "refusal": refusal,
            "usage": said.usage,
            "under_way": under_way(self.user, said.usage),
            "unconfirmed": lacks_verified_email(self.user),
        }
        return render(self.request, "generation/runs/new.html", context, status=status)

    def return_url(self) -> str:
        """Back to the form with everything that was typed, even if the session ended before it was sent."""
        if self.request.method == "POST":
            return f"{self.request.path}?{form_query(self.request.POST.dict())}"
        return super().return_url()


class PostEstimate(SignedInPage):
    """The quote for a post of this size and model, and what is being written: a fragment for the form."""

    def get(self, request: HttpRequest) -> HttpResponse:
        said = quote_for(self.user, BriefForm(request.GET))
        context = {"quote": said, "under_way": under_way(self.user, said.usage), "fragment": True}
        return render(request, "generation/runs/_estimate.html", context)


def quote_for(user: User, form: BriefForm) -> Quote:
    return quote(user, form.sizing_brief(), *form.requested_model())


def under_way(user: User, usage: Usage) -> tuple[Entry, ...]:
    """The user's posts that are being written. One query, and none while no unit is reserved."""
    return library_page(user, Narrowed(state="writing")).entries if usage["month"]["reserved"] else ()
