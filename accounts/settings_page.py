"""The settings: one page of sections, each of which an app adds through SETTINGS_SECTIONS.

A form of a section is sent to an address of its own. Once saved it leads back to its section; with errors it
is the whole page again, with the form as it was sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from accounts import second_factor


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its anchor and heading, its template, and what that finds under `here`."""

    name: str
    title: str
    template: str
    here: Callable[[HttpRequest], dict[str, Any]]
    pages: tuple[str, ...] = ()
    """How the paths of pages that belong to it start."""


@login_required
@require_safe
def settings_page(request: HttpRequest) -> HttpResponse:
    return show(request)


def show(request: HttpRequest, wrong: str = "", form: forms.BaseForm | None = None) -> HttpResponse:
    """The page. `wrong` names the section whose form was refused."""
    filled = [(section, section.here(request)) for section in sections_for(request)]
    for section, here in filled:
        if section.name == wrong:
            here["form"] = form
    return render(
        request,
        "accounts/settings_page.html",
        {"filled": filled, "wrong": wrong},
        status=422 if wrong else 200,
    )


@login_required
@require_safe
def section_page(request: HttpRequest, section: str) -> HttpResponse:
    """Where a section was when each had a page."""
    return back_to(section)


def back_to(section: str) -> HttpResponse:
    return redirect(address_of(section))


def address_of(section: str) -> str:
    return f"{reverse('settings')}#{section}"


def sections_for(request: HttpRequest) -> list[Section]:
    """All of them, but for staff who must set up a second factor before anything else."""
    if second_factor.is_missing(request.user):
        return [section for section in _sections() if section.name == "security"]
    return _sections()


@cache
def _sections() -> list[Section]:
    return [import_string(path) for path in settings.SETTINGS_SECTIONS]
