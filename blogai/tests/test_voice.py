"""Sentences that people read follow docs/voice.md, as far as a program can tell."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django import forms
from django.conf import settings

from accounts.forms import Relabelled
from blogai.core.errors import BlogAIError

OF_DJANGO = ("This field", "Select a valid choice", "Ensure this value")
PAGES = ("accounts.", "billing.", "blogai.", "generation.")


def test_no_field_answers_in_the_words_of_django() -> None:
    seen = 0
    for form in forms_on_pages():
        for name, field in form.base_fields.items():
            for code, sentence in field.error_messages.items():
                if not field.widget.is_hidden and (field.required or code != "required"):
                    assert not str(sentence).startswith(OF_DJANGO), f"{form.__name__}.{name}: {sentence}"
                    seen += 1
    assert seen > 15


def test_errors_have_typographic_apostrophes() -> None:
    names = {error.__name__ for error in errors()}
    seen = [error.title for error in errors()]
    for app in PAGES:
        for path in (settings.BASE_DIR / app.rstrip(".")).rglob("*.py"):
            if "tests" not in path.parts:
                seen += raised(ast.parse(path.read_text()), names)
    assert len(seen) > 100
    assert not [sentence for sentence in seen if re.search(r"\w'\w|^n't", sentence)]


def errors() -> Iterator[type[BlogAIError]]:
    left = [BlogAIError]
    while left:
        error = left.pop()
        left += error.__subclasses__()
        yield error


def raised(module: ast.Module, names: set[str]) -> Iterator[str]:
    """The texts in what is raised, or returned to be raised: `NotFound("…")`."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def forms_on_pages() -> Iterator[Any]:
    """Ours, without those of allauth, which `Relabelled` gives their sentences."""
    import_module(settings.ROOT_URLCONF)
    left: list[Any] = [*forms.Form.__subclasses__(), *forms.ModelForm.__subclasses__()]
    while left:
        form = left.pop()
        left += form.__subclasses__()
        ours = form.__module__.startswith(PAGES) and ".tests." not in form.__module__
        if ours and not issubclass(form, Relabelled):
            yield form
