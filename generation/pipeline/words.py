"""Words of a text in any script, and where its sentences end.

Chinese and Japanese are written without spaces, and their writers count characters (字, 文字): each is a word
here. Thai is split by BudouX, which carries a model for it in 80 kB. Lao, Khmer, Burmese and Tibetan have no
such model: their words take about two syllables, a syllable being a letter with the marks on it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

import budoux

# Chinese, Japanese: each character counts as a word.
CHARACTERS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_THAI = "\u0e01-\u0e3a\u0e40-\u0e4e"
# Tibetan, Lao, Burmese, Khmer, and neighbours of theirs.
_LETTERS = (
    "\u0e81-\u0eae\u0ec0-\u0ec6\u0edc-\u0edf\u0f40-\u0f6c\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3"
    "\u1950-\u19ab\u1a20-\u1a54\ua984-\ua9b2"
)
_MARKS = (
    "\u0eb0-\u0ebd\u0ec8-\u0ecd\u0f71-\u0f84\u0f90-\u0fbc\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u17dd"
    "\u19b0-\u19c9\u1a55-\u1a7c\ua980-\ua983\ua9b3-\ua9c0"
)
UNSPACED = f"{CHARACTERS}{_THAI}{_LETTERS}{_MARKS}"
"""Characters of scripts that put no spaces between words, for use inside a regular expression's brackets."""

# A letter may be stacked under another, in Burmese and Khmer.
_SYLLABLE_PATTERN = f"[{_LETTERS}](?:[\u1039\u17d2][{_LETTERS}]|[{_MARKS}]){{0,20}}"
_LETTER = re.compile(f"[{_LETTERS}]")
_ONE_OF_MANY = re.compile(f"[{CHARACTERS}{_LETTERS}]")
_BETWEEN = "—–/|་"
"""What else than a blank stands between two words."""
_WORD = re.compile(rf"[{CHARACTERS}]|[{_THAI}]+|{_SYLLABLE_PATTERN}|[{_MARKS}]|[^\s{_BETWEEN}{UNSPACED}]+")
_IS_THAI = re.compile(f"[{_THAI}]")
_IS_UNSPACED = re.compile(f"[{UNSPACED}]")
_EDGES = "!\"#$%&'()*+,-.:;<=>?@[\\]^_`{|}~«»‘’“”„…·•。、，！？；：（）「」『』【】؟،؛।។།။"
_LONGEST_THAI = 400
"""Characters that are split into words at once."""

_SENTENCE_END = re.compile(
    r"[.!?…؟।۔։።།။។][*_\"'”’»)\]]{0,9}(?=\s|$)|[。！？][」』”’）*_]{0,9}"
    r"|(?<=[\u0e00-\u0eff]) (?=[\u0e00-\u0eff])"
)
_ONLY_A_NUMBER = re.compile(r"[\s>]{0,40}\d{1,4}\.")
_STANDS_ALONE = re.compile(r"\s{0,40}(?:[-*+•|>]|\d{1,4}[.)]|```|~~~)")
"""The beginning of a line that is whole at its break: an item, a row, a quotation, the edge of code."""


def words(text: str) -> list[str]:
    """The words of `text` as they compare: lower case, without the punctuation around them.

    Of scripts without spaces: the characters of Chinese and Japanese, the words of Thai, the syllables of
    others.
    """
    stripped = [word.strip(_EDGES) for word in _unstripped(text.casefold())]
    return [word for word in stripped if word.isalnum() or any(map(str.isalnum, word))]


def count(text: str) -> int:
    """How many words `text` has. A Chinese or Japanese character is one; two Lao or Khmer syllables are."""
    found = words(text)
    syllables = _beginning_with(_LETTER, found)
    return len(found) - syllables + (syllables + 1) // 2


def has_unspaced(text: str) -> bool:
    """Whether `text` has a character of a script without spaces."""
    return not text.isascii() and _IS_UNSPACED.search(text) is not None


def unspaced(sequence: list[str]) -> bool:
    """Whether most of these words are single characters or syllables."""
    return _beginning_with(_ONE_OF_MANY, sequence) * 2 > len(sequence)


def _beginning_with(kind: re.Pattern[str], sequence: list[str]) -> int:
    """How many of these words begin with a character of that kind."""
    return len(kind.findall("".join([word[0] for word in sequence])))


def _unstripped(text: str) -> list[str]:
    if has_unspaced(text):
        return [word for each in _WORD.findall(text) for word in _split(each)]
    for each in _BETWEEN:
        text = text.replace(each, " ")
    return text.split()


def _split(word: str) -> list[str]:
    if not _IS_THAI.match(word):
        return [word]
    parser = _thai()
    return [
        piece
        for start in range(0, len(word), _LONGEST_THAI)
        for piece in parser.parse(word[start : start + _LONGEST_THAI])
    ]


@cache
def _thai() -> budoux.Parser:
    return budoux.load_default_thai_parser()


@lru_cache(maxsize=48)  # every section is compared with every other
def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Every sequence of 5 words of `text`; of 10 characters where words are not spaced."""
    return frozenset(runs(words(text)))


def runs(sequence: list[str]) -> list[tuple[str, ...]]:
    """Every sequence of 5 of these words in a row; of 10 characters where words are not spaced."""
    size = 10 if unspaced(sequence) else 5
    return list(in_a_row(sequence, size))


def in_a_row(sequence: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    """Every `size` neighbours of a sequence."""
    return zip(*(sequence[start:] for start in range(size)), strict=False)


def whole_sentences(text: str) -> str:
    """`text`, which was cut, up to its last whole sentence, paragraph or list item; maybe empty."""
    end = max(_last_sentence(text), _last_block(text))
    lines = text[:end].rstrip().split("\n")
    # A heading or an opening ("for example:") whose text fell behind the cut says nothing.
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].startswith("#") or lines[-1].endswith(":")):
        lines.pop()
    return "\n".join(lines).rstrip()


def _last_sentence(text: str) -> int:
    ends = (match.end() for match in _SENTENCE_END.finditer(text) if not _counts_a_list(text, match))
    return max(ends, default=0)


def _last_block(text: str) -> int:
    """The end of the last line that is whole although no sentence ends with it, as in lists and code."""
    end = place = 0
    in_code = False
    *lines, _ = text.split("\n")
    for number, line in enumerate(lines):
        place += len(line) + 1
        fence = line.lstrip().startswith(("```", "~~~"))
        followed_by_blank = number + 1 < len(lines) and not lines[number + 1].strip()
        if in_code or followed_by_blank or _STANDS_ALONE.match(line):
            end = place - 1
        in_code = in_code != fence
    return end


def _counts_a_list(text: str, match: re.Match[str]) -> bool:
    start = text.rfind("\n", 0, match.end()) + 1
    return match.end() - start < 50 and bool(_ONLY_A_NUMBER.fullmatch(text[start : match.end()]))


def excerpt(text: str, limit: int) -> str:
    """The beginning of `text`, at most `limit` characters, in whole sentences where one fits."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    return whole_sentences(head) or head[: head.rstrip().rfind(" ") + 1].rstrip() or head.strip()
