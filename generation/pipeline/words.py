"""Words of a text in any script, and where its sentences end."""

import re

# Chinese, Japanese: written without spaces, so that each character counts as a word.
_CHARACTER = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_WORD = re.compile(rf"{_CHARACTER}|(?:(?!{_CHARACTER})[^\s—–/|])+")
_EDGES = "!\"#$%&'()*+,-.:;<=>?@[\\]^_`{|}~«»‘’“”„…·•。、，！？；：（）「」『』【】؟،؛।"
_SENTENCE_END = re.compile(r"[.!?…؟।][*_\"'”’»)\]]*(?=\s|$)|[。！？][」』”’）*_]*")
_ONLY_A_NUMBER = re.compile(r"[ \t>]*\d+\.")


def words(text: str) -> list[str]:
    """The words of `text` as they compare: lower case, without the punctuation around them."""
    stripped = (match.casefold().strip(_EDGES) for match in _WORD.findall(text))
    return [word for word in stripped if word]


def count(text: str) -> int:
    """How many words `text` has; a Chinese or Japanese character is one."""
    return len(words(text))


def unspaced(sequence: list[str]) -> bool:
    """Whether most of these words are single Chinese or Japanese characters."""
    return sum(bool(re.fullmatch(_CHARACTER, word)) for word in sequence) * 2 > len(sequence)


def shingles(text: str) -> set[tuple[str, ...]]:
    """Every sequence of 5 words of `text`; of 10 characters where words are not spaced."""
    sequence = words(text)
    size = 10 if unspaced(sequence) else 5
    return {tuple(sequence[start : start + size]) for start in range(len(sequence) - size + 1)}


def whole_sentences(text: str) -> str:
    """`text` up to its last whole sentence or line, for a text that was cut; all of it if it has neither."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text) if not _counts_a_list(text, match)]
    end = max(ends[-1] if ends else 0, text.rfind("\n"))
    kept = text[:end].rstrip() if end > 0 else text
    lines = kept.split("\n")
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
    kept = whole_sentences(text[:limit])
    return kept if len(kept) < limit else kept.rsplit(None, 1)[0]
