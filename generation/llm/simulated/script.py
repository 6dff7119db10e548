"""What the simulated provider does instead of answering as asked: rules, tried in order."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from generation.llm.simulated.asked import Asked


class Gate:
    """Holds calls until a test lets them go. Made by `Server.gate()`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._open = asyncio.Event()
        self._arrived = threading.Semaphore(0)

    def wait_for_call(self, timeout: float = 10) -> None:
        """Return once another call has come to the gate (in async tests: through asyncio.to_thread)."""
        if not self._arrived.acquire(timeout=timeout):
            raise TimeoutError(f"No call came to the gate in {timeout:g} seconds.")

    def release(self) -> None:
        """Let go of all calls, those still to come too."""
        self._loop.call_soon_threadsafe(self._open.set)

    async def permit(self) -> None:
        self._arrived.release()
        await self._open.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A reply with status 200. Numbers of tokens count from the first; None means never."""

    text: str | Callable[[Asked], str] | None = None
    """None: what `writing.reply` writes."""
    finish: Literal["stop", "length", "refusal"] | None = "stop"
    """None: the stream ends without a reason."""
    gate: Gate | None = None
    gate_at: int = 0
    """The tokens to send before the gate."""
    hang_at: int | None = None
    """The tokens to send before saying nothing more, without hanging up."""
    error_at: int | None = None
    """The tokens to send before an error inside the stream."""
    cut_at: int | None = None
    """The bytes of the body to send before the connection is dropped."""
    garble_at: int | None = None
    """The tokens to send before a chunk that is not JSON."""
    endless: bool = False
    """Says its text over and over."""
    heeds_limit: bool = True


@dataclass(frozen=True, slots=True)
class Failure:
    """A reply with an error status. `body` None: the usual one of the API that was called."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: object = None


@dataclass(frozen=True, slots=True)
class Raw:
    """A reply sent as it stands: bytes, and seconds to wait between them."""

    body: Callable[[Asked], Iterable[bytes | float]]
    kind: str = "text/event-stream"
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    hold: bool = False
    """Keep the connection open behind the last byte."""


type Reaction = Answer | Failure | Raw


@dataclass(slots=True)
class _Rule:
    reaction: Reaction
    prompt: re.Pattern[str]
    schema: bool | None
    parameter: str
    skip: int
    times: int | None

    def takes(self, asked: Asked) -> bool:
        if self.parameter and self.parameter not in asked.parameters:
            return False
        if self.schema is not None and self.schema != (asked.schema is not None):
            return False
        if not self.prompt.search(asked.prompt):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(slots=True)
class Script:
    """The rules of a server. Threads may add rules while it answers."""

    _rules: list[_Rule] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(
        self,
        reaction: Reaction,
        *,
        prompt: str = "",
        schema: bool | None = None,
        parameter: str = "",
        skip: int = 0,
        times: int | None = 1,
    ) -> None:
        """React so to the next `times` calls (None: to all) whose prompt has the regular expression `prompt`.

        `schema`: only to calls that ask for JSON (True) or for prose (False). `parameter`: only to calls that
        have it. `skip`: not to the first ones.
        """
        with self._lock:
            self._rules.append(_Rule(reaction, re.compile(prompt), schema, parameter, skip, times))

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def reaction(self, asked: Asked) -> Reaction:
        """What to do about this call; a rule that has been used up is forgotten."""
        with self._lock:
            for rule in self._rules:
                if rule.takes(asked):
                    self._rules = [each for each in self._rules if each.times != 0]
                    return rule.reaction
        return Answer()
