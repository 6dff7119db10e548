"""A transaction pooler in front of the test database, as Supabase has one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from blogai.tests.ports import free_port, wait_for_port
from blogai.tests.processes import SECONDS

POOL_SIZE = 10
CONFIG = """
[databases]
* = {server}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 100
"""


class PgBouncer:
    """A running one. `url` is its database's, through it."""

    def __init__(self, folder: Path, database_url: str) -> None:
        to, self._port, users = conninfo_to_dict(database_url), free_port(), folder / "users.txt"
        server = {key: to[key] for key in ("host", "port", "password") if to.get(key)}
        users.write_text(f'"{to["user"]}" ""\n')
        self._config = folder / "pgbouncer.ini"
        parameters = " ".join(f"{key}={value}" for key, value in server.items())
        self._config.write_text(
            CONFIG.format(size=POOL_SIZE, server=parameters, port=self._port, users=users)
        )
        # It refuses to be root, and only its owner enters the folder of the embedded Postgres' socket.
        host = str(to["host"])
        owner = Path(host).owner() if host.startswith("/") else "nobody"
        self._as_another = ["-u", owner] if os.getuid() == 0 else []
        self.url = f"postgresql://{to['user']}@127.0.0.1:{self._port}/{to['dbname']}"
        self.start()

    def start(self) -> None:
        command = ["pgbouncer", "-q", *self._as_another, str(self._config)]
        self._process = subprocess.Popen(command, start_new_session=True)
        wait_for_port(self._port)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(SECONDS)


def is_missing() -> bool:
    """Whether this is a laptop without PgBouncer. CI must have it."""
    return not os.environ.get("CI") and not shutil.which("pgbouncer")


@contextmanager
def pooling(folder: Path, database_url: str) -> Iterator[str]:
    """Runs PgBouncer and gives the address there, or the database's own on a laptop without PgBouncer."""
    if is_missing():
        yield database_url
        return
    pooler = PgBouncer(folder, database_url)
    try:
        yield pooler.url
    finally:
        pooler.kill()
