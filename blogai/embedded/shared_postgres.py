"""Shares the embedded Postgres between processes: the first one starts it, the last one stops it.

Every process holds a shared lock on `postgres.users` while it uses Postgres, and an exclusive lock on
`postgres.starting` while it starts or stops it. The last user is the one that can lock `postgres.users`
exclusively.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from blogai.embedded import locks
from blogai.embedded.errors import explain_os_errors
from blogai.embedded.postgres import Postgres

LOCK_TIMEOUT = 90  # seconds: another process may be recovering after a crash


@contextmanager
def database(data_dir: Path) -> Iterator[None]:
    """Runs Postgres at `database_address(data_dir)` inside the block, shared with other users.

    Raises CannotStart.
    """
    message = f"Another process has been starting or stopping Postgres in {data_dir} for too long. End it."
    with ExitStack() as stack:
        with explain_os_errors(data_dir):
            data_dir.mkdir(parents=True, exist_ok=True)
            postgres = Postgres(data_dir)
            users = stack.enter_context(locks.open_lock_file(data_dir / "postgres.users"))
            starting = stack.enter_context(locks.open_lock_file(data_dir / "postgres.starting"))
            stack.callback(_leave, postgres, users, starting, message)
            with locks.exclusive(starting, timeout=LOCK_TIMEOUT, message=message):
                # Never fails, because exclusive locks are taken only while holding `starting`.
                locks.try_lock(users, shared=True)
                postgres.ensure_running()
        yield


def _leave(postgres: Postgres, users: int, starting: int, message: str) -> None:
    with locks.exclusive(starting, timeout=LOCK_TIMEOUT, message=message):
        if locks.try_lock(users):
            postgres.stop()
        else:
            postgres.detach()
