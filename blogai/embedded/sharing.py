"""Who uses the embedded Postgres: the first starts it, the last stops it, in whatever order they come and go.

Everyone holds a shared lock on `postgres.users` while they use it; whoever starts or stops it holds
`postgres.starting`. On leaving, the one who gets `postgres.users` for itself was the last.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from blogai.embedded import locks
from blogai.embedded.postgres import Postgres
from blogai.embedded.refusal import explained

PATIENCE = 90  # seconds: another process may be replaying the log of a power cut


@contextmanager
def database(data_dir: Path) -> Iterator[None]:
    """A Postgres answers at `database_address(data_dir)` inside. Nested and concurrent users share it.

    Raises CannotStart.
    """
    stuck = f"Another process has been starting or stopping the Postgres of {data_dir} for too long: end it."
    with ExitStack() as leaving:
        with explained(data_dir):
            data_dir.mkdir(parents=True, exist_ok=True)
            postgres = Postgres(data_dir)
            users = leaving.enter_context(locks.opened(data_dir / "postgres.users"))
            starting = leaving.enter_context(locks.opened(data_dir / "postgres.starting"))
            leaving.callback(_leave, postgres, users, starting, stuck)
            with locks.alone(starting, patience=PATIENCE, otherwise=stuck):
                locks.take(users, shared=True)  # never refused: exclusive ones are taken under `starting`
                postgres.ensure_running()
        yield


def _leave(postgres: Postgres, users: int, starting: int, stuck: str) -> None:
    with locks.alone(starting, patience=PATIENCE, otherwise=stuck):
        if locks.take(users):
            postgres.stop()
        else:
            postgres.let_go()
