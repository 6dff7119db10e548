"""The form for a new post, with the same limits as the API."""

import re
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import get_language_info

from blogai.core.form_errors import CHOICE, LENGTH, NUMBER
from generation.llm.catalogue import Choice, choices
from generation.pipeline.scripts import SCRIPTS, language_of
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
from generation.runs.quote import cents, estimated_cost
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
AUTOMATIC = "auto"
"""The language of the topic, as far as its script says that; else English."""
MAX_PREFILLED_TOPIC = 4 * MAX_TOPIC
"""Characters that an address may put into the field: what is over the limit is shown, and counted there."""
DEMO_DEFAULTS = {"sections": 2, "words": 300}
"""What the demo model can do in a minute or two."""
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
            raise forms.ValidationError(f"Enter up to {MAX_KEYWORDS} keywords. You have {len(keywords)}.")
        if any(len(keyword) > MAX_KEYWORD for keyword in keywords):
            raise forms.ValidationError(f"A keyword can have up to {MAX_KEYWORD} characters.")
        return keywords


def model_choices() -> list[tuple[str, str]]:
    """The configured models, the default first. Its value is empty, so that other providers can stand in."""
    return [(_value(choice), _option(choice)) for choice in choices()] or [("", "")]


def language_name(code: str) -> str:
    """What its speakers call the language; the bare code where we do not know that."""
    with suppress(KeyError):
        return LANGUAGES.get(code) or str(get_language_info(code)["name_local"])
    return code


def _value(choice: Choice) -> str:
    return "" if choice.default else f"{choice.provider}/{choice.model}"


def _option(choice: Choice) -> str:
    """One line of the list: "gpt-5.2 (default) · about $0.05 a post"."""
    name = f"{choice.label} (default)" if choice.default else choice.label
    cost = estimated_cost(Brief(topic=""), choice.provider, choice.model)
    if cost is None:
        return f"{name} · price not known"
    return f"{name} · {f'{cents(cost)} a post' if cost else 'free'}"


class BriefForm(forms.Form):
    """`form` identifies the rendered form, so that submitting it twice makes one post.

    `defaults` are what an untouched form has.
    """

    form = forms.UUIDField(widget=forms.HiddenInput)
    topic = TextField(
        max_length=MAX_TOPIC,
        error_messages={
            "required": "Say in a few words what you want to write about.",
            "max_length": "A topic can have up to %(limit_value)d characters. Yours has %(show_value)d.",
        },
    )
    sections = forms.TypedChoiceField(
        coerce=int,
        choices=[
            (number, f"{number} section{'s' if number > 1 else ''}") for number in range(1, MAX_SECTIONS + 1)
        ],
        error_messages=CHOICE,
    )
    tone = forms.ChoiceField(choices=[(tone, tone.capitalize()) for tone in TONES], error_messages=CHOICE)
    keywords = KeywordsField(
        required=False,
        max_length=MAX_KEYWORDS * (MAX_KEYWORD + 2),
        help_text=f"Up to {MAX_KEYWORDS}, separated by commas.",
        error_messages=LENGTH,
    )
    audience = TextField(required=False, max_length=MAX_AUDIENCE, error_messages=LENGTH)
    language = forms.CharField(
        validators=[RegexValidator(f"^({LANGUAGE}|{AUTOMATIC})$", "Choose a language from the list.")],
        error_messages=CHOICE,
    )
    words = forms.IntegerField(
        required=False,
        help_text=f"{MIN_WORDS} to {MAX_WORDS:,}. Leave blank for about {WORDS_PER_SECTION} a section.",
        validators=[
            MinValueValidator(MIN_WORDS, f"A post has at least {MIN_WORDS} words."),
            MaxValueValidator(MAX_WORDS, f"A post has at most {MAX_WORDS:,} words."),
        ],
        error_messages={"invalid": "Enter a number of words, such as 1200."},
    )
    model = forms.ChoiceField(
        required=False,
        choices=model_choices,
        error_messages={"invalid_choice": "That model isn’t available anymore. Choose one from the list."},
    )
    include_faq = forms.BooleanField(required=False)
    email_when_done = forms.BooleanField(required=False)
    review_outline = forms.BooleanField(required=False)

    def __init__(self, *args: Any, defaults: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.defaults = {**DEFAULTS, **(defaults or {})}

    def brief(self) -> Brief:
        """The brief of a valid form."""
        given = {name: self.cleaned_data[name] for name in Brief.model_fields}
        return Brief(
            **given | {"language": self.suggested_language() if self.automatic else given["language"]}
        )

    @property
    def automatic(self) -> bool:
        """Whether the language is left to us."""
        return str(self["language"].value() or "") == AUTOMATIC

    usual_language = str(Brief.model_fields["language"].default)

    def suggested_language(self) -> str:
        return language_of(str(self["topic"].value() or "")) or self.usual_language

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
        if given.get("language") == AUTOMATIC:
            given["language"] = self.suggested_language()
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
        chosen = str(self["language"].value() or AUTOMATIC)
        more = {} if chosen in (AUTOMATIC, *LANGUAGES) else {chosen: language_name(chosen)}
        automatic = f"Automatic ({language_name(self.suggested_language())})"
        return list({AUTOMATIC: automatic, **LANGUAGES, **more}.items())

    def scripts(self) -> list[dict[str, str]]:
        """What the page needs to name the language of a topic while it is typed."""
        usual = self.usual_language
        named = [{**script._asdict(), "name": language_name(script.language)} for script in SCRIPTS]
        return [*named, {"language": usual, "name": language_name(usual), "letters": "", "marks": ""}]

    def models(self) -> list[tuple[Any, Any]]:
        """The models to choose from; empty when there is only one."""
        offered = list(self.fields["model"].choices)  # type: ignore[attr-defined]
        return offered if len(offered) > 1 or self.errors.get("model") else []

    def has_choices(self) -> bool:
        """Whether a field under "More choices" differs from its default, so that they should be shown."""
        names = [name for name in self.fields if name not in ("form", "topic")]
        return any(
            self.errors.get(name) or str(self[name].value() or "") != str(self.defaults[name] or "")
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
        error_messages={**NUMBER, "invalid": "Write the limit as a number of dollars, such as 0.50."},
    )


DEFAULTS: dict[str, Any] = {
    "topic": "",
    "sections": Brief.model_fields["sections"].default,
    "tone": Brief.model_fields["tone"].default,
    "keywords": "",
    "audience": "",
    "language": AUTOMATIC,
    "words": None,
    "model": "",
    "include_faq": True,
    "email_when_done": False,
    "review_outline": False,
}


PREFERENCES = ("language", "tone", "sections", "words")
"""The defaults that a user may choose, in Settings, Writing."""


def new_form(query: Mapping[str, str], defaults: Mapping[str, Any]) -> BriefForm:
    """An unbound form with initial values from the query string, else the user's defaults."""
    given: dict[str, Any] = {name: query[name] for name in DEFAULTS if name in query}
    if "topic" in given:
        given["topic"] = given["topic"][:MAX_PREFILLED_TOPIC]
    for name in {"include_faq", "email_when_done", "review_outline"} & given.keys():
        given[name] = given[name] not in ("false", "")
    initial = {**DEFAULTS, **defaults, **given, "form": uuid.uuid4()}
    return BriefForm(initial=initial, defaults=defaults)


def form_query(sent: Mapping[str, str]) -> str:
    """The query string that fills in the form again; only the topic if everything would be too long.

    It may be read by somebody with other defaults than it was typed with, so it names all of those.
    """
    typed = {name: sent[name] for name in DEFAULTS if sent.get(name, "") != str(DEFAULTS[name] or "")}
    typed |= {name: sent[name] for name in PREFERENCES if name in sent}
    typed["include_faq"] = "true" if sent.get("include_faq") else "false"
    query = urlencode(typed)
    return (
        query if len(query) <= MAX_QUERY_LENGTH else urlencode({"topic": sent.get("topic", "")[:MAX_TOPIC]})
    )
