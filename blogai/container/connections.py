"""How many database connections a container may open, and whether Postgres allows as many."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from blogai.schema.scratch import server

QUEUE_CONNECTIONS = 5
"""A worker's besides Django's pool: four in procrastinate's pool, and one that listens for jobs."""
ADVICE = "Lower UVICORN_WORKERS or DB_POOL_MAX, or raise the limit."
ALLOWED = """
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', true), '0')::int,
           (SELECT count(*) FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())
"""


@dataclass(frozen=True)
class Needs:
    """The most connections of what this container runs."""

    web: int
    worker: int

    @property
    def total(self) -> int:
        return self.web + self.worker

    def __str__(self) -> str:
        parts = []
        if self.web:
            parts.append(f"{self.web} of the web server ({settings.WEB_PROCESSES} × {settings.DB_POOL_MAX})")
        if self.worker:
            parts.append(f"{self.worker} of the worker")
        return " and ".join(parts)


def needs_of(command: str) -> Needs:
    web, worker = command in {"all", "web"}, command in {"all", "worker"}
    return Needs(
        settings.WEB_PROCESSES * settings.DB_POOL_MAX if web else 0,
        settings.DB_POOL_MAX + QUEUE_CONNECTIONS if worker else 0,
    )


def check(command: str) -> str:
    """A line that compares what is needed with what is allowed. Raises ImproperlyConfigured for too much."""
    needs = needs_of(command)
    need = f"This container opens up to {needs.total} database connections: {needs}."
    most = settings.DB_MAX_CONNECTIONS
    if 0 < most < needs.total:
        raise ImproperlyConfigured(f"{need} DB_MAX_CONNECTIONS allows {most}. {ADVICE}")
    if needs.web and _has_pooler():
        return f"{need} A pooler is in front of Postgres, so compare that with the pooler's limit."
    with server() as connection:
        ((allowed, in_use),) = connection.execute(ALLOWED).fetchall()
    if needs.total > allowed:
        raise ImproperlyConfigured(f"{need} Postgres allows {allowed}. {ADVICE}")
    line = f"{need} Postgres allows {allowed}, {in_use} are open now, and {allowed // needs.total} such fit."
    if in_use + needs.total > allowed:
        line += " That leaves too few: expect errors, or stop something else first."
    return line


def _has_pooler() -> bool:
    through_pooler: bool = settings.DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"]
    return through_pooler or settings.DATABASE_URL_DIRECT != settings.DATABASE_URL
