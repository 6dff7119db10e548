"""gunicorn's settings: `gunicorn -c docker/gunicorn.conf.py blogai.asgi:application`.

HOST, PORT, FRONTEND_PORT, UVICORN_WORKERS, DRAIN_SECONDS and PROMETHEUS_MULTIPROC_DIR come from the
environment.
"""

import os
import shutil
import tempfile
from math import ceil
from pathlib import Path

worker_class = "blogai.serving.gunicorn.Worker"
workers = int(os.environ.get("UVICORN_WORKERS") or 2)
ports = (os.environ.get("PORT") or 8000, os.environ.get("FRONTEND_PORT"))
bind = [f"{os.environ.get('HOST') or '127.0.0.1'}:{port}" for port in ports if port]
timeout = 30  # a worker whose event loop has stood still for as long is replaced
graceful_timeout = 10 + ceil(float(os.environ.get("DRAIN_SECONDS") or 2))  # a worker needs 3 and its drain
forwarded_allow_ips = ""  # nobody: TRUSTED_PROXY_HOPS says whom to believe
logger_class = "blogai.serving.gunicorn.Log"
accesslog = None  # blogai.request_log writes a line for each request, without its path
control_socket_disable = True  # signals are enough


def on_starting(arbiter):
    """Choose and empty the folder in which the workers count, so that any of them can report the sums."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        # The files are mapped: on a full disk, writing to them kills the process. Archives may fill /tmp.
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
        arbiter.own_folder = tempfile.mkdtemp(prefix="blogai-metrics-", dir=memory)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = arbiter.own_folder
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    for file in Path(folder).glob("*.db"):
        file.unlink()


def child_exit(arbiter, worker):
    """Take away the gauges of a worker that has ended. What it counted stays in the sums."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(arbiter):
    if folder := getattr(arbiter, "own_folder", None):
        shutil.rmtree(folder, ignore_errors=True)
