"""gunicorn's settings: `gunicorn -c docker/gunicorn.conf.py blogai.asgi:application`.

HOST, PORT, UVICORN_WORKERS and DRAIN_SECONDS come from the environment.
"""

import os
from math import ceil

worker_class = "blogai.serving.gunicorn.Worker"
workers = int(os.environ.get("UVICORN_WORKERS") or 2)
bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or 8000}"
timeout = 30  # a worker whose event loop has stood still for as long is replaced
graceful_timeout = 10 + ceil(float(os.environ.get("DRAIN_SECONDS") or 2))  # a worker needs 3 and its drain
forwarded_allow_ips = ""  # nobody: TRUSTED_PROXY_HOPS says whom to believe
accesslog = None
control_socket_disable = True  # signals are enough
