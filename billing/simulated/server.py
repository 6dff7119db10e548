"""HTTP on loopback: `/v1` for programs, everything else for people."""

import logging
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from billing.simulated.api import Reply, Request

logger = logging.getLogger(__name__)

MAX_BYTES = 1_000_000
MOST_ASKED = 1_000
POLL = 0.01


class Server:
    """Serves until it is stopped, one thread for each request."""

    def __init__(self, port: int, reply: Callable[[Request], Reply]) -> None:
        self.asked: list[str] = []
        self._http = _Http(("127.0.0.1", port), _handler(reply, self.asked))
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(POLL,), name="simulated-stripe"
        )
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_port = False  # later versions of Python would share the port with whoever has it


def _handler(reply: Callable[[Request], Reply], asked: list[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            self._answer()

        def do_HEAD(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def do_DELETE(self) -> None:
            self._answer()

        def _answer(self) -> None:
            length = self.headers.get("Content-Length", "0")
            if not length.isdigit() or int(length) > MAX_BYTES:
                self.send_error(413)
                return
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked.append(f"{self.command} {self.path}")
            del asked[:-MOST_ASKED]
            request = Request(self.command, path, query, headers, self.rfile.read(int(length)))
            try:
                answer = reply(request)
            except Exception:  # a mistake of ours, which the caller should not take for a network that fails
                logger.exception("%s %s", self.command, path)
                answer = Reply(500, b'{"error": {"type": "api_error", "message": "See the log."}}')
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        def log_message(self, *args: object) -> None:
            """Nothing: a request has a key in it."""

    return Handler
