"""Google and GitHub on loopback: what they answer is up to the test."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "client-of-a-test", "secret-of-a-test"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """`person` is who has just agreed to sign in; `replies` replaces what a path answers."""

    url: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    emails: list[dict[str, Any]] = field(default_factory=list)
    replies: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def answer(self, path: str) -> bytes:
        if path in self.replies:
            return self.replies[path]
        answers: dict[str, Any] = {
            "/token": {"access_token": "a", "id_token": self.id_token(), "token_type": "bearer"},
            "/user": {"id": 583231, "login": "octocat", **self.person},
            "/user/emails": self.emails,
        }
        return json.dumps(answers[path]).encode()

    def id_token(self) -> str:
        """Of Google, signed. What a test puts in `token` is different from what it should be."""
        now = int(time.time())
        usual = {"iss": "https://accounts.google.com", "aud": CLIENT, "iat": now, "exp": now + 3600}
        return jwt.encode(usual | {"sub": "110169484"} | self.person | self.token, KEY, algorithm="RS256")


@contextmanager
def serving() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer({name: values[0] for name, values in parse_qs(sent).items()})

        def do_GET(self) -> None:
            self._answer({"authorization": self.headers.get("Authorization", "")})

        def _answer(self, sent: dict[str, str]) -> None:
            provider.asked.append((self.path, sent))
            body = provider.answer(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
