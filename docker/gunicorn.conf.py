"""gunicorn's settings: `gunicorn -c docker/gunicorn.conf.py blogai.asgi:application`.

HOST, PORT, UVICORN_WORKERS and DRAIN_SECONDS come from the environment.
"""

import os
from typing import Any

worker_class = "blogai.serving.gunicorn.Worker"
workers = int(os.environ.get("UVICORN_WORKERS") or 2)
bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or 8000}"
timeout = 30  # a worker whose event loop has stood still for as long is replaced
keepalive = 75  # longer than a proxy keeps an idle connection, so that it never writes into a closed one
graceful_timeout = 30 + float(os.environ.get("DRAIN_SECONDS") or 2)  # never reached: a worker stops by itself
forwarded_allow_ips = ""  # nobody: TRUSTED_PROXY_HOPS says whom to believe
accesslog = None
