"""A complete deployment as in production, whose processes the tests may kill."""

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from billing import invariants as ledger
from blogai.embedded.postgres import Postgres
from blogai.serving import web
from blogai.tests.chaos.watchers import VISITED, EventWatcher, SocketWatcher, Visitor
from blogai.tests.ports import free_port, wait_for_port
from blogai.tests.processes import Process, Worker, manage, until
from blogai.tests.redis import Redis
from generation.llm import simulated
from generation.llm.simulated import Pace, Script
from generation.runs import invariants as runs

RECOVERY_TIMEOUT = 10.0
"""Seconds within which everything works again after Postgres has returned."""
RUN_TIMEOUT = 60.0
"""Seconds within which a short run ends, even if processes are killed meanwhile."""


class Web(Process):
    """A web server without a worker, as in production."""

    PROGRAM = (
        *("-m", "uvicorn", "blogai.asgi:application", "--lifespan", "off", "--log-level", "warning"),
        *("--timeout-keep-alive", str(web.OPTIONS["timeout_keep_alive"])),
    )


@dataclass(frozen=True, slots=True)
class WatchedRun:
    """A run, and two watchers that follow it from its start."""

    id: str
    post_id: str
    watchers: tuple[SocketWatcher, EventWatcher]


class Deployment:
    """Postgres, Redis, two providers, a web server and workers. `close` stops all of them."""

    def __init__(self, folder: Path) -> None:
        self._all = ExitStack()
        self.folder = folder
        self.workers: list[Worker] = []
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"

    def open(self) -> None:
        self.postgres = Postgres(self.folder)
        self._all.callback(self.postgres.stop)
        self.postgres.ensure_running()
        self.redis = Redis()
        self._all.callback(self.redis.kill)
        self.openai = self._all.enter_context(simulated.serve())
        self.anthropic = self._all.enter_context(simulated.serve())
        self._manage("migrate_sql")
        owner = ("--email", "alice@example.com")
        self.headers = {"X-API-Key": self._manage("create_api_key", *owner, "--create-user").strip()}
        self._manage("set_tier", *owner, "business")
        self.client = self._all.enter_context(
            httpx.Client(base_url=self.url, headers=self.headers, timeout=90, trust_env=False)
        )
        self.start_web()
        self._all.callback(self._close_processes)

    def close(self) -> None:
        self._all.close()

    def repair(self, *, providers: bool = True) -> None:
        """Start what has stopped and reset the providers. The database and the number of workers stay."""
        self.wake_postgres()
        self.postgres.ensure_running()
        for worker in self.workers:
            worker.resume()
        self.redis.wake()
        if not self.redis.runs:
            self.redis.start()
        if not self.web.runs:
            self.start_web()
        if providers:
            for provider in (self.openai, self.anthropic):
                provider.script = Script()
                provider.pace = Pace()
                provider.calls.clear()

    # Its processes -------------------------------------------------------------------------------

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis.url,
            "PORT": str(self._port),
            "OPENAI_BASE_URL": self.openai.openai_url,
            "ANTHROPIC_BASE_URL": self.anthropic.anthropic_url,
            "ANTHROPIC_API_KEY": "simulated",
            "LLM_RETRY_FOR": "",  # as in production
        }

    @property
    def database_url(self) -> str:
        return f"postgresql://postgres@/blogai?host={self.postgres.sockets}&port=5432"

    def start_web(self) -> None:
        self.web = Web(self.folder, "--port", str(self._port), **self.environment)
        wait_for_port(self._port, seconds=60)

    def set_worker_count(self, count: int) -> list[Worker]:
        """Start or kill workers until there are `count`, all of which take jobs."""
        self.kill(*[worker for worker in self.workers if not worker.runs])
        self.kill(*self.workers[count:])
        self.wait_for(*self.launch_workers(count - len(self.workers)))
        return list(self.workers)

    def launch_workers(self, count: int = 1, environment: Mapping[str, str] | None = None) -> list[Worker]:
        """Start more workers, which will take jobs in a few seconds."""
        new = [Worker(self.folder, **{**self.environment, **(environment or {})}) for _ in range(count)]
        self.workers += new
        return new

    def wait_for(self, *workers: Worker) -> None:
        """Wait until these workers take jobs."""
        until(lambda: all(Worker.READY in worker.printed for worker in workers), "workers that take jobs")

    def kill(self, *workers: Worker) -> None:
        """Kill all of these workers with SIGKILL."""
        for worker in workers:
            worker.process.kill()
        for worker in workers:
            worker.close()
            self.workers.remove(worker)

    def kill_web(self) -> None:
        self.web.end(signal.SIGKILL)
        self.web.close()

    def stop_postgres(self) -> None:
        """Like `pg_ctl stop -m immediate`: all connections are lost, and the next start recovers."""
        assert self.postgres.child
        self.postgres.child.send_signal(signal.SIGQUIT)
        self.postgres.child.wait(20)
        self.postgres.detach()

    def hang_postgres(self) -> None:
        """Let Postgres accept connections but answer nothing, until `wake_postgres`."""
        self._signal_postgres(signal.SIGSTOP)

    def wake_postgres(self) -> None:
        self._signal_postgres(signal.SIGCONT)

    def _signal_postgres(self, number: signal.Signals) -> None:
        if self.postgres.child is None:
            return
        server = str(self.postgres.child.pid)
        found = subprocess.run(["pgrep", "-P", server], capture_output=True, text=True, check=True)
        for process in (server, *found.stdout.split()):
            with suppress(ProcessLookupError):  # a connection was closed meanwhile
                os.kill(int(process), number)

    def start_postgres(self) -> None:
        self.postgres.ensure_running()

    def cut_connections(self) -> None:
        """Terminate every connection to Postgres except our own."""
        self.sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    def _manage(self, *arguments: str) -> str:
        done = manage(*arguments, data_dir=self.folder, **self.environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _close_processes(self) -> None:
        self.web.close()
        for worker in self.workers:
            worker.close()

    # Its runs ------------------------------------------------------------------------------------

    def write(self, topic: str, sections: int = 1, **more: Any) -> WatchedRun:
        """Start a run of alice's, with watchers. Retries while Postgres is recovering."""
        body = {"topic": topic, "sections": sections, **more}
        headers = {"Prefer": "respond-async", "Idempotency-Key": str(uuid4())}

        def reply() -> httpx.Response | None:
            answered = self.client.post("/generate-blog", json=body, headers=headers)
            assert answered.status_code in (202, 503), answered.text
            return answered if answered.status_code == 202 else None

        accepted = until(reply, "an accepted request", seconds=RECOVERY_TIMEOUT).json()
        watchers = (
            SocketWatcher(self.url, accepted["conversation_id"], self.headers),
            EventWatcher(self.url, accepted["run_id"], self.headers),
        )
        for watcher in watchers:
            watcher.start()
        return WatchedRun(accepted["run_id"], accepted["id"], watchers)

    def ended(self, run: WatchedRun, *, within: float = RUN_TIMEOUT) -> str:
        """Wait for the run to end; returns its status. Postgres must be up."""
        query = "SELECT status FROM runs WHERE id = %s AND finished_at IS NOT NULL"
        (row,) = until(lambda: self.sql(query, run.id), f"the end of run {run.id}", seconds=within)
        return str(row[0])

    def text(self, run: WatchedRun, *, within: float = RUN_TIMEOUT) -> str:
        """Wait for the run to complete; returns its text, which both watchers must have in full."""
        assert self.ended(run, within=within) == "completed"
        query = "SELECT content_markdown FROM generated_content WHERE id = %s"
        [(stored,)] = self.sql(query, run.post_id)
        for watcher in run.watchers:
            assert watcher.at_the_end().markdown == stored
        return str(stored)

    def done(self, run: WatchedRun) -> set[str]:
        """The finished steps of a run."""
        query = "SELECT name FROM run_steps WHERE run_id = %s AND state = 'done'"
        return {name for (name,) in self.sql(query, run.id)}

    def taken(self, run: WatchedRun) -> list[float]:
        """When workers took the run, in seconds of time.time()."""
        query = (
            "SELECT extract(epoch FROM created_at)::float8 FROM run_events"
            " WHERE run_id = %s AND type = 'run.started' ORDER BY seq"
        )
        return [at for (at,) in self.sql(query, run.id)]

    def seconds(self, run: WatchedRun) -> float:
        """How long an ended run took, from the first worker's start."""
        query = "SELECT extract(epoch FROM finished_at - started_at)::float8 FROM runs WHERE id = %s"
        return float(self.sql(query, run.id)[0][0])

    def expire_leases(self) -> None:
        """Let all leases expire, as if they had not been renewed for ten seconds."""
        self.sql(
            "UPDATE runs SET lease_until = now() WHERE id IN"
            " (SELECT id FROM runs WHERE lease_until > now() FOR UPDATE SKIP LOCKED)"
        )

    def units(self) -> tuple[int, int]:
        """The units that alice has used and reserved this month."""
        [row] = self.sql("SELECT sum(used)::int, sum(reserved)::int FROM user_quotas")
        return row[0] or 0, row[1] or 0

    def visitor(self, *paths: str) -> Visitor:
        return Visitor(self.url, self.headers, paths or VISITED)

    def browser(self, *paths: str) -> Visitor:
        """A visitor of pages, with a session cookie that has to be looked up."""
        return Visitor(self.url, {"Accept": "text/html", "Cookie": f"sessionid={'a' * 32}"}, paths)

    def broken(self) -> list[str]:
        """The violated invariants of the database, a line each."""
        return [line for query in (*ledger.QUERIES, *runs.QUERIES) for (line,) in self.sql(query)]

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            cursor = connection.execute(query.encode(), values or None)
            return cursor.fetchall() if cursor.description else []
