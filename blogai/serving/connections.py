"""How many database connections what starts here may open, and whether that is allowed."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

QUEUE_CONNECTIONS = 5
"""A worker's besides Django's pool: four in procrastinate's pool, and one that listens for jobs."""
ADVICE = "Lower UVICORN_WORKERS or DB_POOL_MAX, or raise the limit."


@dataclass(frozen=True)
class Needs:
    """The most connections of some web processes and a worker, which may share a process with the web."""

    web_processes: int = 0
    worker: bool = False
    shared: bool = False

    @property
    def web(self) -> int:
        return self.web_processes * settings.DB_POOL_MAX

    @property
    def of_worker(self) -> int:
        return (QUEUE_CONNECTIONS + (0 if self.shared else settings.DB_POOL_MAX)) if self.worker else 0

    @property
    def total(self) -> int:
        return self.web + self.of_worker

    def __str__(self) -> str:
        parts = []
        if self.web:
            parts.append(f"{self.web} of the web server ({self.web_processes} × {settings.DB_POOL_MAX})")
        if self.worker:
            parts.append(f"{self.of_worker} of the worker")
        return " and ".join(parts)


def budget(needs: Needs, *, who: str) -> str:
    """A sentence with what is needed. Raises ImproperlyConfigured if DB_MAX_CONNECTIONS allows less."""
    sentence = f"{who} opens up to {needs.total} database connections: {needs}."
    if 0 < settings.DB_MAX_CONNECTIONS < needs.total:
        raise ImproperlyConfigured(
            f"{sentence} DB_MAX_CONNECTIONS allows {settings.DB_MAX_CONNECTIONS}. {ADVICE}"
        )
    return sentence
