"""Models that think aloud: `<think>…</think>` before the answer, from servers that do not part the two."""

from typing import Literal

OPENING, CLOSING = "<think>", "</think>"


class Thoughts:
    """Passes a reply on without the thoughts that it begins with, piece by piece as it comes."""

    def __init__(self) -> None:
        self._held = ""
        self._at: Literal["start", "thinking", "answer"] = "start"

    def after(self, text: str) -> str:
        """What of the reply can be passed on, now that `text` has come."""
        if self._at == "answer":
            return text
        self._held += text
        if self._at == "start":
            begin = self._held.lstrip()
            if OPENING.startswith(begin):
                return ""  # so far it could still become the tag
            self._at = "thinking" if begin.startswith(OPENING) else "answer"
        if self._at == "thinking":
            _, closed, answer = self._held.partition(CLOSING)
            if not closed or not answer.strip():
                return ""
            self._at, self._held = "answer", answer.lstrip()
        return self._held

    def rest(self) -> str:
        """What was still held back when the reply ended."""
        return self._held if self._at == "start" else ""
