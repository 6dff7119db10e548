"""Where a text begins to repeat itself and keeps doing so. Code, quotations and tables may repeat."""

import re
from collections import Counter
from collections.abc import Hashable, Sequence

from generation.pipeline.prose import prose
from generation.pipeline.words import UNSPACED, has_unspaced, in_a_row, runs, words

_SENTENCE = re.compile(r"[^.!?。！？؟।።។\n]+")
_LIST_MARK = re.compile(r"[ \t]{0,40}(?:[-*+•]|\d{1,4}[.)、])[ \t]*")
_NOT_A_LINE_BREAK = re.compile(r"[^\n]+")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_UNSPACED_TOKEN = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+|[^\w\s]")
_RULES = "|-:*_="
"""What tables and rules are made of, which repeat."""

_LOOKED_AT = 1000
_LONGEST_PERIOD = 40
"""Of tokens."""
_LONGEST_REFRAIN = 30
"""Of sentences."""
_SHORTEST_PARAGRAPH = 30
"""Characters of a paragraph with 26 sequences, which has 30 words at least."""
MOST_BLANKS = 2_000
"""The longest run of characters without a visible one. A model that writes more has got stuck."""


class BlankRun:
    """Counts the blanks at the end of a reply while it comes."""

    def __init__(self) -> None:
        self._length = 0

    def add(self, text: str) -> bool:
        """Take the next piece. False once the reply is stuck in blanks."""
        visible = len(text.rstrip("\x00\u200b\u200c\u200d\u2060\ufeff \t\r\n\f\v\xa0\u3000"))
        self._length = len(text) - visible + (0 if visible else self._length)
        return self._length <= MOST_BLANKS


def loop_start(text: str) -> int | None:
    """Where `text` begins to say again what it goes on saying, or None.

    A loop is a series of up to 40 tokens or 30 sentences repeated back to back: four times and 20 tokens at
    least, or three times when the series is twelve words or longer. A paragraph of 30 words or more of which
    half stands in an earlier one is a loop too. A sentence that comes back between others is a refrain, and
    sentences with other figures are other sentences.
    """
    looked_at = prose(text)
    starts = (_same_sentences(looked_at), _same_paragraph(looked_at), _same_tokens(looked_at))
    return min((start for start in starts if start is not None), default=None)


def _same_sentences(text: str) -> int | None:
    said: list[tuple[str, ...]] = []
    places: list[int] = []
    for match in _SENTENCE.finditer(text):
        mark = _LIST_MARK.match(match[0])
        sentence = tuple(words(match[0][mark.end() if mark else 0 :]))
        if sentence and not (len(sentence) == 1 and sentence[0].isdecimal()):  # a list's number
            said.append(sentence)
            places.append(match.start())
    if len(set(said)) == len(said):
        return None
    starts = (_repeated(said, times=3, least=12), _repeated(said, times=4, least=5))
    return min((places[start] for start in starts if start is not None), default=None)


def _repeated(said: Sequence[tuple[str, ...]], *, times: int, least: int) -> int | None:
    """Where the second of `times` equal series of sentences, of `least` words or more, begins."""
    for period in range(1, min(_LONGEST_REFRAIN, len(said) // times) + 1):
        equal = 0
        for index in range(period, len(said)):
            equal = equal + 1 if said[index] == said[index - period] else 0
            if equal >= period * (times - 1):
                series = said[index - period + 1 : index + 1]
                if sum(map(len, series)) >= least:
                    return index - equal + 1
    return None


def _same_paragraph(text: str) -> int | None:
    """Where a paragraph begins that repeats an earlier one, its figures included."""
    seen: dict[Hashable, int] = {}
    figures: list[list[str]] = []
    for match in _NOT_A_LINE_BREAK.finditer(text):
        if match.end() - match.start() < _SHORTEST_PARAGRAPH:
            continue
        spoken = words(match[0])
        sequences = set(runs(spoken))
        if len(sequences) < 26:
            continue
        unseen = sequences.difference(seen)
        numbers = [word for word in spoken if word.isdecimal()]
        hits = Counter(seen[each] for each in sequences - unseen)
        for earlier, shared in hits.most_common(1):
            if shared * 2 > len(sequences) and numbers == figures[earlier]:
                return match.start()
        seen.update(dict.fromkeys(unseen, len(figures)))
        figures.append(numbers)
    return None


def _same_tokens(text: str) -> int | None:
    kind = _UNSPACED_TOKEN if has_unspaced(text) else _TOKEN
    tokens = [token.casefold() for token in kind.findall(text) if token not in _RULES][-_LOOKED_AT:]
    if not _comes_back_soon(tokens):
        return None
    found = [match for match in kind.finditer(text) if match[0] not in _RULES][-_LOOKED_AT:]
    for period in range(1, min(_LONGEST_PERIOD, len(tokens) // 2) + 1):
        equal, enough = 0, max(3 * period, 20)
        for index, (token, later) in enumerate(zip(tokens, tokens[period:], strict=False)):
            if token != later:
                equal = 0
                continue
            equal += 1
            if equal == enough:
                return found[index + period - equal + 1].start()
    return None


def _comes_back_soon(tokens: Sequence[str]) -> bool:
    """Whether 8 tokens stand twice within the longest period, as they do in every loop of 20 or more."""
    eights = list(in_a_row(tokens, 8))
    if len(set(eights)) == len(eights):
        return False
    last: dict[tuple[str, ...], int] = {}
    for index, run in enumerate(eights):
        if index - last.get(run, -_LONGEST_PERIOD - 1) <= _LONGEST_PERIOD:
            return True
        last[run] = index
    return False
