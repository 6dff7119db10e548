"""The form for a new post, with the same limits as the API."""

import re
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator

from generation.llm.catalogue import Choice, choices
from generation.pipeline.types import (
    LANGUAGE,
    MAX_AUDIENCE,
    MAX_KEYWORD,
    MAX_KEYWORDS,
    MAX_SECTIONS,
    MAX_TOPIC,
    MAX_WORDS,
    MIN_WORDS,
    TONES,
    WORDS_PER_SECTION,
    Brief,
)
from generation.runs.costs import MAX_COST_LIMIT, MIN_COST_LIMIT
from generation.runs.start import RunOptions

LANGUAGES = {
    "ar": "العربية",
    "zh": "中文",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "he": "עברית",
    "hi": "हिन्दी",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "ru": "Русский",
    "tr": "Türkçe",
}
MAX_QUERY_LENGTH = 6000
"""Characters of a query string that every server and proxy accepts."""


class TextField(forms.CharField):
    """Text as it was typed. Browsers send each line break of a text area as two characters."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class KeywordsField(TextField):
    """A tuple of keywords, separated by commas or line breaks."""

    def clean(self, value: Any) -> tuple[str, ...]:
        words = (word.strip() for word in re.split(r"[,\n;、，،]", super().clean(value)))
        keywords = tuple(dict.fromkeys(word for word in words if word))
        if len(keywords) > MAX_KEYWORDS:
            raise forms.ValidationError(f"Enter at most {MAX_KEYWORDS} keywords; there are {len(keywords)}.")
        if any(len(keyword) > MAX_KEYWORD for keyword in keywords):
            raise forms.ValidationError(f"A keyword may have at most {MAX_KEYWORD} characters.")
        return keywords


def model_choices() -> list[tuple[str, str]]:
    """The configured models, the default first. Its value is empty, so that other providers can stand in."""
    return [(_value(choice), _option(choice)) for choice in choices()] or [("", "")]


def _value(choice: Choice) -> str:
    return "" if choice.default else f"{choice.provider}/{choice.model}"


def _option(choice: Choice) -> str:
    """One line of the list: "gpt-5.2 (default) · $1.75 in, $14.00 out · 400K context"."""
    name = f"{choice.label} (default)" if choice.default else choice.label
    context = [f"{_short(choice.context_window)} context"] if choice.context_window else []
    return " · ".join([name, choice.price_display, *context])


def _short(tokens: int) -> str:
    return f"{tokens / 1_000_000:.3g}M" if tokens >= 1_000_000 else f"{tokens / 1000:.3g}K"


class BriefForm(forms.Form):
    """`form` identifies the rendered form, so that submitting it twice makes one post."""

    form = forms.UUIDField(widget=forms.HiddenInput)
    topic = TextField(
        max_length=MAX_TOPIC,
        error_messages={
            "required": "Say in a few words what the post should be about.",
            "max_length": "A topic may have at most %(limit_value)d characters; this one has %(show_value)d.",
        },
    )
    sections = forms.TypedChoiceField(
        coerce=int,
        choices=[
            (number, f"{number} section{'s' if number > 1 else ''}") for number in range(1, MAX_SECTIONS + 1)
        ],
    )
    tone = forms.ChoiceField(choices=[(tone, tone.capitalize()) for tone in TONES])
    keywords = KeywordsField(
        required=False,
        max_length=MAX_KEYWORDS * (MAX_KEYWORD + 2),
        help_text=f"Up to {MAX_KEYWORDS}, with commas between.",
    )
    audience = TextField(required=False, max_length=MAX_AUDIENCE)
    language = forms.CharField(
        validators=[RegexValidator(f"^{LANGUAGE}$", "Choose a language from the list.")],
    )
    words = forms.IntegerField(
        required=False,
        help_text=f"{MIN_WORDS} to {MAX_WORDS:,}. Left empty: about {WORDS_PER_SECTION} a section.",
        validators=[
            MinValueValidator(MIN_WORDS, f"A post has at least {MIN_WORDS} words."),
            MaxValueValidator(MAX_WORDS, f"A post has at most {MAX_WORDS:,} words."),
        ],
        error_messages={"invalid": "Write the number of words in digits, such as 1200."},
    )
    model = forms.ChoiceField(
        required=False,
        choices=model_choices,
        error_messages={"invalid_choice": "This model is no longer configured. Choose one from the list."},
    )
    include_faq = forms.BooleanField(required=False)
    email_when_done = forms.BooleanField(required=False)
    review_outline = forms.BooleanField(required=False)

    def brief(self) -> Brief:
        """The brief of a valid form."""
        return Brief(**{name: self.cleaned_data[name] for name in Brief.model_fields})

    def options(self) -> RunOptions:
        """The run options of a valid form."""
        provider, model = self.requested_model()
        return RunOptions(
            brief=self.brief(),
            provider=provider,
            model=model,
            email_when_done=self.cleaned_data["email_when_done"],
            review_outline=self.cleaned_data["review_outline"],
        )

    def sizing_brief(self) -> Brief:
        """A brief of the size that the form asks for, with defaults for missing or invalid fields."""
        given: dict[str, Any] = {}
        for name in ("sections", "words", "language", "include_faq"):
            with suppress(forms.ValidationError):
                given[name] = self.fields[name].clean(self[name].value())
        return Brief(topic="", **given)

    def requested_model(self) -> tuple[str, str]:
        """(provider, model) of a valid choice; both are empty for the default, and for an invalid choice."""
        chosen = ""
        with suppress(forms.ValidationError):
            chosen = self.fields["model"].clean(self["model"].value())
        provider, _, model = chosen.partition("/")
        return provider, model

    def languages(self) -> list[tuple[str, str]]:
        """The languages to choose from, including one that was preset by a link."""
        chosen = str(self["language"].value() or "en")
        more = {} if chosen in LANGUAGES else {chosen: chosen}
        return list({**LANGUAGES, **more}.items())

    def models(self) -> list[tuple[Any, Any]]:
        """The models to choose from; empty when there is only one."""
        offered = list(self.fields["model"].choices)  # type: ignore[attr-defined]
        return offered if len(offered) > 1 or self.errors.get("model") else []

    def has_choices(self) -> bool:
        """Whether a field under "More choices" differs from its default, so that they should be shown."""
        names = [name for name in self.fields if name not in ("form", "topic")]
        return any(
            self.errors.get(name) or str(self[name].value() or "") != str(DEFAULTS[name] or "")
            for name in names
        )


class CostLimitForm(forms.Form):
    """An optional new cost limit for a run that stopped at its old one, with the same bounds as the API."""

    max_cost_usd = forms.DecimalField(
        required=False,
        max_digits=8,
        decimal_places=4,
        min_value=MIN_COST_LIMIT,
        max_value=MAX_COST_LIMIT,
        error_messages={"invalid": "Write the limit as a number of dollars, such as 0.50."},
    )


DEFAULTS: dict[str, Any] = {
    "topic": "",
    "sections": Brief.model_fields["sections"].default,
    "tone": Brief.model_fields["tone"].default,
    "keywords": "",
    "audience": "",
    "language": Brief.model_fields["language"].default,
    "words": None,
    "model": "",
    "include_faq": True,
    "email_when_done": False,
    "review_outline": False,
}


def new_form(query: Mapping[str, str]) -> BriefForm:
    """An unbound form with initial values from the query string."""
    given: dict[str, Any] = {name: query[name] for name in DEFAULTS if name in query}
    for name in {"include_faq", "email_when_done", "review_outline"} & given.keys():
        given[name] = given[name] not in ("false", "")
    return BriefForm(initial={**DEFAULTS, **given, "form": uuid.uuid4()})


def form_query(sent: Mapping[str, str]) -> str:
    """The query string that fills in the form again; only the topic if everything would be too long."""
    typed = {name: sent[name] for name in DEFAULTS if sent.get(name, "") != str(DEFAULTS[name] or "")}
    typed["include_faq"] = "true" if sent.get("include_faq") else "false"
    query = urlencode(typed)
    return (
        query if len(query) <= MAX_QUERY_LENGTH else urlencode({"topic": sent.get("topic", "")[:MAX_TOPIC]})
    )
