"""Settings, Writing: what a new post starts with. It is for the page; the API has defaults of its own."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.settings_page import Section, back_to, show
from blogai.core.form_errors import CHOICE
from generation.web.brief_form import AUTOMATIC, DEFAULTS, LANGUAGES, PREFERENCES, BriefForm
from generation.web.page import SignedInPage


class WritingForm(forms.Form):
    """The fields of a new post, with the same limits."""

    language = forms.ChoiceField(
        choices=[(AUTOMATIC, "Automatic"), *LANGUAGES.items()],
        help_text="Automatic goes by your topic’s alphabet. If that isn’t clear, it picks English.",
        error_messages=CHOICE,
    )
    tone = BriefForm.declared_fields["tone"]
    sections = BriefForm.declared_fields["sections"]
    words = BriefForm.declared_fields["words"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = "Length in words"
        self.fields["words"].widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})


class Writing(SignedInPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        return back_to("writing")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = WritingForm(request.POST)
        if not form.is_valid():
            return show(request, "writing", form)
        User.objects.filter(pk=self.user.pk).update(writing_defaults=form.cleaned_data)
        messages.success(request, "New posts now start with these choices.")
        return back_to("writing")


def writing(request: HttpRequest) -> dict[str, Any]:
    usual = {name: DEFAULTS[name] for name in PREFERENCES}
    return {"form": WritingForm(initial=usual | writing_defaults(cast(User, request.user)))}


SECTION = Section("writing", "Writing", "generation/_writing.html", writing)


def writing_defaults(user: User) -> dict[str, Any]:
    """What the user chose, as far as it can still be chosen."""
    form = WritingForm(user.writing_defaults)
    form.is_valid()
    return {name: form.cleaned_data[name] for name in user.writing_defaults if name in form.cleaned_data}
