"""Labels that models put before questions and answers, in the languages of the form: "Frage 1:", "Q:".

A line is looked at once, and only its beginning: the patterns are bounded.
"""

import re
from dataclasses import dataclass

# A word or a letter counts before a colon or a dash, and with a number also before a full stop or a bracket.
# Only a word with a number can be nothing else.
_QUESTION_WORDS = (
    "question|frage|pregunta|domanda|pergunta|questão|vraag|pytanie|вопрос|soru|السؤال|سؤال|שאלה|प्रश्न|सवाल"
    "|質問|問題|问题|提问|問|问|질문"
)
_QUESTION_LETTERS = "q|f|p|d|v|s|в|س|ש|प्र|문"
_ANSWER_WORDS = (
    "answer|antwort|respuesta|réponse|reponse|risposta|resposta|antwoord|odpowiedź|odpowiedz|ответ|cevap|yanıt"
    "|الجواب|جواب|الإجابة|إجابة|תשובה|उत्तर|जवाब|回答|解答|答え|答案|答|답변|대답|답"
)
_ANSWER_LETTERS = "a|r|o|c|о|ج|ת|उ"

_LOOKED_AT = 100
"""Characters of a line among which a label is looked for."""

_MARKS = re.compile(
    r"[ \t>]{0,8}(?:#{1,6}(?=[ \t]|\Z)[ \t]*|[-+*•–—][ \t]+)?(?:\d{1,2}(?:[.)][ \t]+|、[ \t]*))?"
)
_INITIAL = re.compile(r"A\.\s", re.IGNORECASE)
_EMPHASIS = re.compile(r"[*_]{1,3}(?=\S)")


@dataclass(frozen=True, slots=True)
class Label:
    """What follows a label on its line, maybe nothing; `is_sure` when it can be nothing but a label."""

    rest: str
    is_sure: bool


def _pattern(words: str, letters: str) -> re.Pattern[str]:
    number = r"[ \t]?(?:#|no\. ?|nr\. ?|n° ?|№ ?)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})"
    named = rf"(?P<sure>(?:{words}){number})|(?P<word>{words})"
    short = rf"(?:{letters})[ \t]?\d{{1,2}}|(?P<letter>{letters})"
    end = r"[:：]|[-–—](?=[ \t])|(?P<stop>[.)、．])(?![^\s*_])|(?P<end>\Z)"
    return re.compile(rf"(?:{named}|{short})[*_]{{0,3}}[ \t]?(?:{end})[*_]{{0,3}}", re.IGNORECASE)


_QUESTION = _pattern(_QUESTION_WORDS, _QUESTION_LETTERS)
_ANSWER = _pattern(_ANSWER_WORDS, _ANSWER_LETTERS)


def bare(line: str) -> str:
    """The text of a line, without the marks of a heading, a list or emphasis before it."""
    text, emphasis = _unmarked(line)
    return text.replace(emphasis, "", 1) if emphasis else text


def _unmarked(line: str) -> tuple[str, str]:
    """(the text of a line after its marks, the emphasis that was begun before it)."""
    line = line.strip()
    marks = _MARKS.match(line)
    text = line[marks.end() if marks else 0 :]
    emphasis = _EMPHASIS.match(text)
    return (text[emphasis.end() :], emphasis[0]) if emphasis else (text, "")


def question_label(line: str) -> Label | None:
    """The label of a line that says that it is a question."""
    return _label(_QUESTION, line)


def is_answer(line: str) -> bool:
    """Whether a line says that it is an answer."""
    return _label(_ANSWER, line) is not None


def without_answer_label(answer: str, *, is_sure: bool) -> str:
    """`answer` without the label that its first line begins with, or that is its first line.

    `is_sure`: the question had one too, so that "A." is not the beginning of a name.
    """
    answer = answer.lstrip(" \t\r\n:：")
    first, newline, others = answer.partition("\n")
    label = None if not is_sure and _INITIAL.match(first) else _label(_ANSWER, first)
    return f"{label.rest}{newline}{others}".lstrip() if label else answer


def _may_end_in_a_stop(label: re.Match[str]) -> bool:
    """Whether a full stop is enough: after a number, and in Japanese and Korean after Q and A."""
    return not label["word"] and (label["letter"] or "q").lower() in ("q", "a")


def _label(pattern: re.Pattern[str], line: str) -> Label | None:
    text, emphasis = _unmarked(line)
    found = pattern.match(text[:_LOOKED_AT])
    if not found or (found["end"] is not None and found["letter"]):
        return None
    is_closed = bool(emphasis) and emphasis in found[0]
    if found["stop"] and not is_closed and not _may_end_in_a_stop(found):
        return None
    rest = text[found.end() :]
    if emphasis and not is_closed:
        rest = rest.replace(emphasis, "", 1)
    return Label(rest.strip(), is_sure=found["sure"] is not None)
