"""Words of a text in any script, and where its sentences end."""

import re
from functools import lru_cache

# Chinese, Japanese: written without spaces, so that each character counts as a word.
CHARACTERS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CHARACTER = re.compile(f"[{CHARACTERS}]")
_WORD = re.compile(rf"[{CHARACTERS}]|[^\s—–/|{CHARACTERS}]+")
_EDGES = "!\"#$%&'()*+,-.:;<=>?@[\\]^_`{|}~«»‘’“”„…·•。、，！？；：（）「」『』【】؟،؛।"
_SENTENCE_END = re.compile(r"[.!?…؟।][*_\"'”’»)\]]*(?=\s|$)|[。！？][」』”’）*_]*")
_ONLY_A_NUMBER = re.compile(r"[ \t>]*\d+\.")


def words(text: str) -> list[str]:
    """The words of `text` as they compare: lower case, without the punctuation around them."""
    stripped = (word.strip(_EDGES) for word in _WORD.findall(text.casefold()))
    return [word for word in stripped if word.isalnum() or any(map(str.isalnum, word))]


def count(text: str) -> int:
    """How many words `text` has; a Chinese or Japanese character is one."""
    return len(words(text))


def unspaced(sequence: list[str]) -> bool:
    """Whether most of these words are single Chinese or Japanese characters."""
    return sum(len(word) == 1 and bool(_CHARACTER.match(word)) for word in sequence) * 2 > len(sequence)


@lru_cache(maxsize=48)  # every section is compared with every other
def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Every sequence of 5 words of `text`; of 10 characters where words are not spaced."""
    sequence = words(text)
    size = 10 if unspaced(sequence) else 5
    return frozenset(tuple(sequence[start : start + size]) for start in range(len(sequence) - size + 1))


def whole_sentences(text: str) -> str:
    """`text`, which was cut, up to its last whole sentence or line; empty if it has neither."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text) if not _counts_a_list(text, match)]
    end = max(ends[-1] if ends else 0, text.rfind("\n"))
    lines = text[: max(end, 0)].rstrip().split("\n")
    # A heading or an opening ("for example:") whose text fell behind the cut says nothing.
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].startswith("#") or lines[-1].endswith(":")):
        lines.pop()
    return "\n".join(lines).rstrip()


def _counts_a_list(text: str, match: re.Match[str]) -> bool:
    line = text[text.rfind("\n", 0, match.end()) + 1 : match.end()]
    return bool(_ONLY_A_NUMBER.fullmatch(line))


def excerpt(text: str, limit: int) -> str:
    """The beginning of `text`, at most `limit` characters, in whole sentences where one fits."""
    if len(text) <= limit:
        return text
    return whole_sentences(text[:limit]) or text[:limit].rsplit(None, 1)[0]
