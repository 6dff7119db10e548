"""A model's thinking, told from its answer while both stream.

Models put their thinking into the reply in several ways: between tags (`<think>…</think>`,
`[THINK]…[/THINK]`), with the opening tag left out, so that everything before a lone `</think>` is a thought,
or in channels (`<|channel|>analysis<|message|>…<|channel|>final<|message|>…`). Some write the marks that end
their turn, and go on as somebody else. A mark in code, in a quotation or in the middle of a sentence is text
about marks.
"""

import re

_ANYWHERE = "think|thinking|thought|thoughts"
_AT_LINE_START = (
    "reason|reasoning|reflect|reflection|analysis|scratchpad|inner_monologue|inner_thoughts?|thinking_process"
    "|thought_process|chain_of_thought|cot|antthinking|seed:think"
)
_AROUND_ANSWER = "answer|final_answer|final|response|output|section|article"
_MARK = re.compile(
    rf"""
      (?P<line>\n[ \t]*>?)
    | (?P<code>`+|~~~+)
    | (?P<open><(?:{_ANYWHERE}|(?P<word>{_AT_LINE_START}))>|\[THINK(?:ING)?\]|◁think▷|<\|begin_of_thought\|>
        |<\|(?:START_)?THINK(?:ING)?\|>|<unused94>)
    | (?P<close></(?:{_ANYWHERE}|{_AT_LINE_START})>|\[/THINK(?:ING)?\]|◁/think▷|<\|end_of_thought\|>
        |<\|(?:END_|/)THINK(?:ING)?\|>|<unused95>)
    | <(?P<shut>/?)(?P<wrap>{_AROUND_ANSWER})>
    | <\|channel\|>(?P<channel>[^<\n]{{1,60}})(?:<\|constrain\|>[^<\n]{{0,40}})?<\|message\|>
    | (?:<\|(?:im_)?start\|>|<start_of_turn>|<\|start_header_id\|>)(?P<speaker>[a-z]{{0,20}})
    | (?P<other><\|user\|>|<\|system\|>|\[INST\]|<<SYS>>)
    | (?P<end><\|(?:im_end|end|return|call|eot_id|eom_id|endoftext|end_of_text|end_of_turn)\|>
        |<end_of_turn>|</s>|<eos>|<[|｜](?:end(?!_header)|eo)[\w▁]{{0,30}}[|｜]>)
    | (?P<noise><\|(?:end_header_id|im_sep|message|begin_of_text|begin_of_solution|assistant
            |(?:START_)?RESPONSE|START_TEXT|CHATBOT_TOKEN|START_OF_TURN_TOKEN)\|>|<｜(?:begin▁of▁sentence|Assistant)｜>
        |\[/INST\]|<</SYS>>|<s>)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_UNFINISHED = re.compile(
    r"(?:<\|channel\|>(?:(?!<\|message\|>)[^\n]){0,110}|<{1,2}[|｜]?/?[\w▁:|｜]{0,40}|\[/?[a-z]{0,8}|◁/?[a-z]{0,5}"
    r"|\n[ \t]{0,40}|`{1,40}|~{1,40})\Z",
    re.IGNORECASE,
)
_LONGEST_MARK = 140
_BEGINNING = re.compile(r"[\n`~<\[◁]")
"""What every mark begins with."""
_SENTENCE_GOES_ON = (" ", ",", ".", ";", ":", ")", "?", "!", '"', "'", "”", "’", "」")


class Thoughts:
    """Takes a reply piece by piece, and gives the answer in it.

    `inside`: the reply is, or ended, in a thought. `ended`: the model has closed its turn, and nothing that
    follows is the answer.
    """

    def __init__(self) -> None:
        self.inside = False
        self.ended = False
        self._held = ""
        self._wrapped: set[str] = set()
        self._answer = _Line()
        self._answered = self._given = self._taken_back = self._in_channels = False

    def feed(self, text: str) -> str:
        return self._read(self._held + text, whole=False)

    def close(self) -> str:
        """What was held back and belongs to the answer."""
        return self._read(self._held, whole=True)

    def taken_back(self) -> bool:
        """Whether all that was given before the last piece has turned out to be a thought. Said once."""
        taken_back, self._taken_back = self._taken_back, False
        return taken_back

    def _read(self, text: str, *, whole: bool) -> str:
        given: list[str] = []
        if not _BEGINNING.search(text):
            self._held = ""
            self._give(text, given)
            self._given = self._given or bool(given)
            return "".join(given)
        unfinished = None if whole else _UNFINISHED.search(text, max(0, len(text) - _LONGEST_MARK))
        end = unfinished.start() if unfinished else len(text)
        place = 0
        for mark in _MARK.finditer(text):
            # What comes next decides whether a mark stands in the middle of a sentence.
            if mark.end() > end or not (whole or mark["line"] or mark["code"] or mark.end() + 2 <= len(text)):
                end = min(end, mark.start())
                break
            self._give(text[place : mark.start()], given)
            self._take(mark, text[mark.end() : mark.end() + 2], given)
            place = mark.end()
        self._give(text[place:end], given)
        self._held = text[max(place, end) :]
        self._given = self._given or bool(given)
        return "".join(given)

    def _give(self, text: str, given: list[str]) -> None:
        if text and not self.inside and not self.ended:
            given.append(text)
            self._answer.add(text)
            self._answered = self._answered or bool(text.strip())

    def _take(self, mark: re.Match[str], after: str, given: list[str]) -> None:
        if self.ended:
            return
        if self.inside:
            self._leave(mark, given)
        elif mark["line"] or mark["code"] or self._is_text(mark, after):
            self._give(mark[0], given)
        elif mark["wrap"]:
            self._unwrap(mark, given)
        elif mark["open"]:
            self.inside = True
        elif mark["close"]:
            self._forget(given)
        elif mark["channel"]:
            self._change_channel(mark["channel"], given)
        elif mark["end"] or mark["other"] or mark["speaker"] not in (None, "", "assistant", "model"):
            # Before the first word of the answer it is a rest of the prompt's form.
            self.ended = self._answered

    def _unwrap(self, mark: re.Match[str], given: list[str]) -> None:
        """Drop a tag around the whole answer; any other of its name is text."""
        name = mark["wrap"].lower()
        if not self._answered and not mark["shut"]:
            self._wrapped.add(name)
        elif mark["shut"] and name in self._wrapped:
            self._wrapped.remove(name)
        else:
            self._give(mark[0], given)

    def _leave(self, mark: re.Match[str], given: list[str]) -> None:
        """A mark inside a thought: only what ends the thought counts."""
        if mark["channel"]:
            self._change_channel(mark["channel"], given)
        elif mark["close"] and not self._in_channels:
            self.inside = False

    def _is_text(self, mark: re.Match[str], after: str) -> bool:
        if self._answer.is_code_or_quotation:
            return True
        if mark["channel"] or mark["wrap"]:
            return False
        if mark["open"]:
            return bool(mark["word"]) and not self._answer.is_blank
        return self._answer.in_sentence and after.startswith(_SENTENCE_GOES_ON) and after[1:] != "\n"

    def _change_channel(self, name: str, given: list[str]) -> None:
        self._in_channels = True
        self.inside = not name.strip().lower().startswith("final")
        self._forget(given)

    def _forget(self, given: list[str]) -> None:
        """All that was given so far was a thought."""
        given.clear()
        self._taken_back = self._taken_back or self._given
        self._answered = self._given = False
        self._answer = _Line()


class _Line:
    """The line that an answer is at, and whether a mark would stand in code or a quotation there."""

    def __init__(self) -> None:
        self.is_blank = True
        self._last = ""
        self._fence = self._code = ""
        self._quoted = False

    def add(self, text: str) -> None:
        """The next piece of the answer: text without a mark, a line break, or a run of backticks."""
        if text[0] == "\n" and not text.strip(" \t\n>"):
            self.is_blank, self._last, self._code, self._quoted = True, "", "", text.endswith(">")
            return
        if not text.strip("`"):
            self._add_backticks(text)
        elif not text.strip("~") and self.is_blank:
            self._add_fence(text)
        if text.strip():
            self._quoted = self._quoted or (self.is_blank and text.lstrip()[0] == ">")
            self.is_blank, self._last = False, text.rstrip()[-1]

    @property
    def is_code_or_quotation(self) -> bool:
        return bool(self._fence or self._code or self._quoted)

    @property
    def in_sentence(self) -> bool:
        """Whether the last word on the line is followed by others, as far as its punctuation tells."""
        return self._last.isalnum() or self._last in tuple(",(“\"'’”「")

    def _add_backticks(self, text: str) -> None:
        if self.is_blank and len(text) >= 3:
            self._add_fence(text)
        elif not self._fence:
            self._code = "" if self._code == text else self._code or text

    def _add_fence(self, text: str) -> None:
        if not self._fence:
            self._fence = text
        elif text.startswith(self._fence):
            self._fence = ""


def answer(reply: str) -> str:
    """A whole reply without the thinking in it."""
    thoughts = Thoughts()
    text = thoughts.feed(reply)
    rest = thoughts.close()
    return rest if thoughts.taken_back() else text + rest
