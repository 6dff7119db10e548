"""The language that a short text is probably in, where its script says so."""

import re
from typing import NamedTuple


class Script(NamedTuple):
    """`letters` are those of the script, `marks` those that only this language has, as in a regex."""

    language: str
    letters: str
    marks: str = ""


SCRIPTS = (
    Script("ja", "\u3040-\u30ff\u3400-\u9fff", "\u3040-\u30ff"),
    Script("zh", "\u3400-\u9fff"),
    Script("ko", "\u1100-\u11ff\uac00-\ud7af"),
    Script("uk", "\u0400-\u04ff", "іїєґІЇЄҐ"),
    Script("ru", "\u0400-\u04ff"),
    Script("ur", "\u0600-\u06ff\u0750-\u077f", "ٹڈڑںے"),
    Script("fa", "\u0600-\u06ff\u0750-\u077f", "پچژگ"),
    Script("ar", "\u0600-\u06ff\u0750-\u077f"),
    Script("he", "\u0590-\u05ff"),
    Script("hi", "\u0900-\u097f"),
    Script("el", "\u0370-\u03ff\u1f00-\u1fff"),
    Script("th", "\u0e00-\u0e7f"),
)
"""The first that fits is meant. The form of a new post has the same table, for who is still typing."""


def language_of(text: str) -> str:
    """The language whose script more than half of the letters are in; empty where that says nothing."""
    letters = sum(map(str.isalpha, text))
    for script in SCRIPTS:
        own = sum(map(str.isalpha, "".join(re.findall(f"[{script.letters}]", text))))
        if own * 2 > letters and (not script.marks or re.search(f"[{script.marks}]", text)):
            return script.language
    return ""
