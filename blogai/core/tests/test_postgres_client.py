"""Queries while Postgres hangs, behind a proxy that can stop passing on what it accepts."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool

from blogai.core import postgres_client
from blogai.core.postgres_client import Connection, giving_up

pytestmark = pytest.mark.django_db


class Proxy:
    """Stands before Postgres. While it hangs, it accepts everything and passes nothing on."""

    def __init__(self, database_url: str) -> None:
        with psycopg.connect(database_url) as connection:
            self._host, self._port = connection.info.host, connection.info.port
        self._passes = threading.Event()
        self._passes.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = make_conninfo(database_url, host="127.0.0.1", port=self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def hang(self) -> None:
        self._passes.clear()

    def wake(self) -> None:
        self._passes.set()

    def close(self) -> None:
        self.wake()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = self._connect()
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=self._copy, args=pair, daemon=True).start()

    def _connect(self) -> socket.socket:
        if not self._host.startswith("/"):
            return socket.create_connection((self._host, self._port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{self._host}/.s.PGSQL.{self._port}")
        return server

    def _copy(self, source: socket.socket, to: socket.socket) -> None:
        with suppress(OSError), source:
            while piece := source.recv(65_536):
                self._passes.wait()
                to.sendall(piece)
            to.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxy(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    monkeypatch.setattr(postgres_client, "SILENCE", 0.1)
    proxy = Proxy(database_url)
    yield proxy
    proxy.close()


@contextmanager
def one_connection(proxy: Proxy) -> Iterator[ConnectionPool[Connection[tuple[object, ...]]]]:
    check = ConnectionPool.check_connection
    with ConnectionPool(
        proxy.url, connection_class=Connection, min_size=1, max_size=1, timeout=10, check=check
    ) as pool:
        yield pool


def test_a_request_gives_up_and_nobody_gets_its_late_answer(proxy: Proxy) -> None:
    with one_connection(proxy) as pool, giving_up():
        with pool.connection() as first:
            proxy.hang()
            began = time.monotonic()
            with pytest.raises(psycopg.OperationalError, match="does not answer"):
                first.execute("SELECT 'late'")
            assert time.monotonic() - began < 2
            assert first.closed
        proxy.wake()
        with pool.connection() as second:
            assert second.execute("SELECT 'mine'").fetchone() == ("mine",)
        assert second is not first


def test_a_pooled_connection_that_hangs_is_given_up_when_it_is_checked(proxy: Proxy) -> None:
    with one_connection(proxy) as pool, giving_up():
        pool.wait()
        proxy.hang()
        began = time.monotonic()
        with pytest.raises(psycopg.OperationalError):
            pool.getconn(timeout=0.3)
        assert time.monotonic() - began < 2
        proxy.wake()
        with pool.connection() as replaced:
            assert replaced.execute("SELECT 1").fetchone() == (1,)


def test_a_query_that_is_slow_is_waited_for(proxy: Proxy) -> None:
    with one_connection(proxy) as pool, giving_up(), pool.connection() as connection:
        assert connection.execute("SELECT 1 FROM pg_sleep(0.35)").fetchone() == (1,)
        assert connection.execute("SELECT 2").fetchone() == (2,)


def test_a_query_that_never_ends_is_given_up(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_client, "LONGEST", 0.15)
    with one_connection(proxy) as pool, giving_up(), pool.connection() as connection:
        with pytest.raises(psycopg.OperationalError, match="does not answer"):
            connection.execute("SELECT pg_sleep(3)")
        assert connection.closed


def test_what_is_no_request_waits_until_postgres_answers(proxy: Proxy) -> None:
    with one_connection(proxy) as pool, pool.connection() as connection:
        proxy.hang()
        threading.Timer(0.8, proxy.wake).start()  # longer than a request would wait
        assert connection.execute("SELECT 1").fetchone() == (1,)
