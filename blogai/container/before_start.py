"""What must hold before a container's servers start. Each check raises with a sentence, or prints one."""

import os
import tempfile
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError
from redis.retry import Retry

from blogai.container import connections
from blogai.embedded import CannotStart
from blogai.schema import apply
from blogai.serving import shared_state
from blogai.serving.database import DatabaseRefuses, check_reachable

REDIS_TIMEOUT = 2.0
CLOCK_MAY_DIFFER = 30.0
"""Seconds. A code of an authenticator app lasts as long, and Stripe's signatures count for five minutes."""


def check(command: str) -> None:
    """Everything that `command` needs. Raises ImproperlyConfigured or CommandError."""
    if settings.EMBEDDED_DATABASE:
        raise ImproperlyConfigured("Set DATABASE_URL: there's no database in the container.")
    wait_for_database(settings.START_TIMEOUT)
    check_clock()
    check_schema(command)
    if command == "migrate":
        return
    wait_for_redis(settings.START_TIMEOUT)
    check_exports()
    if command in {"all", "web"}:
        shared_state.check(processes=settings.WEB_PROCESSES)
    say(connections.check(command))
    say(f"Starting Blog AI {settings.VERSION}.")


def wait_for_database(seconds: float) -> None:
    """Raises CannotStart if it refuses us, or doesn't answer in time."""
    error = _retry(check_reachable, seconds)
    if error:
        raise error


def wait_for_redis(seconds: float) -> None:
    """Raises CannotStart if it refuses us. It may be down: Blog AI works without it, if less well."""
    if not settings.REDIS_URL:
        return
    error = _retry(_ping_redis, seconds)
    if error:
        say(
            f"{error} Starting without it: until it answers, each process counts requests on its own, and "
            "live text is a second late."
        )


def check_schema(command: str) -> None:
    """Brings the database up to date for `all` and `migrate`. Raises CannotStart if another command needs it.

    A newer schema is fine: migrations keep the version before them working, so that one can go back to it.
    """
    schema = apply.state()
    if schema.newer and not schema.is_behind:
        say(
            f"A newer version of Blog AI has updated this database ({', '.join(schema.newer)}). "
            "This one works beside it."
        )
    elif command in {"all", "migrate"}:
        changed = apply.bring_up_to_date(lambda line: say(f"{line} …"))
        say("The database is up to date." if changed else "The database was up to date already.")
    elif schema.is_behind:
        raise CannotStart("The database needs an update. Run this image with the command `migrate` first.")


def check_clock() -> None:
    """Says so if this machine's clock is wrong. Runs and limits go by those of Postgres and Redis."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        ahead = time.time() - float(cursor.fetchone()[0])
    if abs(ahead) > CLOCK_MAY_DIFFER:
        where = "ahead of" if ahead > 0 else "behind"
        say(
            f"This machine's clock is {abs(ahead):.0f} seconds {where} Postgres'. Set it right: until then, "
            "codes of authenticator apps and Stripe's events may be refused."
        )


def check_exports() -> None:
    """Says so if archives of people's data can't be stored: everything else works."""
    storage = storages["exports"]
    if not isinstance(storage, FileSystemStorage):
        return
    try:
        os.makedirs(storage.location, mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=storage.location):
            return
    except OSError as error:
        say(
            f"Can't write to EXPORT_DIR ({storage.location}): {error.strerror}. People can't download their "
            "data until you mount a volume there, the same one for web and worker."
        )


def say(line: str) -> None:
    print(line, flush=True)


def _ping_redis() -> None:
    try:
        with Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=REDIS_TIMEOUT,
            socket_connect_timeout=REDIS_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            client.ping()
    except AuthenticationError as error:
        raise ImproperlyConfigured(f"The server in REDIS_URL refuses us: {error}.") from error
    except (RedisError, OSError) as error:
        raise CannotStart(f"The server in REDIS_URL isn't answering: {error}.") from error


def _retry(connect: Callable[[], None], seconds: float) -> CannotStart | None:
    """Call it until it succeeds. Returns its last CannotStart after so many seconds, and raises a refusal."""
    end = time.monotonic() + seconds
    waiting = False
    while True:
        try:
            connect()
            return None
        except DatabaseRefuses:
            raise
        except CannotStart as error:
            if time.monotonic() >= end:
                return error
            if not waiting:
                say(f"{error} Trying again for up to {seconds:g} seconds.")
            waiting = True
        time.sleep(min(1.0, seconds / 10))
