"""Whether Postgres allows as many connections as a container may open."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from blogai.schema.scratch import server
from blogai.serving import database
from blogai.serving.connections import ADVICE, Needs, budget

ALLOWED = """
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', true), '0')::int,
           (SELECT count(*) FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()),
           current_setting('statement_timeout') <> '0'
"""


def needs_of(command: str) -> Needs:
    web, worker = command in {"all", "web"}, command in {"all", "worker"}
    return Needs(web_processes=settings.WEB_PROCESSES if web else 0, worker=worker)


def check(command: str) -> str:
    """Lines that compare what is needed with what is allowed. Raises ImproperlyConfigured for too much."""
    needs = needs_of(command)
    need = budget(needs, who="This container")
    with server() as connection:
        ((allowed, in_use, limited),) = connection.execute(ALLOWED).fetchall()
    if needs.web and _has_pooler():
        line = f"{need} A pooler is in front of Postgres, so compare that with the pooler's limit."
        return line if limited else f"{database.POOLED_ADVICE}\n{line}"
    if needs.total > allowed:
        raise ImproperlyConfigured(f"{need} Postgres allows {allowed}. {ADVICE}")
    line = f"{need} Postgres allows {allowed}, {in_use} are open now, and {allowed // needs.total} such fit."
    if in_use + needs.total > allowed:
        line += " That leaves too few: expect errors, or stop something else first."
    return line


def _has_pooler() -> bool:
    return database.is_pooled() or settings.DATABASE_URL_DIRECT != settings.DATABASE_URL
