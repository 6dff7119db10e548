"""A program in the cage answers, or is ended: with its children, whatever it does."""

import asyncio
import sys
from pathlib import Path

import pytest

from blogai.core import cage
from blogai.core.cage import Exceeded, Failed, Limits
from blogai.core.errors import Unavailable

LONG, SHORT = Limits(), Limits(seconds=0.3)


async def python(code: str, sent: bytes = b"", limits: Limits = LONG) -> bytes:
    return await cage.run((sys.executable, "-I", "-S", "-c", code), sent, limits)


async def test_it_works() -> None:
    sent = b"tides " * 100_000  # more than a pipe holds
    code = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read().upper())"
    assert await python(code, sent) == sent.upper()


async def test_it_inherits_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary")
    assert b"canary" not in await python("import os; print(os.environ)")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux chooses what to end")
async def test_it_ends_before_the_server_where_memory_is_short() -> None:
    assert await python("print(open('/proc/self/oom_score_adj').read().strip())") == b"1000\n"


async def test_it_writes_no_file(tmp_path: Path) -> None:
    code = f"print('x', file=open({str(tmp_path / 'left')!r}, 'w'), flush=True)"
    with pytest.raises(Failed, match="File too large"):
        await python(code)
    assert (tmp_path / "left").read_text() == ""


@pytest.mark.parametrize(
    ("code", "limits"),
    [
        ("import time; time.sleep(60)", SHORT),
        ("import os\nwhile True: os.write(1, b'x' * 4096)", Limits(output=100_000)),
        (f"import sys\ntry: b'x' * (1 << 30)\nexcept MemoryError: sys.exit({cage.OUT_OF_MEMORY})", Limits()),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", Limits()),
    ],
    ids=["time", "output", "memory", "crash"],
)
async def test_past_a_limit_it_is_ended(code: str, limits: Limits) -> None:
    with pytest.raises(Exceeded):
        await python(code, limits=limits)


async def test_its_last_words_are_told() -> None:
    with pytest.raises(Failed, match="exit status 1: no such table"):
        await python("import sys; sys.exit('no such table')")


@pytest.mark.parametrize("hangs_up", [True, False])
async def test_it_leaves_no_process(tmp_path: Path, hangs_up: bool) -> None:
    """Neither when nobody waits for it any more, nor when it has left a child behind."""
    code = (
        f"import os, time\nchild = os.fork()\nopen(f'{tmp_path}/{{os.getpid()}}', 'w')\n"
        f"if {hangs_up} or not child: time.sleep(60)"
    )
    task = asyncio.create_task(python(code, limits=Limits(seconds=60 if hangs_up else 1)))
    while len(pids := [int(path.name) for path in tmp_path.iterdir()]) < 2:
        await asyncio.sleep(0.01)
    if hangs_up:
        task.cancel()
    with pytest.raises(asyncio.CancelledError if hangs_up else Exceeded):
        await task
    for pid in pids:
        while _runs(pid):
            await asyncio.sleep(0.01)


async def test_only_some_run_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cage, "AT_ONCE", 1)
    monkeypatch.setattr(cage, "WAIT_AT_MOST", 0.05)
    first = asyncio.create_task(python("import time; time.sleep(60)", limits=Limits(seconds=60)))
    await asyncio.sleep(0)
    with pytest.raises(Unavailable) as refused:
        await python("print(1)")
    assert refused.value.extra["retry_after"] == 0.05
    first.cancel()
    monkeypatch.setattr(cage, "WAIT_AT_MOST", 60)
    assert await python("print(1)") == b"1\n"


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
