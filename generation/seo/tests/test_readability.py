"""Formulas of readability, on texts whose words, sentences and syllables were counted by hand."""

import pytest

from generation.seo.readability import readability, syllables_of
from generation.seo.text import read

GETTYSBURG = (
    "Four score and seven years ago our fathers brought forth on this continent a new nation conceived "
    "in liberty and dedicated to the proposition that all men are created equal"
)


def test_syllables_of_a_famous_sentence() -> None:
    assert sum(syllables_of(word, "en") for word in GETTYSBURG.lower().split()) == 48


@pytest.mark.parametrize(
    ("language", "text", "formula", "value"),
    [
        # Behind each: its words and syllables.
        ("en", "The moon pulls the water. The sea comes in slowly.", "Flesch reading ease", 100.2),  # 10, 12
        ("de-AT", "Der Mond zieht das Wasser. Das Meer kommt langsam an.", "Amstad", 104.8),  # 10, 12
        ("fr", "La lune attire la mer. La mer monte sur la plage.", "Kandel-Moles", 121.1),  # 11, 12
        ("es", "La luna mueve el agua. El mar sube muy poco.", "Fernández-Huerta", 111.7),  # 10, 15
        ("it", "La luna muove il mare. Il mare sale piano.", "Flesch-Vacca", 111.2),  # 9, 15
        ("sv", "Månen drar i havet. Vattnet kommer tillbaka långsamt.", "LIX", 41.5),  # 8, 3 of them long
    ],
)
def test_each_language_has_its_formula(language: str, text: str, formula: str, value: float) -> None:
    found = readability(read(text, language))
    assert found is not None
    assert (found.formula, round(found.value, 1)) == (formula, value)


@pytest.mark.parametrize("language", ["ja", "zh-Hant", "ko", "th", "en"])
def test_none_without_words_between_blanks(language: str) -> None:
    assert readability(read("今日は晴れ。明日は雨。", language)) is None
