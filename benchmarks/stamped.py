"""A provider whose words are timestamps, so that a reader knows how old each word is.

    python -m benchmarks.stamped --tokens-per-second 25 --words 80

Every word is a time of the monotonic clock in microseconds, which all processes on a machine share. The
outline is sent in one piece after a delay, so that readers are connected before the first word.
"""

import argparse
import asyncio
import json
import re
import signal
import threading
import time

from generation.llm import simulated
from generation.llm.simulated import Answer, Gate, writing
from generation.llm.simulated.asked import Asked

MAX_TOKENS_PER_SECOND = 45.0
"""Above this, the provider would send several tokens in one chunk, before their time."""

OUTLINE_SECONDS = 0.7

_STAMP = re.compile(r"w(\d+)")


def ages(text: str) -> list[float]:
    """Seconds since each word of the text was due."""
    now = time.monotonic()
    return [now - int(stamp) / 1e6 for stamp in _STAMP.findall(text)]


def stamped(words: int, tokens_per_second: float) -> str:
    """Sentences of eight words, each of which is the time at which the provider sends it."""
    now = time.monotonic()
    due = (f"w{round((now + number / tokens_per_second) * 1e6)}" for number in range(words))
    return " ".join(f"{word}." if number % 8 == 7 else word for number, word in enumerate(due))


class Moment(Gate):
    """Delays every call by the duration of an outline."""

    def __init__(self) -> None:
        """Needs no event, since nothing opens this gate."""

    async def permit(self) -> None:
        await asyncio.sleep(OUTLINE_SECONDS)


def in_one_piece(asked: Asked) -> str:
    """The usual outline as a single token, which is not slowed down."""
    plain = json.dumps(json.loads(writing.reply(asked)), separators=(",", ":"))
    return plain.replace(" ", r"\u0020")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tokens-per-second", type=float, required=True)
    parser.add_argument("--words", type=int, required=True, help="of each part")
    options = parser.parse_args()
    speed = options.tokens_per_second
    if speed > MAX_TOKENS_PER_SECOND:
        parser.error(f"at most {MAX_TOKENS_PER_SECOND:g} tokens a second")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with simulated.serve(port=options.port, tokens_per_second=speed) as server:
        server.script.add(Answer(text=in_one_piece, gate=Moment()), schema=True, times=None)
        server.script.add(Answer(text=lambda asked: stamped(options.words, speed)), schema=False, times=None)
        print(f"OPENAI_BASE_URL={server.openai_url}", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
