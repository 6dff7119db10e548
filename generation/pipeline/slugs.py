"""The name of a post in its address."""

import re
import unicodedata

from anyascii import anyascii

from generation.pipeline.types import MAX_SLUG

_LOOKED_AT = 10 * MAX_SLUG
_BETWEEN = re.compile(r"-{2,}")
_POINTED = re.compile(r"[\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
"""Points and accents of Hebrew and Arabic, which their addresses leave out."""


def slug(*texts: str) -> str:
    """Whole words between hyphens, 1 to 80 characters: of the first text that is mostly ASCII, or the first.

    Latin letters become ASCII ("große" is "grosse"), other scripts stay as they are.
    """
    names = [name for name in map(_name, texts) if name]
    return next((name for name in names if _is_mostly_ascii(name)), names[0] if names else "post")


def _name(text: str) -> str:
    name = _BETWEEN.sub("-", "".join(map(_written, _letters(text)))).strip("-")
    return name if len(name) <= MAX_SLUG else _shortened(name)


def _shortened(name: str) -> str:
    whole_words = name[: MAX_SLUG + 1].rpartition("-")[0]
    return (whole_words or name[:MAX_SLUG]).strip("-")


def _letters(text: str) -> str:
    """`text` in its usual characters: composed, no full-width forms, no points or accents over letters."""
    text = unicodedata.normalize("NFKC", text[:_LOOKED_AT])
    # NFKC takes apart one vowel of Thai and one of Lao that everybody writes as one.
    text = text.replace("\u0e4d\u0e32", "\u0e33").replace("\u0ecd\u0eb2", "\u0eb3")
    return _POINTED.sub("", text)


def _written(character: str) -> str:
    """What stands for `character`: itself, its ASCII, a hyphen between words, or nothing within one."""
    kind = unicodedata.category(character)
    name = unicodedata.name(character, "")
    if kind == "Cf" or name.startswith(("COMBINING", "MODIFIER LETTER")):
        return ""
    if name.startswith("LATIN"):
        return anyascii(character).lower()
    return character.lower() if kind[0] in "LNM" else "-"


def _is_mostly_ascii(name: str) -> bool:
    return sum(map(str.isascii, name)) * 2 > len(name)
