"""What a model says to its user around a text: that here it comes, how long it is, whether to continue.

A remark is told by its place and its form: it is the first line of a reply or the last, and speaks of the
text as of a thing that was ordered. The words are in `phrases.toml`.
"""

import re
from functools import cache
from typing import NamedTuple

from generation.pipeline.phrases import begun, pattern, phrases, plain

LONGEST = 300
"""Characters of a remark. A longer line is text, whatever it begins with."""

_LONGEST_BRACKET = 40
"""Characters of a number of words in brackets."""
_DECORATION = ' \t*_>"“„«([（【~–—¡-'
_AFTER_AGREEMENT = re.compile(r" ?[!.,;:~！。，：、～…،।]{1,3}|(?= [–—-])|$")
_TO_NOUN = r"[^\n.!?:。！？：]{0,50}?"
_TO_END = re.compile(r"(?P<more>[^\n.!?:。！？：]{0,160})(?P<end>[:：.!。！…]|$)")
_EASTERN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_RULE = re.compile(r"[-*_=—–#\s]*")
_FIGURE = re.compile(r"[^\n\d]{0,24}\d[\d.,]{0,7}[^\n\d]{0,24}")
_BARE_FIGURE = re.compile(r"[^\n\d]{0,12}\d[\d.,]{0,6} ?(?P<unit>[^\W\d]{1,8})\W{0,4}")
_NUMBER = re.compile(r" ?(?P<number>\d{1,2})(?!\w)(?P<mark>[\s:：.)–—*_-]{0,8})")
_NUMERALS = """
    one eins un une uno um uma een één
    two zwei deux dos due dois duas twee
    three drei trois tres tre três drie
    four vier quatre cuatro quattro quatro
    five fünf cinq cinco cinque vijf
    six sechs seis sei zes
    seven sieben sept siete sette sete zeven
    eight acht huit ocho otto oito
    nine neun neuf nueve nove negen
    ten zehn dix diez dieci dez tien
"""
_NUMBER_OF = {
    word: str(number)
    for number, words in enumerate(_NUMERALS.strip().splitlines(), 1)
    for word in words.split()
}
# "Part one of the plan" is text: a word needs a colon or a dash behind it, or the end of the line.
_NUMBER_WORD = re.compile(
    rf" (?P<number>{'|'.join(_NUMBER_OF)})(?!\w)"
    r"(?P<mark>[ *_]{0,4}(?:[:：]|[–—-](?=[\s*_]|\Z)|\.?[*_]{0,3}(?=\n|\Z))[\s*_]{0,8})"
)
_CHINESE_NUMBER = re.compile(
    r"第 ?(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3}) ?[节節部章](?P<mark>[\s:：.)、–—*_-]{0,8})"
)
_BEGUN_CHINESE_NUMBER = re.compile(r"第 ?(?:\d{0,2}|[一二三四五六七八九十]{0,3}) ?")
_SENTENCE_BREAK = re.compile(r"(?<=[.!?。！？])[ \"”’)]{0,3}(?=\S)")


def may_open(line: str) -> bool:
    """Whether a first line that begins like this may turn out to be a remark."""
    return len(line) <= LONGEST and _may_begin(line, ("agreements", "announcements", "willing", "sorry"))


def may_close(line: str) -> bool:
    """Whether a line that begins like this may turn out to be a remark, if it is the last."""
    if len(line) > LONGEST:
        return False
    start = line.lstrip(_DECORATION)
    if not start.strip() or not start.strip("=# "):
        return True
    if line.lstrip()[0] in "([（【*_" and len(line) <= _LONGEST_BRACKET:
        return True
    return _may_begin(line, ("offers", "counts", "ends"))


def _may_begin(line: str, kinds: tuple[str, ...]) -> bool:
    start = plain(line.lstrip(_DECORATION))
    whole, begun_ones = begun(kinds)
    return start in begun_ones or start.startswith(whole)


def opening(line: str) -> int:
    """How many characters at the beginning of a first line are a remark; 0: it is text."""
    text = plain(line)
    start = len(text) - len(text.lstrip(_DECORATION))
    place = _after_agreement(text, start)
    if place > start and _is_over(text, place):
        return len(line)
    willing = pattern("willing").match(text, place)
    agreed = place > start
    if willing:
        sentence = _TO_END.match(text, willing.end())
        place = _skip(text, sentence.end() if sentence else willing.end())
        agreed = True
        if _is_over(text, place):
            return len(line)
    announced = _announcement().match(text, place)
    if announced is None:
        return place if willing else 0
    return _end_of_announcement(text, announced.end(), agreed=agreed) or (place if willing else 0)


def _after_agreement(text: str, place: int) -> int:
    """Where the text goes on after "Certainly!", or two of its kind."""
    for _ in range(2):
        agreement = pattern("agreements").match(text, place)
        mark = _AFTER_AGREEMENT.match(text, agreement.end()) if agreement else None
        if mark is None:
            break
        place = _skip(text, mark.end())
    return place


@cache
def _announcement() -> re.Pattern[str]:
    verbs, nouns = pattern("announcements").pattern, pattern("nouns").pattern
    return re.compile(rf"(?:{verbs}){_TO_NOUN}(?:{nouns})(?: (?:{nouns})){{0,2}}")


def _end_of_announcement(text: str, place: int, *, agreed: bool) -> int:
    """Where the announcement ends whose noun ends at `place`; 0: it is no remark."""
    rest = _TO_END.match(text, place)
    if rest is None:
        return 0
    end = _skip(text, rest.end())
    if agreed:
        return len(text) if _is_over(text, end) else end
    more = rest["more"].strip(" *_")
    names_the_task = not more or bool(_EASTERN.search(text) or _purpose().match(more))
    if not names_the_task or not rest["end"]:
        return 0
    if _is_over(text, end):
        return len(text)
    return end if rest["end"] in ":：" and not more else 0


@cache
def _purpose() -> re.Pattern[str]:
    return re.compile(rf"[,(\"“„«*]|\d|{pattern('purposes').pattern}")


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t*_:：!！~–—-":
        place += 1
    return place


def _is_over(text: str, place: int) -> bool:
    return not text[place:].strip('*_"”)」 \n')


def is_closing(line: str) -> bool:
    """Whether `line`, the last of a reply, is a remark or a rule."""
    if len(line) > LONGEST:
        return False
    text = plain(line).strip()
    inner = text.strip("*_()[]（）【】>~– —-")
    return bool(_RULE.fullmatch(text)) or _is_count(text, inner) or _is_end(inner) or is_offer(inner)


def _is_count(text: str, inner: str) -> bool:
    """Whether a line says how many words there are: "Word count: 82", or "(82 words)" in brackets."""
    label = pattern("counts").match(inner)
    if (
        label
        and _FIGURE.fullmatch(inner, label.end())
        and (inner[label.end() :].lstrip(" *_")[:1] in ":：约約共(≈~0123456789")
    ):
        return True
    figure = _BARE_FIGURE.fullmatch(inner)
    bracketed = text[:1] in "([（【*_" and text[-1:] in ")]）】*_.。"
    return bool(figure and bracketed and figure["unit"] in (*phrases("counts"), *"字词語语", "文字", "个字"))


def _is_end(inner: str) -> bool:
    found = pattern("ends").match(inner)
    return bool(found and not inner[found.end() :].strip(" .。!0123456789"))


def is_offer(sentence: str) -> bool:
    """Whether a sentence offers its user more work on the text."""
    text = plain(sentence).lstrip("-–—* ").rstrip("*_ \n")
    found = pattern("offers").match(text)
    return bool(found and pattern("tasks", stems=True).search(text))


def without_offer(text: str) -> str:
    """`text` without an offer in the sentences that end its last paragraph."""
    start = text.rfind("\n") + 1
    last = text[start:]
    if last.lstrip().startswith((">", "|", "`")):
        return text
    for sentence in _SENTENCE_BREAK.finditer(last, max(0, len(last) - LONGEST)):
        if is_offer(last[sentence.end() :]):
            return text[: start + sentence.end()].rstrip()
    return text


class Label(NamedTuple):
    """A label such as "Section 2: " at the beginning of a line, and the rest of the line."""

    number: str
    mark: str
    """The punctuation between the number and the rest; empty where it is a blank."""
    rest: str


def label(line: str) -> Label | None:
    start = _label_start(line)
    text = plain(line)
    word = pattern("sections", stems=True).match(text, start)
    if not word:
        found = _CHINESE_NUMBER.match(text, start)
    else:
        found = _NUMBER.match(text, word.end()) or _NUMBER_WORD.match(text, word.end())
    if not found:
        return None
    number = _NUMBER_OF.get(found["number"], found["number"])
    return Label(number, found["mark"].strip(), line[found.end() :])


def may_be_label(line: str) -> bool:
    """Whether a line that begins like this may go on as a label."""
    text = plain(line)[_label_start(line) :]
    if text in begun(("sections",))[1] or _BEGUN_CHINESE_NUMBER.fullmatch(text):
        return True
    word = pattern("sections", stems=True).match(text)
    after = text[word.end() :] if word else ""
    return after[:1] == " " and any(numeral.startswith(after.strip(" *_.")) for numeral in _NUMBER_OF)


def _label_start(line: str) -> int:
    return len(line) - len(line.lstrip("#*_> \t"))
