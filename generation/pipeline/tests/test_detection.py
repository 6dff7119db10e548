"""A text in another language than it was asked for, told from one that is not and from what is uncertain."""

import pytest

from generation.llm.simulated import writing
from generation.llm.simulated.asked import Asked
from generation.pipeline.detection import is_other_language
from generation.pipeline.tests.test_corpus import examples

TEXTS = dict(examples("languages"))


@pytest.mark.parametrize("written", TEXTS)
def test_every_language_is_told_from_the_others(written: str) -> None:
    assert not is_other_language(TEXTS[written], written)
    assert not is_other_language(TEXTS[written], f"{written}-XX")
    missed = [asked for asked in TEXTS if asked != written and not is_other_language(TEXTS[written], asked)]
    assert missed == []


@pytest.mark.parametrize("asked", ["de", "fr", "pl"])
def test_what_is_not_certain_is_let_pass(asked: str) -> None:
    lists = [
        writing.reply(Asked("m", "", f"Part {number} in about 200 words.", 900, None, True))
        for number in range(60)
    ]
    assert not any(is_other_language(text, asked) for text in lists)
    assert not is_other_language("A short text.", asked)
    assert not is_other_language("```\n" + TEXTS["en"] + "\n```", asked)


@pytest.mark.parametrize("asked", ["", "tlh", "x-pirate", "gsw"])
def test_a_language_that_the_detector_does_not_know_is_not_judged(asked: str) -> None:
    assert not is_other_language(TEXTS["en"], asked)
