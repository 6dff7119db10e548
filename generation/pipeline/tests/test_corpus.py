"""The detectors against the examples in `corpus/`: nothing missed, and no false alarm."""

from collections.abc import Callable
from pathlib import Path

import pytest

from generation.llm.base import FULL
from generation.pipeline import chatter
from generation.pipeline.leaks import leaks
from generation.pipeline.loops import loop_start
from generation.pipeline.prompts import section
from generation.pipeline.refusals import is_refusal
from generation.pipeline.types import Brief, Outline, SectionPlan

CORPUS = Path(__file__).with_name("corpus")
LEAST = 40
LANGUAGES = {"en", "de", "fr", "es", "zh", "ja"}

_PLAN = Outline(title="Pots", slug="pots", description="Pots.", sections=(SectionPlan(heading="Soil"),))
INSTRUCTIONS = section(Brief(topic="Pots", sections=1), _PLAN, 1, FULL).system


def is_opening(line: str) -> bool:
    """As the first line of a reply."""
    return chatter.may_open(line) and chatter.opening(line) > 0


def is_closing(line: str) -> bool:
    """As the last line of a reply."""
    return chatter.may_close(line) and chatter.is_closing(line)


DETECTORS: dict[str, Callable[[str], bool]] = {
    "refusals": is_refusal,
    "leaks": lambda text: leaks(text, INSTRUCTIONS),
    "loops": lambda text: loop_start(text) is not None,
    "openings": is_opening,
    "closings": is_closing,
}


def examples(name: str) -> list[tuple[str, str]]:
    """(language, text) of every line of a file of the corpus."""
    lines = (CORPUS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [
        (language, text.replace("⏎", "\n")) for language, _, text in (line.partition(" | ") for line in lines)
    ]


@pytest.mark.parametrize("detector", DETECTORS)
def test_precision_and_recall(detector: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = DETECTORS[detector]
    true, false = examples(f"{detector}.true"), examples(f"{detector}.false")
    missed = [example for example in true if not found(example[1])]
    alarms = [example for example in false if found(example[1])]
    hits = len(true) - len(missed)
    precision, recall = hits / max(1, hits + len(alarms)), hits / len(true)
    figures = f"precision {precision:.3f}, recall {recall:.3f} ({len(true)} true, {len(false)} false)"
    with capsys.disabled():
        print(f"\n{detector}: {figures}")
    assert not missed
    assert not alarms


@pytest.mark.parametrize("kind", ["true", "false"])
@pytest.mark.parametrize("detector", DETECTORS)
def test_the_corpus_is_wide_enough(detector: str, kind: str) -> None:
    found = examples(f"{detector}.{kind}")
    assert len({text for _, text in found}) == len(found) >= LEAST
    assert {language for language, _ in found} >= LANGUAGES


@pytest.mark.parametrize("detector", ["refusals", "leaks", "loops"])
def test_no_detector_looks_at_code_quotations_or_tables(detector: str) -> None:
    for _, text in examples(f"{detector}.true"):
        line = " ".join(text.split())
        around = "The soil of a pot dries in the wind. "
        assert not DETECTORS[detector](f"{around}\n\n```\n{text}\n```"), text
        assert not DETECTORS[detector](around + "\n\n> " + text.replace("\n", "\n> ")), text
        assert not DETECTORS[detector](f"{around}\n\n| a | b |\n|---|---|\n| {line} | x |"), text
