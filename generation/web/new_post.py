"""The page for a new post."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from blogai.core.errors import BlogAIError
from generation.runs.quote import quote
from generation.runs.start import submit
from generation.web.brief_form import BriefForm, blank, query_of
from generation.web.page import SignedInPage

EXAMPLES = (
    "How tides work, for curious adults",
    "Moving a small team from meetings to writing",
    "What to plant on a balcony that gets no sun",
)


class NewPost(SignedInPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(blank(request.GET.dict()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BriefForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            run = submit(self.user, form.options(), form.cleaned_data["form"])
        except BlogAIError as error:
            form.add_error(None, error.detail)
            return self.show(form, status=error.status)
        return redirect("post", run.post_id)

    def show(self, form: BriefForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "examples": EXAMPLES, "quote": quote(self.user, form.size())}
        return render(self.request, "generation/runs/new.html", context, status=status)

    def way_back(self) -> str:
        """With what was typed, also when the session ended before the form was sent."""
        if self.request.method == "POST":
            return f"{self.request.path}?{query_of(self.request.POST.dict())}"
        return super().way_back()


class PostEstimate(SignedInPage):
    """What a post of this size costs: the fragment that the form asks for when its size changes."""

    def get(self, request: HttpRequest) -> HttpResponse:
        size = BriefForm(request.GET).size()
        return render(request, "generation/runs/_quote.html", {"quote": quote(self.user, size)})
