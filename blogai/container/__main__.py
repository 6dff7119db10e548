"""`python -m blogai.container COMMAND`: the first process of a container."""

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from blogai.configuration import spelling
from blogai.container import health
from blogai.container.processes import Processes

USAGE = """\
Commands:
  all       the web server and a worker, after bringing the database up to date (the default)
  web       the web server
  worker    a worker
  migrate   bring the database up to date
  manage …  any command of manage.py
  healthy   end with 0 if what this container runs is well, for health checks
"""
PYTHON = (sys.executable, "-u")
WEB = (*PYTHON, "-m", "gunicorn", "-c", "docker/gunicorn.conf.py", "blogai.asgi:application")
WORKER = (*PYTHON, "manage.py", "worker")

type Environment = dict[str, str]


def main(arguments: list[str]) -> int:
    """Do what the command says. Returns the container's exit code."""
    command, *rest = arguments or ["all"]
    if command == "manage":
        os.execv(sys.executable, [*PYTHON, "manage.py", *rest])
    if rest or command not in {"all", "web", "worker", "migrate", "healthy"}:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        folder = Path(tempfile.gettempdir())
    except FileNotFoundError:
        print(
            "Blog AI can't start: it can't write temporary files. If the disk is read-only, mount a tmpfs at "
            "/tmp (docker run --tmpfs /tmp).",
            file=sys.stderr,
        )
        return 1
    if command == "healthy":
        return health.check(folder)
    health.note_role(folder, command)
    return run(command, folder)


def run(command: str, folder: Path) -> int:
    """Check that `command` can start, and start it."""
    for line in spelling.advice(os.environ):
        print(line, flush=True)
    web = with_processes(os.environ)
    worker = {**web, "WORKER_ALIVE_FILE": str(health.alive_file(folder))}
    direct = (
        web if command == "web" else {**web, "DATABASE_DIRECT": "true"}
    )  # as manage.py sets it for workers
    processes = Processes()
    checks = (*PYTHON, "-m", "blogai.container.checks", command)
    code = processes.run("the check before the start", checks, direct)
    if code or command == "migrate":
        return code
    if command == "web":
        os.execve(WEB[0], WEB, web)
    if command == "worker":
        os.execve(WORKER[0], WORKER, worker)
    processes.start("the web server", WEB, web)
    processes.start("the worker", WORKER, worker)
    return processes.wait()


def with_processes(environment: Mapping[str, str]) -> Environment:
    """Without Redis one web process, unless UVICORN_WORKERS asks for more: production refuses several."""
    if any(environment.get(name) for name in ("UVICORN_WORKERS", "REDIS_URL", "REDIS_URL_FILE")):
        return dict(environment)
    return {**environment, "UVICORN_WORKERS": "1"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
