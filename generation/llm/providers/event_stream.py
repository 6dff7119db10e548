"""A decoder of event streams, as the HTML standard defines them, with a limit on the size of an event.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

Why not a library: httpx-sse and the decoders in both SDKs keep a line of any length, raise where the standard
says to ignore (a `retry` that is no number), and report events without data.
"""

from typing import NamedTuple

MAX_EVENT_BYTES = 1_000_000
MAX_STREAM_BYTES = 64_000_000


class Event(NamedTuple):
    """`name` is empty where the stream gave none."""

    name: str
    data: str


class TooLarge(ValueError):
    """An event or a stream is larger than any reply."""


class EventStream:
    """Bytes in, events out. Comments, ids, `retry` and blank data make no event."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._data: list[bytes] = []
        self._size = 0
        self._total = 0
        self._name = ""
        self._at_start = True
        self._after_cr = False

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that `chunk` completes. Raises TooLarge."""
        self._total += len(chunk)
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        self._after_cr = chunk.endswith(b"\r")
        self._line += chunk
        if len(self._line) + self._size > MAX_EVENT_BYTES and not _has_line_end(self._line):
            raise TooLarge
        if self._total > MAX_STREAM_BYTES:
            raise TooLarge
        if not _has_line_end(chunk):
            return []
        lines = self._line.splitlines()
        self._line = bytearray() if chunk.endswith((b"\n", b"\r")) else lines.pop()
        return [event for line in lines if (event := self._take(bytes(line))) is not None]

    def close(self) -> list[Event]:
        """The last event, where the stream ended without a blank line behind it."""
        events = [self._take(bytes(self._line)), self._dispatch()]
        self._line.clear()
        return [event for event in events if event is not None]

    def _take(self, line: bytes) -> Event | None:
        if self._at_start:
            self._at_start = False
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line:
            return self._dispatch()
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value)
            self._size += len(value)
            if self._size > MAX_EVENT_BYTES:
                raise TooLarge
        elif field == b"event":
            self._name = value.decode("utf-8", "replace")
        return None

    def _dispatch(self) -> Event | None:
        data, name = b"\n".join(self._data), self._name
        self._data, self._size, self._name = [], 0, ""
        return Event(name, data.decode("utf-8", "replace")) if data.strip() else None


def _has_line_end(data: bytes | bytearray) -> bool:
    return b"\n" in data or b"\r" in data
