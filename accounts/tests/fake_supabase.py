"""A Supabase project on loopback: its signing keys, its users, and the tokens that it gives them."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

SERVICE_KEY = "service-role-key-of-a-test"


@dataclass
class Project:
    url: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    kid: str = "first"
    down: bool = False
    shares_secret: bool = False
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def rotate(self) -> None:
        self.key, self.kid = ec.generate_private_key(ec.SECP256R1()), f"after-{self.kid}"

    def user(self, email: str, *, confirmed: bool = True, **more: Any) -> str:
        """The id of a new user."""
        subject = str(uuid4())
        confirmed_at = "2026-11-01T12:00:00Z" if confirmed else None
        self.users[subject] = {"id": subject, "email": email, "email_confirmed_at": confirmed_at, **more}
        return subject

    def token(self, subject: str, *, algorithm: str = "ES256", key: Any = None, **claims: Any) -> str:
        now = int(time.time())
        usual = {
            **{"iss": f"{self.url}/auth/v1", "aud": "authenticated", "role": "authenticated"},
            **{"sub": subject, "iat": now, "exp": now + 3600, "is_anonymous": False},
            "user_metadata": {"email": "victim@example.com", "email_verified": True},
        }
        return jwt.encode(usual | claims, key or self.key, algorithm, headers={"kid": self.kid})

    def answer(self, path: str, authorization: str) -> tuple[int, Any]:
        self.asked.append(path)
        if self.down:
            return 503, None
        if path == "/auth/v1/.well-known/jwks.json":
            public = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            jwk = {**public, "kid": self.kid, "alg": "ES256", "use": "sig", "key_ops": ["verify"]}
            return 200, {"keys": [] if self.shares_secret else [jwk]}
        if authorization != f"Bearer {SERVICE_KEY}":
            return 401, {"message": "Invalid API key"}
        user = self.users.get(path.removeprefix("/auth/v1/admin/users/"))
        return (200, user) if user else (404, {"error_code": "user_not_found"})


@contextmanager
def serving() -> Iterator[Project]:
    project = Project()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content = project.answer(self.path, self.headers.get("Authorization", ""))
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        project.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield project
        server.shutdown()
