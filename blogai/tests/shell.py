"""Commands as an operator types them, run against a deployment: web server, worker, Redis, simulated model.

What they expect around them is a folder that looks like a clone with `.env.production` in it, and programs
that stand in for what isn't here: `docker exec`, for one, runs its command on this machine. Everything behind
that is real.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from markdown_it import MarkdownIt
from psycopg import sql

from blogai.embedded.postgres import programs
from blogai.schema.scratch import server
from blogai.tests.folders import open_folder
from blogai.tests.gunicorn import Gunicorn
from blogai.tests.processes import PROJECT, SECONDS, Worker
from blogai.tests.redis import Redis
from blogai.tests.test_guide_examples import WSCAT
from blogai.tests.test_production import LONG, PRODUCTION
from generation.llm import simulated

OPERATOR = "you@yourdomain.com"
SHELLS = ("sh", "bash", "shell", "console")
ADDRESSES = (
    *("http://localhost:8000", "http://127.0.0.1:8000", "http://localhost:3000"),
    *("https://api.yourdomain.com", "https://yourdomain.com", "https://your-domain"),
    *("https://api.example.org", "https://blog.example.org"),
)
"""Where the documents say a deployment is."""
EXEC = """#!/bin/bash
# docker and docker-compose, as far as they show a log or run something inside a container: it is run here.
if [ "$1" = -f ]; then shift 2; fi
case $1 in
    logs) exec cat "LOG" ;;
    exec) ;;
    *) echo "There are no containers here." >&2; exit 64 ;;
esac
shift
while [[ $1 == -* ]]; do shift; done
shift # the container
exec "$@"
"""
PROGRAM = '#!/bin/sh\nexec {} "$@"\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """An entry of one of the two lists. `prints` says what it prints when run, or `not_run` why it isn't.

    `prints` are regular expressions. `page` and `first`, its first line, say where a block of the documents
    is. Others are known as `familiar`; `here` says what replaces it, if anything must. `replace` fills
    placeholders.
    """

    page: str = ""
    first: str = ""
    familiar: str = ""
    here: str = ""
    run: str = ""
    group: str = ""
    replace: dict[str, str] = field(default_factory=dict)
    prints: list[str] = field(default_factory=list)
    not_run: str = ""
    tested_by: str = ""
    """The file of the test that runs it instead."""
    empty_database: bool = False
    """Whether it has a database of its own, with nothing in it."""
    development: bool = False
    """Whether it's for a laptop."""
    alone: bool = False
    """Whether others notice what it does."""

    @property
    def name(self) -> str:
        return f"{self.page}: {self.first}" if self.page else self.familiar or self.run


def listed(path: Path) -> list[Command]:
    return [Command(**entry) for entry in tomllib.loads(path.read_text())["command"]]


def blocks() -> dict[tuple[str, str], str]:
    """The shell commands of README.md and docs/, by page and first line. Raises ValueError for two alike."""
    found: dict[tuple[str, str], str] = {}
    for path in (PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))):
        for token in MarkdownIt().parse(path.read_text()):
            if token.type == "fence" and token.info.strip() in SHELLS:
                key = str(path.relative_to(PROJECT)), token.content.partition("\n")[0]
                if key in found:
                    raise ValueError(f"{key[0]} has two blocks that begin with {key[1]!r}.")
                found[key] = token.content
    return found


class Logged(Gunicorn):
    """gunicorn that writes its log to a file."""

    def __init__(self, log: Path, database: str, **environment: str) -> None:
        with log.open("w") as self.stderr:
            super().__init__(database, **environment)


class Deployment:
    """What is deployed, and the folder in which an operator would stand."""

    def __init__(self, folder: Path, url: str, database: str, environment: dict[str, str]) -> None:
        self._url, self._database, self._environment = url, database, environment
        self.folder = folder / "clone"
        self._make_clone()
        self._make_programs(folder / "programs")
        path = os.pathsep.join([str(folder / "programs"), *_clients(), os.environ["PATH"]])
        self._environment = {**environment, "PATH": path, "API_URL": url, "FRONTEND_URL": url}

    def _make_clone(self) -> None:
        self.folder.mkdir()
        for path in PROJECT.iterdir():
            if path.name not in {".env", ".env.production", ".venv", ".data", ".git"}:
                (self.folder / path.name).symlink_to(path)
        kept = ("ENVIRONMENT", "SECRET_KEY", "API_KEY_PEPPER", "REDIS_URL", "DATABASE_URL")
        lines = [f"{name}={self._environment[name]}" for name in kept]
        (self.folder / ".env.production").write_text("\n".join(lines))
        (self.folder / ".venv" / "bin").mkdir(parents=True)
        (self.folder / ".venv" / "bin" / "python").symlink_to(self.folder.parent / "programs" / "python")

    def _make_programs(self, folder: Path) -> None:
        redis = urlsplit(self._environment["REDIS_URL"]).port
        folder.mkdir()
        for name, text in (
            ("python", PROGRAM.format(sys.executable)),
            ("manage.py", PROGRAM.format(f"{sys.executable} manage.py")),
            ("redis-cli", PROGRAM.format(f"{shutil.which('redis-cli')} -p {redis}")),
            ("wscat", WSCAT.format(python=sys.executable)),
            *(
                (name, EXEC.replace("LOG", str(folder.parent / "web.log")))
                for name in ("docker", "docker-compose")
            ),
        ):
            (folder / name).write_text(text)
            (folder / name).chmod(0o755)

    def complaint(self, command: Command, text: str) -> str:
        """Run `text` as a command; returns what is wrong with what it prints, or nothing."""
        for written, meant in command.replace.items():
            assert written in text, f"{command.name}: there is no {written!r} to replace"
            text = text.replace(written, meant)
        for address in ADDRESSES:
            text = text.replace(address, self._url)
            text = text.replace(address.replace("http", "ws", 1), self._url.replace("http", "ws", 1))
        with self._database_for(command) as database:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", text],
                cwd=self.folder,
                env={
                    **self._environment,
                    **self._laptop(command),
                    "DATABASE_URL": database,
                    "DATABASE_URL_DIRECT": database,
                },
                capture_output=True,
                text=True,
                timeout=2 * SECONDS,
            )
        printed = done.stdout + done.stderr
        missing = [pattern for pattern in command.prints if not re.search(pattern, printed, re.MULTILINE)]
        if done.returncode or missing:
            return (
                f"{command.name}\n  ended with {done.returncode}, without {missing}, and printed:\n{printed}"
            )
        return ""

    def _laptop(self, command: Command) -> dict[str, str]:
        settings = {"ENVIRONMENT": "development", "DJANGO_SETTINGS_MODULE": "blogai.settings"}
        return settings if command.development else {}

    @contextmanager
    def _database_for(self, command: Command) -> Iterator[str]:
        if not command.empty_database:
            yield self._database
            return
        name = f"blogai_commands_{uuid4().hex}"
        with server() as admin:
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
            try:
                yield urlsplit(self._database)._replace(path=f"/{name}").geturl()
            finally:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def deployed(database: str, django_db_blocker: Any) -> Iterator[Deployment]:
    """One web server and one worker in production, and people's keys: a writer's, and one that manages."""
    with ExitStack() as stack:
        folder = stack.enter_context(open_folder())
        keys = stack.enter_context(_keys(django_db_blocker))
        redis = Redis()
        stack.callback(redis.kill)
        model = stack.enter_context(simulated.serve(tokens_per_second=20_000))
        environment = {
            **PRODUCTION,
            "ALLOWED_HOSTS": "yourdomain.com,api.yourdomain.com",
            "DATABASE_URL": database,
            "METRICS_TOKEN": LONG,
            "OPENAI_API_KEY": "simulated",
            "OPENAI_BASE_URL": model.openai_url,
            "REDIS_URL": redis.url,
            "VERIFIED_EMAIL_REQUIRED": "false",
        }
        web = Logged(folder / "web.log", database, **environment)
        stack.callback(web.close)
        worker = Worker(folder, **environment)
        stack.callback(worker.close)
        web.until_ready()
        worker.line_with(Worker.READY)
        url = web.url.replace("127.0.0.1", "localhost")
        logged = {"REQUEST_ID": '"request_id"', "RUN_ID": '"time"'}  # what to look for in the log
        yield Deployment(folder, url, database, {**os.environ, **environment, **keys, **logged})


@contextmanager
def _keys(django_db_blocker: Any) -> Iterator[dict[str, str]]:
    from accounts import api_keys
    from accounts.models import User
    from billing.tiers import set_tier

    with django_db_blocker.unblock(), override_settings(API_KEY_PEPPER=LONG):
        user = User.objects.create_user(email=OPERATOR, verified_email=OPERATOR)
        set_tier(user=user, tier="business")
        writing = api_keys.issue(user, "a writer's", ("read", "generate"))[1]
        managing = api_keys.issue(user, "an operator's", ("read", "generate", "manage"))[1]
    yield {"KEY": writing, "API_KEY": writing, "ADMIN_TOKEN": managing}
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


def _clients() -> list[str]:
    """Where psql is, if the test's Postgres is newer than the machine's may be."""
    return [str(programs())] if settings.EMBEDDED_DATABASE else []
