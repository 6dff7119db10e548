"""`docker/entrypoint`: its commands, its environment, and how it ends when something is wrong."""

import os
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from blogai.configuration import spelling
from blogai.container import __main__ as entrypoint
from blogai.container import health
from blogai.container.tests.container import descendants
from blogai.schema.scratch import server
from blogai.tests.ports import free_port
from blogai.tests.processes import PROJECT, SECONDS, Process, until
from blogai.tests.test_production import PRODUCTION

DOWN = "postgresql://blogai:secret-word@127.0.0.1:9/blogai"


class Entrypoint(Process):
    PROGRAM = ("-m", "blogai.container")


def start(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        ["docker/entrypoint", command],
        cwd=PROJECT,
        env=container_environment(folder, **environment),
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


def container_environment(folder: Path, **more: str) -> dict[str, str]:
    python = f"{PROJECT}/.venv/bin:{os.environ['PATH']}"
    return {**os.environ, **PRODUCTION, "PATH": python, "TMPDIR": str(folder), "START_TIMEOUT": "0.5", **more}


@contextmanager
def refusing(message: str) -> Iterator[tuple[str, list[int]]]:
    """A server that refuses everybody as Postgres does. Yields its URL, and the connections it has had."""
    counted: list[int] = []
    error = b"SFATAL\0VFATAL\0C28P01\0M" + message.encode() + b"\0\0"

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                if connection.recv(1000)[4:8] == bytes([4, 210, 22, 47]):  # asks for TLS
                    connection.sendall(b"N")
                    connection.recv(1000)
                counted.append(1)
                connection.sendall(b"E" + (len(error) + 4).to_bytes(4) + error)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"postgresql://blogai:secret-word@127.0.0.1:{listener.getsockname()[1]}/blogai", counted
        listener.shutdown(socket.SHUT_RDWR)


@contextmanager
def empty_database(database_url: str) -> Iterator[str]:
    name = f"blogai_entrypoint_{os.getpid()}"
    with server() as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield database_url.replace(f"/{admin.info.dbname}", f"/{name}")
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_an_unknown_command_prints_those_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert entrypoint.main(["wev"]) == entrypoint.main(["web", "twice"]) == 2
    assert "  migrate   bring the database up to date" in capsys.readouterr().err


def test_no_folder_for_temporary_files_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/nowhere"])
    assert entrypoint.main(["web"]) == 1
    assert capsys.readouterr().err.startswith("Blog AI can't start: it can't write temporary files.")


def test_a_misspelt_variable_is_named() -> None:
    names = ("OPENAI_APIKEY", "STRIPE_WEBHOOK_SECRETS", "Secret-Key", "DATABSE_URL_FILE")
    assert list(spelling.advice(names)) == [
        "DATABSE_URL_FILE isn't a variable of Blog AI. Did you mean DATABASE_URL?",
        "OPENAI_APIKEY isn't a variable of Blog AI. Did you mean OPENAI_API_KEY?",
        "STRIPE_WEBHOOK_SECRETS isn't a variable of Blog AI. Did you mean STRIPE_WEBHOOK_SECRET?",
        "Secret-Key isn't a variable of Blog AI. Did you mean SECRET_KEY?",
    ]


def test_what_is_right_or_somebody_elses_is_not_named() -> None:
    names = "OPENAI_API_KEY SECRET_KEY_FILE PATH HOME HOSTNAME REDIS_PORT REDIS_SERVICE_HOST DB_HOST GPG_KEY"
    assert list(spelling.advice(names.split())) == []


def test_without_redis_there_is_one_web_process() -> None:
    assert entrypoint.with_processes({})["UVICORN_WORKERS"] == "1"
    assert "UVICORN_WORKERS" not in entrypoint.with_processes({"REDIS_URL_FILE": "/run/secrets/redis"})
    assert entrypoint.with_processes({"UVICORN_WORKERS": "3"})["UVICORN_WORKERS"] == "3"


def test_the_health_check_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", str(free_port()))
    assert health.check(tmp_path) == 1
    health.note_role(tmp_path, "web")
    assert health.check(tmp_path) == 1
    health.note_role(tmp_path, "worker")
    assert health.check(tmp_path) == 1
    alive = health.alive_file(tmp_path)
    alive.touch()
    assert health.check(tmp_path) == 0
    os.utime(alive, (0, 0))
    assert health.check(tmp_path) == 1
    first, web, absent, stale = capsys.readouterr().err.splitlines()
    assert first == "Nothing runs yet."
    assert web.startswith("The web server isn't ready: ")
    assert absent == stale
    assert "hasn't moved for 30 seconds" in stale


@pytest.mark.worker
@pytest.mark.parametrize("command", ["all", "web", "worker", "migrate"])
def test_a_database_that_is_down_is_waited_for_and_then_a_sentence(command: str, tmp_path: Path) -> None:
    done = start(command, tmp_path, DATABASE_URL=DOWN, REDIS_URL="")
    assert done.returncode == 1
    assert done.stdout.count("Trying again for up to 0.5 seconds.") == 1
    assert done.stderr.startswith("Blog AI can't start: The database in DATABASE_URL isn't answering: ")
    assert "Traceback" not in done.stderr and "secret-word" not in done.stdout + done.stderr


@pytest.mark.worker
def test_a_wrong_password_is_not_tried_again(tmp_path: Path) -> None:
    with refusing('password authentication failed for user "blogai"') as (url, connections):
        done = start("web", tmp_path, DATABASE_URL=url, START_TIMEOUT="30")
    assert (done.returncode, done.stdout) == (1, "")
    assert "DATABASE_URL refuses us: " in done.stderr
    assert 'password authentication failed for user "blogai"' in done.stderr
    assert "secret-word" not in done.stderr
    assert len(connections) == 1


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_two_migrations_at_once_and_servers_only_after_them(database_url: str, tmp_path: Path) -> None:
    with empty_database(database_url) as url:
        too_early = start("web", tmp_path, DATABASE_URL=url)
        assert too_early.returncode == 1
        assert "Run this image with the command `migrate` first." in too_early.stderr
        environment = container_environment(tmp_path, DATABASE_URL=url)
        both = [Entrypoint(tmp_path, "migrate", **environment) for _ in range(2)]
        assert [one.process.wait(SECONDS) for one in both] == [0, 0]
        for one in both:
            one.close()
        assert sum("Applying 000_framework …" in one.printed for one in both) == 1
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT count(*) FROM tier_limits").fetchone() == (4,)


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_all_serves_both_ports_and_ends_when_its_worker_is_killed(
    database_url: str, redis_server: Any, tmp_path: Path
) -> None:
    ports = {"PORT": str(free_port()), "FRONTEND_PORT": str(free_port()), "DATABASE_URL": database_url}
    environment = container_environment(
        tmp_path, **ports, REDIS_URL=redis_server.url, OPENAI_APIKEY="sk-none"
    )
    container = Entrypoint(tmp_path, "all", **environment)
    try:
        until(lambda: is_healthy(environment))
        for port in (ports["PORT"], ports["FRONTEND_PORT"]):
            socket.create_connection(("127.0.0.1", int(port)), timeout=5).close()
        worker = next(
            pid for pid in descendants(container.process.pid) if "manage.py worker" in words_of(pid)
        )
        os.kill(worker, signal.SIGKILL)
        assert container.process.wait(SECONDS) == 137
    finally:
        container.close()
    printed = "\n".join(container.printed)
    assert "Did you mean OPENAI_API_KEY?" in printed
    assert "the worker has ended by SIGKILL, perhaps because memory ran out" in printed
    assert "17 database connections: 8 of the web server (2 × 4) and 9 of the worker" in printed


def is_healthy(environment: dict[str, str]) -> bool:
    words = ("docker/entrypoint", "healthy")
    return subprocess.run(words, cwd=PROJECT, env=environment, capture_output=True).returncode == 0


def words_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
