"""How a language is written: which way, and what is counted of it."""

from django.conf import settings


def direction_of(language: str) -> str:
    """The value of `dir` for text in that language (BCP-47): "rtl", or "auto", which goes by its letters."""
    return "rtl" if language.split("-")[0].lower() in settings.LANGUAGES_BIDI else "auto"


def counts_characters(language: str) -> bool:
    """Whether its writers count characters: words are not spaced."""
    return language.split("-")[0].lower() in ("zh", "ja")
