"""A Sentry on loopback, which keeps whatever is sent to it."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import brotli  # type: ignore[import-untyped]
import sentry_sdk

from blogai.core import tracing
from blogai.sentry import start


class FakeSentry:
    def __init__(self, port: int) -> None:
        self.dsn = f"http://public@127.0.0.1:{port}/1"
        self.envelopes: list[str] = []

    @property
    def text(self) -> str:
        return "\n".join(self.envelopes)

    def items(self, kind: str) -> list[dict[str, Any]]:
        """The events, transactions or profiles that were sent."""
        found = []
        for envelope in self.envelopes:
            _, *lines = envelope.splitlines()
            pairs = zip(lines[::2], lines[1::2], strict=True)
            found += [json.loads(body) for header, body in pairs if json.loads(header)["type"] == kind]
        return found


@contextmanager
def receiving() -> Iterator[FakeSentry]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            match self.headers.get("Content-Encoding"):
                case "gzip":
                    body = gzip.decompress(body)
                case "br":  # where brotli is installed
                    body = brotli.decompress(body)
            sentry.envelopes.append(body.decode())
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        sentry = FakeSentry(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield sentry
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def reporting(settings: Any) -> Iterator[FakeSentry]:
    """What this process reports meanwhile. `sentry_sdk.flush()` waits until it has arrived."""
    with receiving() as sentry:
        settings.SENTRY_DSN, settings.SENTRY_PROFILES_SAMPLE_RATE = sentry.dsn, 0
        start()
        try:
            yield sentry
        finally:
            sentry_sdk.get_client().close()
            sentry_sdk.get_global_scope().set_client(None)
            tracing.tracers.clear()
