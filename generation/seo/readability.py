"""How easy a text is to read, by the formula that was made for its language.

| language | formula | source |
| --- | --- | --- |
| en | Flesch reading ease | Flesch 1948, A new readability yardstick |
| de | Amstad | Amstad 1978, Wie verständlich sind unsere Zeitungen? |
| fr | Kandel and Moles | 1958, Application de l’indice de Flesch à la langue française |
| es | Fernández Huerta | 1959, Medidas sencillas de lecturabilidad, as Law 2011 reads it |
| it | Flesch and Vacca | Franchina and Vacca 1986, Adaptation of Flesch readability index |
| others | LIX | Björnsson 1968, Läsbarhet |

The first five run from 0 to 100, easiest last, and LIX the other way round. Languages without spaces between
words, or without marks at the ends of sentences, have none that we trust.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pyphen

from generation.pipeline.words import unspaced
from generation.seo.text import Text

_LONG = 6
"""LIX counts words of more letters than these."""
_DICTIONARIES = {"en": "en_US", "de": "de_DE", "fr": "fr", "es": "es", "it": "it_IT"}
_VOWELS = re.compile(r"[aeiouyàáâäèéêëìíîïòóôöùúûüæœ]+")
_SILENT = {"en": re.compile(r"(?<=[aeiouy][^aeiouyl])e[sd]?$"), "fr": re.compile(r"e(?:s|nt)?$")}
_HYPHENATED = 40
"""Letters of the longest word that is looked up: hyphenating takes the square of the length."""
_WITHOUT = {"zh", "ja", "ko", "th", "lo", "km", "my", "bo", "dz"}


@dataclass(frozen=True)
class Readability:
    """`easy`: whether most adults read it without effort."""

    formula: str
    value: float
    easy: bool
    bound: str


type _Formula = Callable[[float, float], float]
"""From words a sentence and syllables a word."""

_FORMULAS: dict[str, tuple[str, _Formula]] = {
    "en": ("Flesch reading ease", lambda words, syllables: 206.835 - 1.015 * words - 84.6 * syllables),
    "de": ("Amstad", lambda words, syllables: 180 - words - 58.5 * syllables),
    "fr": ("Kandel-Moles", lambda words, syllables: 207 - 1.015 * words - 73.6 * syllables),
    "es": ("Fernández-Huerta", lambda words, syllables: 206.84 - 1.02 * words - 60 * syllables),
    "it": ("Flesch-Vacca", lambda words, syllables: 217 - 1.3 * words - 60 * syllables),
}
_EASY = 50
"""Flesch’s own table: from 60 standard, from 50 fairly difficult, below that difficult."""
_EASY_LIX = 50
"""Björnsson’s: up to 40 newspapers, up to 50 factual prose, above that specialist texts."""


def readability(text: Text) -> Readability | None:
    """None where there is no sentence, or no formula for the language."""
    sentences = text.sentences
    words = [word for sentence in sentences for word in sentence]
    if not words or text.language in _WITHOUT or unspaced(words):
        return None
    length = len(words) / len(sentences)
    if text.language in _FORMULAS:
        name, formula = _FORMULAS[text.language]
        value = formula(length, _syllables(words, text.language) / len(words))
        return Readability(name, value, value >= _EASY, f"{_EASY} or more")
    value = length + 100 * sum(len(word) > _LONG for word in words) / len(words)
    return Readability("LIX", value, value <= _EASY_LIX, f"{_EASY_LIX} or less")


def _syllables(words: list[str], language: str) -> int:
    return sum(times * syllables_of(word, language) for word, times in Counter(words).items())


def syllables_of(word: str, language: str) -> int:
    """At least 1: the places for a hyphen, or the groups of vowels if there are more.

    Either alone counts too few: a single letter gets no hyphen, and two syllables may meet in a group. Of the
    84 syllables at the beginning of the Gettysburg Address hyphens find 79, groups 80, and this 84.
    """
    heard = _SILENT[language].sub("", word) if language in _SILENT else word
    hyphens = len(_hyphens(language).positions(word)) if len(word) <= _HYPHENATED else 0
    return max(1, hyphens + 1, len(_VOWELS.findall(heard)))


@cache
def _hyphens(language: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang=_DICTIONARIES[language])
