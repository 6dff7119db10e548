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
default_pool_size = 10
max_client_conn = 100
ignore_startup_parameters = extra_float_digits,options
"""


@contextmanager
def pooling(folder: Path, database_url: str) -> Iterator[str]:
    """Runs PgBouncer and gives the address there, or the database's own on a laptop without PgBouncer."""
    if not os.environ.get("CI") and not shutil.which("pgbouncer"):
        yield database_url
        return
    to, port, users = conninfo_to_dict(database_url), free_port(), folder / "users.txt"
    server = {key: to[key] for key in ("host", "port", "password") if to.get(key)}
    users.write_text(f'"{to["user"]}" ""\n')
    config = folder / "pgbouncer.ini"
    parameters = " ".join(f"{key}={value}" for key, value in server.items())
    config.write_text(CONFIG.format(server=parameters, port=port, users=users))
    # It refuses to be root, and only its owner enters the folder of the embedded Postgres' socket.
    host = str(to["host"])
    owner = Path(host).owner() if host.startswith("/") else "nobody"
    as_another = ["-u", owner] if os.getuid() == 0 else []
    process = subprocess.Popen(["pgbouncer", "-q", *as_another, config], start_new_session=True)
    try:
        wait_for_port(port)
        yield f"postgresql://{to['user']}@127.0.0.1:{port}/{to['dbname']}"
    finally:
        process.kill()
        process.wait(SECONDS)
