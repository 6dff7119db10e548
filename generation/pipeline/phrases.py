"""The lists of `phrases.toml` as patterns: what models say that is no part of a text."""

import re
import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("phrases.toml")


@cache
def phrases(kind: str) -> tuple[str, ...]:
    """All phrases of one kind, of every language, the longest first."""
    found = {phrase for each in _languages().values() for phrase in each[kind]}
    return tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))


@cache
def begun(kinds: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    """All phrases of some kinds, and every beginning of one."""
    whole = tuple(phrase for kind in kinds for phrase in phrases(kind))
    return whole, frozenset(phrase[:length] for phrase in whole for length in range(len(phrase) + 1))


@cache
def pattern(kind: str, *, stems: bool = False) -> re.Pattern[str]:
    """Any phrase of one kind, in words of its own where its script has spaces. `stems`: a word may go on."""
    unspaced = [re.escape(phrase) for phrase in phrases(kind) if _is_unspaced(phrase)]
    spaced = (_alternative(phrase, stem=stems) for phrase in phrases(kind) if not _is_unspaced(phrase))
    # No phrase of the first kind begins like one of the second, so their order does not matter.
    return re.compile("|".join([rf"(?<![^\W_])(?:{'|'.join(spaced)})", *unspaced]))


def _is_unspaced(phrase: str) -> bool:
    return ord(phrase[0]) >= 0x3000  # Chinese, Japanese


def _alternative(phrase: str, *, stem: bool) -> str:
    end = r"(?!\w)" if phrase[-1].isalnum() and not stem else ""
    return f"{re.escape(phrase)}{end}"


def languages() -> tuple[str, ...]:
    """The languages of the lists."""
    return tuple(_languages())


def plain(text: str) -> str:
    """`text` as phrases are compared: lower case, straight apostrophes, plain spaces. Its length stays."""
    lowered = text.lower()
    if len(lowered) != len(text) or "Σ" in text:  # the length of some letters changes; that one looks around
        lowered = "".join(each.lower() if len(each.lower()) == 1 else each for each in text)
    for each, instead in _PLAIN.items():
        lowered = lowered.replace(each, instead)
    return lowered


_PLAIN = {"’": "'", "‘": "'", "\xa0": " ", "\u202f": " ", "\t": " ", "\u3000": " "}


@cache
def _languages() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
