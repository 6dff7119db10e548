"""One reply with status 200: its tokens at their times, and what the script has in store between them."""

import asyncio
import itertools
import re
import time
from collections.abc import Iterator

from generation.llm.simulated import writing
from generation.llm.simulated.asked import Asked
from generation.llm.simulated.calls import Call, Pace
from generation.llm.simulated.connection import Dropped, Exchange
from generation.llm.simulated.script import Answer
from generation.llm.simulated.wire import Wire

# Tokens due within this time leave in one chunk, as fast providers send them: with a chunk and a timer for
# each, a benchmark would measure timers.
TICK = 0.02
# The most tokens in one chunk, so that a reply without a pace is a stream too.
BURST = 20

_TOKENS = re.compile(r"\s*\S+|\s+$")


class Speech:
    """The streamed reply to `call`."""

    def __init__(self, exchange: Exchange, wire: Wire, call: Call, answer: Answer, pace: Pace) -> None:
        self._exchange = exchange
        self._wire = wire
        self._call = call
        self._answer = answer
        self._pace = pace
        self._waiting: list[str] = []

    async def give(self, *, usage: bool) -> None:
        """Send it all. Raises Dropped when the script ends it early."""
        tokens, count, finish = said(self._call.asked, self._answer)
        self._exchange.drop_after(self._answer.cut_at)
        await self._exchange.start(200, "text/event-stream; charset=utf-8")
        await self._exchange.send(self._wire.begin())
        for number, token in enumerate(tokens):
            await self._come_to(number, count)
            self._waiting.append(token)
            self._call.sent.append(token)
        await self._come_to(len(self._call.sent), count)
        await self._flush()
        await asyncio.sleep(max(0, self._due_in(count, count)))  # the end is never early
        await self._exchange.send(self._wire.end(finish, counted(self._call) if usage else None))
        await self._exchange.finish()

    async def _come_to(self, number: int, count: int) -> None:
        """Wait until token `number` is due, and do what the script has before it."""
        wait = self._due_in(number, count)
        scripted = self._is_scripted(number)
        if scripted or wait > TICK or len(self._waiting) >= BURST:
            await self._flush()
        if wait > TICK:
            await asyncio.sleep(wait)
        if scripted:
            await self._follow_script(number)

    def _due_in(self, number: int, count: int) -> float:
        return self._call.started + self._pace.due(number, count) - time.monotonic()

    async def _flush(self) -> None:
        text, self._waiting = "".join(self._waiting), []
        await self._exchange.send(self._wire.text(text) if text else b"")

    def _is_scripted(self, number: int) -> bool:
        answer = self._answer
        gated = answer.gate is not None and number == answer.gate_at
        return gated or number in (answer.hang_at, answer.error_at, answer.garble_at)

    async def _follow_script(self, number: int) -> None:
        answer = self._answer
        if answer.gate is not None and number == answer.gate_at:
            await answer.gate.permit()
        if number == answer.hang_at:
            await asyncio.Event().wait()
        if number == answer.garble_at:
            await self._exchange.send(b'event: content_block_delta\ndata: {"choices": [{"delta": {"cont\n\n')
        if number == answer.error_at:
            await self._exchange.send(self._wire.error())
            await self._exchange.finish()
            raise Dropped


def said(asked: Asked, answer: Answer) -> tuple[Iterator[str], int, str | None]:
    """The tokens of the reply, about how many they are, and the finish reason after them."""
    text = answer.text(asked) if callable(answer.text) else answer.text
    tokens = tokens_of(asked, text)
    limit = asked.max_tokens if answer.heeds_limit else None
    if answer.endless:
        return itertools.islice(itertools.cycle(tokens), limit), limit or 10**9, answer.finish
    if limit is not None and len(tokens) > limit:
        return iter(tokens[:limit]), limit, "length" if answer.finish else None
    return iter(tokens), len(tokens), answer.finish


def tokens_of(asked: Asked, text: str | None = None) -> list[str]:
    """The tokens of `text`, or of the usual reply: words, each with the space before it."""
    tokens: list[str] = _TOKENS.findall(writing.reply(asked) if text is None else text)
    return tokens


def counted(call: Call) -> tuple[int, int]:
    """Tokens in and out; a token is a word here."""
    return len(call.asked.prompt.split()), len(call.sent)
