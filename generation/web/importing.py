"""The page on which a file becomes a post."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.ratelimit import count_work
from blogai.core.db import in_database
from blogai.core.errors import PayloadTooLarge, ValidationFailed
from blogai.core.form_errors import CHOICE
from generation.importing.services import SUFFIXES, import_post
from generation.web.brief_form import LANGUAGES
from generation.web.exports import ExportPage


class ImportForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="Markdown, HTML or Word, up to 10 MB.",
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
        allow_empty_file=True,
        error_messages={"required": "Choose a file."},
    )
    language = forms.ChoiceField(
        label="Language",
        choices=[("", "Automatic"), *LANGUAGES.items()],
        required=False,
        error_messages=CHOICE,
    )


class ImportPost(ExportPage):
    """A form with a file, which works without JavaScript."""

    async def get(self, request: HttpRequest) -> HttpResponse:
        return await self.page(ImportForm())

    async def post(self, request: HttpRequest) -> HttpResponse:
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return await self.page(form, status=422)
        await in_database(count_work)(request, self.user)
        try:
            post = await import_post(self.user, **form.cleaned_data)
        except (ValidationFailed, PayloadTooLarge) as error:
            form.add_error("file", error.detail)
            return await self.page(form, status=error.status)
        return redirect("post", post.pk)

    async def page(self, form: ImportForm, status: int = 200) -> HttpResponse:
        context: dict[str, Any] = {"form": form}
        return await in_database(render)(self.request, "generation/posts/import.html", context, status=status)
