"""Runs a program that reads what strangers wrote: in a process of its own, with limits on all it uses.

It gets its input on stdin and answers on stdout. It inherits no secret of ours and writes no file. It is
killed, with its children, when it takes too long, says too much, or nobody waits for it any more. Only a few
run side by side; others wait for a while, without a thread and without a database connection.

    CageError
    ├── Exceeded    it needed more than its limits allow
    └── Failed      it gave up by itself: its exit status, and the end of what it said
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from blogai.core.errors import Unavailable

AT_ONCE = 2
"""How many programs one event loop runs side by side."""
WAIT_AT_MOST = 10.0
"""Seconds that a program waits for its turn."""
OUT_OF_MEMORY = 251
"""The exit status of a program that noticed it: Haskell's is this, and our scripts use the same."""

_LAST_WORDS = 2_000
"""Bytes of stderr that are kept."""
_CHUNK = 64 * 1024
_INHERITED = ("FONTCONFIG_FILE", "FONTCONFIG_PATH", "HOME", "PATH")
_DOOR = Path(__file__).with_name("cage_door.py")

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds by the clock and of the processor, bytes of address space, bytes of output."""

    seconds: float = 20
    memory: int = 1 << 30
    output: int = 32 << 20


class CageError(Exception):
    """The program has no result."""


class Exceeded(CageError):
    """It needed more than its limits allow."""


class Failed(CageError):
    """It gave up by itself."""


def script(path: Path) -> tuple[str, ...]:
    """The command for a Python file that imports installed packages only, nothing of ours."""
    return (sys.executable, "-I", str(path))


async def run(command: Sequence[str], sent: bytes, limits: Limits = Limits()) -> bytes:
    """What the program answers to `sent`. Raises CageError, and Unavailable when it doesn't get its turn."""
    async with _turn():
        return await _run(command, sent, limits)


@asynccontextmanager
async def _turn() -> AsyncIterator[None]:
    turns = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    try:
        async with asyncio.timeout(WAIT_AT_MOST):
            await turns.acquire()
    except TimeoutError:
        raise Unavailable(
            "We’re converting other documents right now. Try again in a few seconds.",
            retry_after=WAIT_AT_MOST,
        ) from None
    try:
        yield
    finally:
        turns.release()


async def _run(command: Sequence[str], sent: bytes, limits: Limits) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *script(_DOOR),
        *(str(limits.seconds), str(limits.memory), *command),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        cwd="/",
        env={"LC_ALL": "C.UTF-8", **{name: os.environ[name] for name in _INHERITED if name in os.environ}},
        start_new_session=True,
    )
    said, sending = asyncio.create_task(_last_words(process)), asyncio.create_task(_send(process, sent))
    try:
        async with asyncio.timeout(limits.seconds):
            answer = await _answer(process, limits.output)
            status = await process.wait()
    except TimeoutError:
        raise Exceeded(f"{command[0]}: more than {limits.seconds} seconds") from None
    finally:
        await asyncio.shield(_end(process, said, sending))
    if status < 0 or status == OUT_OF_MEMORY:
        raise Exceeded(f"{command[0]}: ended by {status}")
    if status:
        raise Failed(f"{command[0]}: exit status {status}: {said.result()}")
    return answer


async def _send(process: Process, sent: bytes) -> None:
    assert process.stdin  # noqa: S101 (a pipe)
    with suppress(BrokenPipeError, ConnectionResetError):  # it stopped reading: its exit status says why
        process.stdin.write(sent)
        await process.stdin.drain()
        process.stdin.close()
        await process.stdin.wait_closed()


async def _answer(process: Process, at_most: int) -> bytes:
    assert process.stdout  # noqa: S101 (a pipe)
    answer = bytearray()
    while chunk := await process.stdout.read(_CHUNK):
        answer += chunk
        if len(answer) > at_most:
            raise Exceeded(f"more than {at_most} bytes of output")
    return bytes(answer)


async def _last_words(process: Process) -> str:
    assert process.stderr  # noqa: S101 (a pipe)
    said = b""
    while chunk := await process.stderr.read(_CHUNK):
        said = (said + chunk)[-_LAST_WORDS:]
    return said.decode(errors="replace").strip()


async def _end(process: Process, *tasks: asyncio.Task[Any]) -> None:
    """Kill what is left of it and of its children: then every pipe ends, and the tasks with them."""
    assert process.stdout  # noqa: S101 (a pipe)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await asyncio.gather(*tasks, process.stdout.read())
    await process.wait()
