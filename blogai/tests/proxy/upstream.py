"""A server in place of Blog AI: it shows what nginx made of a request, and replies as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


class Upstream(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__((address, port), Handler)
        self.asked: list[str] = []
        """The targets of all requests."""
        self.missing: set[str] = set()
        """Paths that are a 404."""
        self.may_continue = threading.Event()
        """Whether `/stream` sends its second event."""

    @property
    def at(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """Replies with the request's headers as JSON. A query says what else is in the reply:

    `?status=…`, `?body=…` (bytes), and any header: `?Cache-Control=no-store`.

    `/stream` sends two events, and `/breaks-off` closes the connection.
    """

    protocol_version = "HTTP/1.1"
    server: Upstream

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        address = urlsplit(self.path)
        options = dict(parse_qsl(address.query))
        if address.path == "/stream":
            self._stream()
        elif address.path == "/breaks-off":
            self.close_connection = True
        else:
            self._reply(address.path, options)

    def _reply(self, path: str, options: dict[str, str]) -> None:
        status = 404 if path in self.server.missing else int(options.pop("status", 200))
        size = int(options.pop("body", 0))
        headers = [[name.lower(), value] for name, value in self.headers.items()]
        body = b"x" * size or json.dumps(headers).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **options}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("X-Accel-Buffering", "no")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.server.may_continue.wait(20)
        self.wfile.write(b"data: second\n\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the test says what went wrong."""


@contextmanager
def listening(address: str = "127.0.0.1", port: int = 0) -> Iterator[Upstream]:
    upstream = Upstream(address, port)
    thread = threading.Thread(target=upstream.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield upstream
    finally:
        upstream.may_continue.set()
        upstream.shutdown()
        upstream.server_close()
        thread.join()
