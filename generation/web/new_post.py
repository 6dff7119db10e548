"""The page for a new post."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from accounts.ratelimit import count_work
from blogai.core.errors import BlogAIError
from generation.runs.quote import Quote, quote
from generation.runs.start import submit
from generation.web.brief_form import BriefForm, form_query, new_form
from generation.web.page import SignedInPage

EXAMPLES = (
    "How tides work, for curious adults",
    "Moving a small team from meetings to writing",
    "What to plant on a balcony that gets no sun",
)


class NewPost(SignedInPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(new_form(request.GET.dict()))

    def post(self, request: HttpRequest) -> HttpResponse:
        if "estimate" in request.POST:  # a browser without JavaScript: show the page again with a new quote
            return redirect(self.return_url())
        form = BriefForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            count_work(request, self.user)
            run = submit(self.user, form.options(), form.cleaned_data["form"])
        except BlogAIError as error:
            form.add_error(None, error.detail)
            return self.show(form, status=error.status)
        return redirect("post", run.post_id)

    def show(self, form: BriefForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "examples": EXAMPLES, "quote": quote_for(self.user, form)}
        return render(self.request, "generation/runs/new.html", context, status=status)

    def return_url(self) -> str:
        """Back to the form with everything that was typed, even if the session ended before it was sent."""
        if self.request.method == "POST":
            return f"{self.request.path}?{form_query(self.request.POST.dict())}"
        return super().return_url()


class PostEstimate(SignedInPage):
    """The quote for a post of this size and model: the fragment that the form requests when they change."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"quote": quote_for(self.user, BriefForm(request.GET))}
        return render(request, "generation/runs/_quote.html", context)


def quote_for(user: User, form: BriefForm) -> Quote:
    return quote(user, form.sizing_brief(), *form.requested_model())
