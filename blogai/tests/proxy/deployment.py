"""A whole deployment behind nginx: two web processes, two workers, Redis, PgBouncer and a simulated model."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blogai.tests.gunicorn import Gunicorn
from blogai.tests.ports import free_port
from blogai.tests.processes import SECONDS, Worker
from blogai.tests.proxy.nginx import API, BLOG, Names, Nginx, fronting
from blogai.tests.proxy.pgbouncer import pooling
from blogai.tests.redis import Redis
from blogai.tests.test_production import PRODUCTION
from generation.llm import simulated
from generation.llm.simulated import Server

ADDRESSES = ("127.0.0.1", "127.0.0.2")


class Deployment:
    """What runs. `restart` replaces a web process, as an update does."""

    upstream: str
    resolver: str

    def __init__(self, nginx: Nginx, model: Server, database: str, environment: dict[str, str]) -> None:
        self.nginx, self.model = nginx, model
        self._database, self._environment = database, environment
        self.web = [self._start(address) for address in ADDRESSES]

    def _start(self, address: str) -> Gunicorn:
        return Gunicorn(self._database, **{**self._environment, "HOST": address})

    def restart(self, number: int) -> None:
        """As an orchestrator does: SIGTERM, wait for the end, start the new one, wait until it is ready."""
        self.web[number].process.send_signal(signal.SIGTERM)
        assert self.web[number].process.wait(SECONDS) == 0
        self.web[number] = self._start(ADDRESSES[number])
        self.web[number].until_ready()

    def close(self) -> None:
        for gunicorn in self.web:
            gunicorn.close()


@contextmanager
def deployed(folder: Path, database_url: str) -> Iterator[Deployment]:
    redis, port = Redis(), free_port()
    try:
        with (
            simulated.serve() as model,
            pooling(folder, database_url) as pooled,
            Names(*ADDRESSES) as names,
            fronting(folder, f"blog-ai:{port}", names.at) as nginx,
        ):
            environment = {
                **PRODUCTION,
                "ALLOWED_HOSTS": f"{BLOG},{API}",
                "DATABASE_URL_DIRECT": database_url,
                "DATABASE_POOL_MODE": "transaction",
                "DRAIN_SECONDS": "1",
                # A reply is held back while processes restart, for as long as this machine takes.
                "LLM_FIRST_TOKEN_TIMEOUT": "120",
                "LLM_IDLE_TIMEOUT": "120",
                "OPENAI_BASE_URL": model.openai_url,
                "PORT": str(port),
                "REDIS_URL": redis.url,
                "VERIFIED_EMAIL_REQUIRED": "false",
            }
            deployment = Deployment(nginx, model, pooled, environment)
            deployment.upstream, deployment.resolver = f"blog-ai:{port}", names.at
            workers = [Worker(folder, **environment, DATABASE_URL=pooled) for _ in range(2)]
            try:
                for gunicorn in deployment.web:
                    gunicorn.until_ready()
                for worker in workers:
                    worker.line_with(Worker.READY)
                yield deployment
            finally:
                deployment.close()
                for worker in workers:
                    worker.close()
    finally:
        redis.kill()
