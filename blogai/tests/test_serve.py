"""`manage.py serve` as a process: its output, how it stops, and how it starts again."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from blogai.rate_limits import WARNING
from blogai.tests.folders import open_folder
from blogai.tests.processes import manage, serving

pytestmark = pytest.mark.worker


def refused(data_dir: Path, *arguments: str, **environment: str) -> str:
    """The error of a `serve` that does not start: one sentence on stderr."""
    done = manage("serve", *arguments, data_dir=data_dir, **environment)
    assert done.returncode == 1
    assert done.stderr.startswith("Blog AI can't start: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """An empty data folder."""
    with open_folder() as folder:
        yield folder


def test_answers_once_it_says_so_and_stops_everything_at_sigterm(data_dir: Path) -> None:
    with serving(data_dir, DEV_MODE="true", OPENAI_APIKEY="key") as serve:
        serve.line_with("OPENAI_APIKEY isn't a variable of Blog AI. Did you mean OPENAI_API_KEY?")
        serve.line_with(WARNING)  # as in all tests
        url = serve.url()
        link = serve.line_with("Sign in as the demo account (works once, for an hour): ").split()[-1]
        assert link.startswith(f"{url}/sign-in/")
        assert httpx.get(f"{url}/health").status_code == 200
        serve.line_with("DEV_MODE is on")
        assert httpx.get(f"{url}/api/v1/posts").status_code == 200
        assert serve.end(signal.SIGTERM) == 0
    assert not (data_dir / "postgres" / "postmaster.pid").exists()


def test_a_command_beside_it_uses_its_postgres_and_a_second_one_is_refused(data_dir: Path) -> None:
    with serving(data_dir) as serve:
        serve.url()
        postgres = (data_dir / "postgres" / "postmaster.pid").read_text()
        beside = manage("create_api_key", "--email", "demo@blog-ai.localhost", data_dir=data_dir)
        assert beside.returncode == 0, beside.stderr
        assert str(data_dir) in refused(data_dir, "--port", "0")
        assert (data_dir / "postgres" / "postmaster.pid").read_text() == postgres


@pytest.mark.parametrize("moment", ["Starting Postgres", "Blog AI is ready"])
def test_ctrl_c_twice_stops_it_in_order_at_any_moment(data_dir: Path, moment: str) -> None:
    with serving(data_dir) as serve:
        serve.line_with(moment)
        assert serve.end(signal.SIGINT, signal.SIGINT) == 0
    assert not (data_dir / "postgres" / "postmaster.pid").exists()


def test_starts_again_after_a_kill_of_the_whole_group(data_dir: Path) -> None:
    with serving(data_dir) as serve:
        serve.url()
        serve.end(signal.SIGKILL)
    with serving(data_dir) as serve:
        assert httpx.get(serve.url()).status_code == 200
        assert serve.end(signal.SIGTERM) == 0
    assert not (data_dir / "postgres" / "postmaster.pid").exists()


def test_without_a_key_the_demo_model_answers_while_it_runs(data_dir: Path) -> None:
    with serving(data_dir, OPENAI_API_KEY="") as serve:
        serve.url()
        assert "OPENAI_API_KEY" in serve.line_with("demo model")
        model = (data_dir / "model.url").read_text()
        assert httpx.get(f"{model}/models").status_code == 200
        assert serve.end(signal.SIGINT) == 0
    assert not (data_dir / "model.url").exists()


def test_a_port_in_use_is_a_sentence(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"Port {port} is in use. Set PORT" in refused(data_dir, "--port", port)


def test_a_broken_data_folder_is_a_sentence() -> None:
    with open_folder() as folder:
        (folder / "postgres").mkdir()
        (folder / "postgres" / "PG_VERSION").write_text("18")
        assert f"Can't open the database in {folder / 'postgres'}" in refused(folder, "--port", "0")


def test_a_database_that_does_not_answer_is_a_sentence(data_dir: Path) -> None:
    nowhere = "postgres://blogai:secret@127.0.0.1:9/blogai"
    sentence = refused(data_dir, "--port", "0", DATABASE_URL=nowhere)
    assert "DATABASE_URL" in sentence
    assert "secret" not in sentence


def test_a_database_that_hangs_does_not_keep_it(data_dir: Path) -> None:
    with serving(data_dir) as serve:
        serve.url()
        postgres = int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postgres}/task/{postgres}/children").read_text().split()
        for pid in (postgres, *map(int, children)):
            os.kill(pid, signal.SIGSTOP)
        try:
            assert serve.end(signal.SIGTERM) == 1
        finally:
            for pid in (postgres, *map(int, children)):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
    with serving(data_dir) as serve:
        assert httpx.get(serve.url()).status_code == 200
