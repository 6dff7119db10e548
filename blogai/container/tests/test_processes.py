"""The first process of a container: what it runs ends together, and nothing is left behind."""

import signal
import subprocess
import sys
import textwrap

import pytest

from blogai.tests.processes import PROJECT

PROGRAM = """
    import sys
    from blogai.container.processes import Processes
    processes = Processes()
    for number, script in enumerate(sys.argv[1:]):
        processes.start(f"program {number}", ("/bin/sh", "-c", script), {})
    sys.exit(processes.wait())
"""
UNTIL_ASKED = "trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done"


def first_process(*scripts: str) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), *scripts],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stdout
    assert [started.stdout.readline() for _ in scripts] == ["ready\n"] * len(scripts)
    return started


@pytest.mark.parametrize(
    ("ending", "code", "said"),
    [
        ("exit 3", 3, "program 1 has ended with code 3"),
        ("exit 0", 1, "program 1 has ended with code 0"),
        ("kill -9 $$", 137, "program 1 has ended by SIGKILL, perhaps because memory ran out"),
    ],
)
def test_when_one_ends_all_do_and_the_container_fails(ending: str, code: int, said: str) -> None:
    process = first_process(UNTIL_ASKED, f"echo ready; sleep 0.1; {ending}")
    _, error = process.communicate(timeout=20)
    assert process.returncode == code
    assert error == f"Blog AI stops, because {said}.\n"


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_an_orderly_stop_is_no_failure(asked: signal.Signals) -> None:
    process = first_process(UNTIL_ASKED, UNTIL_ASKED)
    process.send_signal(asked)
    assert process.communicate(timeout=20) == ("", "")
    assert process.returncode == 0


def test_a_program_that_fails_at_the_stop_is_a_failure() -> None:
    process = first_process(UNTIL_ASKED, UNTIL_ASKED.replace("exit 0", "exit 4"))
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=20) == ("", "")
    assert process.returncode == 4
