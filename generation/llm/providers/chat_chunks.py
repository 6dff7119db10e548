"""Reading Chat Completions: the chunks of a stream, or the one object of a server that does not stream.

Servers put text in several places and shapes. What can be read is read; anything else raises Unreadable,
which is the provider's failure and is asked again.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from generation.llm.providers.event_stream import Event
from generation.llm.providers.finish_reasons import said

THOUGHTS = ("reasoning", "reasoning_content", "reasoning_details", "thinking", "thinking_blocks", "thought")
SIGNS = ("ping", "keepalive", "keep-alive", "heartbeat", "end", "done", "close")
"""Names of events that gateways add to a stream, with data of any form."""
MAX_TOKENS = 100_000_000
"""No call has more; a larger count is a mistake."""


class Unreadable(ValueError):
    """A chunk of a shape that is no part of a reply."""


class ErrorInReply(Exception):
    """An error object where a part of a reply should be."""

    def __init__(self, body: object) -> None:
        self.body = body
        super().__init__()


class ChatReply:
    """The `reading.Reader` of Chat Completions."""

    def __init__(self) -> None:
        self.finish = ""
        self.refused = self.begun = self.progress = self.done = False
        self._usage: Mapping[str, Any] = {}
        self._has_first = self._has_deltas = False

    def read(self, event: Event) -> str:
        """The text that the event adds. Raises ValueError and ErrorInReply."""
        self.progress = False
        if event.data.strip(' "').upper() == "[DONE]":
            self.done = True
            return ""
        if event.name.lower() in SIGNS and not event.data.startswith("{"):
            return ""
        chunk = json.loads(event.data)
        if event.name == "error":
            raise ErrorInReply(chunk)
        return self._read(chunk)

    def read_whole(self, body: object) -> str:
        """The text of a whole reply."""
        self.progress = False
        text = self._read(body)
        self.done = True
        return text

    def _read(self, chunk: object) -> str:
        if chunk is None or chunk == "":
            return ""
        if isinstance(chunk, list):
            return "".join([self._read(each) for each in chunk])
        if not isinstance(chunk, dict):
            raise Unreadable("A chunk that is no object.")
        self._look_for_error(chunk)
        if isinstance(chunk.get("usage"), dict):
            self._usage = chunk["usage"]
        text = "".join([self._choice(choice) for choice in _choices(chunk)])
        self.begun = self.begun or self.progress
        return text

    def tokens(self, *, has_text: bool) -> tuple[int | None, int | None]:
        """Tokens in and out; None where the provider's count cannot be true."""
        usage = self._usage
        read = count_of(usage.get("prompt_tokens", usage.get("input_tokens")))
        written = count_of(usage.get("completion_tokens", usage.get("output_tokens")))
        return read or None, None if has_text and not written else written

    def _look_for_error(self, chunk: dict[str, Any]) -> None:
        if chunk.get("error"):
            raise ErrorInReply(chunk)
        if "choices" not in chunk and any(chunk.get(word) for word in ("detail", "message", "errors")):
            raise ErrorInReply(chunk)
        if chunk.get("object") == "error":
            raise ErrorInReply(chunk)

    def _choice(self, choice: dict[str, Any]) -> str:
        """The text that a choice adds: of several replies, which nobody asked for, only the first counts."""
        index = choice.get("index")
        if self._has_first and isinstance(index, int) and index > 0:
            return ""
        self._has_first = self._has_first or index == 0
        word = said(choice.get("finish_reason"))
        self.finish = word or self.finish
        delta = choice.get("delta", choice.get("message"))
        if delta is None:
            if "text" not in choice and not word:
                raise Unreadable("A choice without a delta.")
            delta = {"content": choice.get("text")}
        if isinstance(delta, str):
            delta = {"content": delta}
        if not isinstance(delta, dict):
            raise Unreadable("A delta that is no object.")
        self.refused = self.refused or bool(delta.get("refusal"))
        thought = any(delta.get(kind) for kind in THOUGHTS)
        text, hidden = text_of(delta.get("content"))
        if choice.get("delta") is not None:
            self._has_deltas = self._has_deltas or bool(text)
        elif self._has_deltas:  # the whole message, once more
            text = ""
        self.progress = self.progress or bool(text or hidden or thought or delta.get("refusal") or word)
        return text


def _choices(chunk: dict[str, Any]) -> Iterator[dict[str, Any]]:
    choices = chunk.get("choices")
    if choices is None:
        return
    for choice in (
        [choices] if isinstance(choices, dict) else choices if isinstance(choices, list) else [None]
    ):
        if not isinstance(choice, dict):
            raise Unreadable("A choice that is no object.")
        yield choice


def text_of(content: object) -> tuple[str, bool]:
    """The text in a message's content, and whether there are thoughts or the like in it too."""
    if content is None:
        return "", False
    if isinstance(content, str):
        return content, False
    if isinstance(content, list):
        parts = [text_of(part) for part in content]
        return "".join([text for text, _ in parts]), any(hidden for _, hidden in parts)
    if not isinstance(content, dict):
        raise Unreadable("Content that is no text.")
    kind = str(content.get("type") or "text").lower()
    if "think" in kind or "reason" in kind or "thought" in kind or content.get("thought") is True:
        return "", True
    for word in ("text", "content", "parts", "value"):
        if word in content:
            return text_of(content[word])
    raise Unreadable("A part of the content without text.")


def count_of(value: object) -> int | None:
    """A number of tokens; None for what is no count: negative, not whole, text, or beyond all bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value <= MAX_TOKENS and value == int(value) else None
