"""The embedded Postgres, the demo model and the stored secrets."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from blogai.embedded import CannotStart, database, database_address, demo_model, get_or_create_secret
from blogai.embedded.address import socket_folder
from blogai.embedded.errors import explain_os_errors
from blogai.embedded.model import DemoModel
from blogai.embedded.system_user import closed_folder
from blogai.tests.folders import open_folder

MODEL = """
import socket, sys
server = socket.create_server(("127.0.0.1", 0))
print("ready", server.getsockname()[1], flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A data folder with a Postgres, which does not run between tests."""
    with open_folder() as folder:
        with database(folder):
            pass
        yield folder


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])


def asked(data_dir: Path) -> object:
    """The data folder of the Postgres that the settings point to."""
    address = database_address(data_dir)
    with psycopg.connect(
        dbname=address["NAME"], user=address["USER"], host=address["HOST"], port=address["PORT"]
    ) as connection:
        return connection.execute("SELECT current_setting('data_directory')").fetchone()


@pytest.mark.worker
class TestDatabase:
    def test_the_last_user_stops_it(self, data_dir: Path) -> None:
        with database(data_dir):
            started = postmaster(data_dir)
            with database(data_dir):
                assert postmaster(data_dir) == started
            assert asked(data_dir) == (str(data_dir / "postgres"),)
        assert not (data_dir / "postgres" / "postmaster.pid").exists()

    def test_only_its_user_reaches_it(self, data_dir: Path) -> None:
        with database(data_dir):
            assert (data_dir / "postgres").stat().st_mode & 0o077 == 0
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(host="127.0.0.1", port=postmaster(data_dir), connect_timeout=1)

    def test_starts_after_a_kill_of_everyone(self, data_dir: Path) -> None:
        with database(data_dir):
            killed = postmaster(data_dir)
            os.kill(killed, signal.SIGKILL)
            os.waitpid(killed, 0)
            with database(data_dir):
                assert asked(data_dir)

    def test_starts_when_its_number_became_another_process(self, data_dir: Path) -> None:
        stale = f"{os.getpid()}\n{data_dir / 'postgres'}\n1\n5432\n{data_dir}\n\n1 1\nready\n"
        (data_dir / "postgres" / "postmaster.pid").write_text(stale)
        (data_dir / "postgres" / ".s.PGSQL.5432.lock").write_text(stale)
        with database(data_dir):
            assert asked(data_dir)

    def test_a_long_path_has_its_socket_elsewhere(self) -> None:
        with open_folder() as folder:
            deep = folder / ("long" * 30) / "with, a comma"
            with database(deep):
                assert asked(deep) == (str(deep / "postgres"),)
            socket_folder(deep).rmdir()

    def test_a_command_alone_starts_it_and_stops_it(self, data_dir: Path) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", "showmigrations", "accounts"],
            env={**os.environ, "DATA_DIR": str(data_dir), "DATABASE_URL": ""},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "000_framework" in done.stdout, done.stderr
        assert not (data_dir / "postgres" / "postmaster.pid").exists()


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"postgres/PG_VERSION": "16"}, "was made by Postgres 16, and this is 18"),
        ({"postgres/thesis.txt": "Chapter 1"}, "it holds no Postgres database"),
        ({"postgres": "a file"}, "it holds no Postgres database"),
    ],
)
def test_a_folder_that_is_not_ours_is_left_alone(files: dict[str, str], sentence: str) -> None:
    with open_folder() as folder:
        for name, text in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        with pytest.raises(CannotStart, match=sentence), database(folder):
            pass
        assert all((folder / name).read_text() == text for name, text in files.items())


def test_a_data_dir_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="a part of that path is a file"), database(tmp_path / "file" / "x"):
        pass


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "have access"),
    ],
)
def test_what_the_disk_refuses_is_a_sentence(number: int, cause: str, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=f"{tmp_path}.*{cause}"), explain_os_errors(tmp_path):
        raise OSError(number, os.strerror(number))


def test_names_the_folder_that_is_closed_to_the_user_of_postgres(tmp_path: Path) -> None:
    with open_folder() as folder:
        (folder / "closed" / "data").mkdir(parents=True)
        stranger = os.getuid() + 1
        assert closed_folder(folder / "closed" / "data", stranger, stranger) is None
        (folder / "closed").chmod(0o700)
        assert closed_folder(folder / "closed" / "data", stranger, stranger) == folder / "closed"
        assert closed_folder(folder / "closed" / "data", os.getuid(), stranger) is None


def test_a_secret_is_made_once_and_read_by_its_user_alone(tmp_path: Path) -> None:
    assert get_or_create_secret(tmp_path, "SECRET_KEY", "first") == "first"
    assert get_or_create_secret(tmp_path, "SECRET_KEY", "second") == "first"
    assert [path.stat().st_mode & 0o777 for path in tmp_path.iterdir()] == [0o600]


@pytest.mark.worker
class TestDemoModel:
    @pytest.fixture(autouse=True)
    def _stand_in(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.runs(MODEL)

    def runs(self, program: str) -> None:
        self.monkeypatch.setattr("blogai.embedded.model.COMMAND", [sys.executable, "-c", program])

    def test_its_users_share_it(self, tmp_path: Path) -> None:
        with demo_model(tmp_path) as url:
            with demo_model(tmp_path) as same:
                assert same == url
            assert (tmp_path / "model.url").read_text() == url
        assert not (tmp_path / "model.url").exists()

    def test_the_next_user_runs_it_when_the_first_has_left(self, tmp_path: Path) -> None:
        with demo_model(tmp_path) as url, DemoModel(tmp_path) as second:
            assert second.url() == url
        with demo_model(tmp_path) as later:
            assert later != url

    def test_an_address_that_a_killed_one_left_is_not_believed(self, tmp_path: Path) -> None:
        (tmp_path / "model.url").write_text("http://127.0.0.1:9/v1")
        with demo_model(tmp_path) as url:
            assert url != "http://127.0.0.1:9/v1"

    @pytest.mark.parametrize(
        ("program", "sentence"),
        [
            (
                "exit(print('no wheels', file=__import__('sys').stderr) or 3)",
                "No model is set up. Set OPENAI",
            ),
            ("raise SystemExit('out of memory')", "failed: out of memory"),
        ],
    )
    def test_says_which_key_to_set_when_it_cannot_run(
        self, program: str, sentence: str, tmp_path: Path
    ) -> None:
        self.runs(program)
        with pytest.raises(CannotStart, match=sentence), demo_model(tmp_path):
            pass
        assert not (tmp_path / "model.url").exists()
