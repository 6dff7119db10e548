"""Whether a text is in another language than it was asked for, as far as that is certain; and which it is in.

Languages with a script of their own are told by it, the others by CLD3: 1.4 MB with its model, ready in two
milliseconds, and it says when it is not sure.
"""

import re
from functools import cache

import gcld3  # type: ignore[import-untyped]

from generation.pipeline.languages import primary
from generation.pipeline.prose import prose

_LEAST = 150
"""Letters, of which a Chinese, Japanese or Korean one counts for three. A shorter text is not judged."""
_LOOKED_AT = 3_000
_CERTAIN = 0.999
"""What CLD3 says of ordinary prose of a few hundred letters. Of a list of words it says less."""
_LEAST_TO_TELL, _LIKELY = 40, 0.95
"""Enough to say what a text is in, where a mistake costs little."""
_SCRIPTS = {
    "ar": "\u0600-\u06ff\u0750-\u077f",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "he": "\u0590-\u05ff",
    "hi": "\u0900-\u097f",
    "ja": "\u3040-\u30ff\u3400-\u9fff",
    "ka": "\u10a0-\u10ff",
    "km": "\u1780-\u17ff",
    "ko": "\u1100-\u11ff\uac00-\ud7af",
    "lo": "\u0e80-\u0eff",
    "my": "\u1000-\u109f",
    "ru": "\u0400-\u04ff",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "th": "\u0e00-\u0e7f",
    "zh": "\u3400-\u9fff",
}
_SAME_SCRIPT = {
    "fa": "ar",
    "ur": "ar",
    "mr": "hi",
    "ne": "hi",
    "uk": "ru",
    "bg": "ru",
    "be": "ru",
    "mk": "ru",
}
_EASTERN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_KANA = re.compile("[\u3040-\u30ff]")
_NOT_A_LETTER = re.compile(r"[\W\d_]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S{1,400}")
# Too close to each other, or to those that CLD3 knows, to be told apart without doubt.
_FAMILIES = (
    {"no", "nb", "nn", "da", "sv"},
    {"hr", "bs", "sr", "sl", "mk"},
    {"id", "ms", "jv", "su"},
    {"cs", "sk"},
    {"pt", "gl"},
    {"es", "ca", "gl"},
    {"nl", "af", "fy"},
    {"de", "lb"},
    {"it", "co"},
    {"he", "iw", "yi"},
    {"en", "sco"},
)
_KNOWN = [
    "af",
    "bs",
    "ca",
    "co",
    "cs",
    "cy",
    "da",
    "de",
    "en",
    "eo",
    "es",
    "et",
    "eu",
    "fi",
    "fil",
    "fr",
    "ga",
    "gl",
    "hr",
    "hu",
    "id",
    "is",
    "it",
    "lb",
    "lt",
    "lv",
    "ms",
    "mt",
    "nb",
    "nl",
    "nn",
    "no",
    "pl",
    "pt",
    "ro",
    "sk",
    "sl",
    "so",
    "sq",
    "sv",
    "sw",
    "tr",
    "vi",
]


def is_other_language(text: str, asked: str) -> bool:
    """Whether `text` is certainly not in the language with the code `asked`."""
    text, written = _words(text)
    code = primary(asked)
    if len(written) + 2 * len(_EASTERN.findall(written)) < _LEAST:
        return False
    script = _SAME_SCRIPT.get(code, code)
    if script in _SCRIPTS:
        if code in ("zh", "ja") and _EASTERN.search(written) and _is_japanese(written) != (code == "ja"):
            return True
        return _share(_SCRIPTS[script], written) < 0.2
    if code not in _KNOWN:
        return False
    if len(written) - len(_LATIN.sub("", written)) < len(written) * 0.2:
        return True
    return _by_cld3(text, _CERTAIN) not in (
        "",
        code,
        *(each for family in _FAMILIES if code in family for each in family),
    )


def detected(text: str) -> str:
    """The language with Latin letters that `text` is in, most likely; empty where that can't be told."""
    text, written = _words(text)
    found = _by_cld3(text, _LIKELY) if len(written) >= _LEAST_TO_TELL else ""
    return found if found in _KNOWN else ""


def _words(text: str) -> tuple[str, str]:
    """The beginning of the text without marks and addresses, and the letters in it."""
    words = _ADDRESS.sub(" ", prose(text[:_LOOKED_AT]))
    return words, _NOT_A_LETTER.sub("", words)


def _share(script: str, letters: str) -> float:
    return len(re.findall(f"[{script}]", letters)) / len(letters)


def _is_japanese(letters: str) -> bool:
    return len(_KANA.findall(letters)) > len(letters) * 0.2


def _by_cld3(text: str, certainty: float) -> str:
    """The language that `text` is in; empty where that is less certain."""
    found = _detector().FindLanguage(text)
    return str(found.language) if found.is_reliable and found.probability >= certainty else ""


@cache
def _detector() -> gcld3.NNetLanguageIdentifier:
    return gcld3.NNetLanguageIdentifier(0, _LOOKED_AT)
