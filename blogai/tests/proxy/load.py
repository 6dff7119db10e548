"""Clients of a deployment while its web processes restart: what they ask, and what they get."""

import json
import socket
import threading
import time
from abc import abstractmethod
from typing import Self
from uuid import uuid4

import httpx
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from blogai.serving.graceful_shutdown import RESTARTING
from blogai.tests.processes import SECONDS
from blogai.tests.proxy.nginx import BLOG, Nginx
from generation.live.tests.pages import Page
from generation.runs.frames import Frame


class Client(threading.Thread):
    """Asks until the block ends. `failures` says what else than the expected reply came."""

    def __init__(self, nginx: Nginx, key: str) -> None:
        super().__init__(daemon=True)
        self.nginx, self.headers = nginx, {"X-API-Key": key}
        self.asked = 0
        self.failures: list[str] = []
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join(SECONDS)

    def run(self) -> None:
        with self.nginx.client(headers=self.headers) as client:
            while not self._over.is_set():
                self.asked += 1
                try:
                    self.ask(client)
                except httpx.HTTPError as error:
                    self.failures.append(repr(error))

    def expect(self, reply: httpx.Response, status: int) -> httpx.Response:
        if reply.status_code != status:
            self.failures.append(
                f"{reply.request.method} {reply.url.path}: {reply.status_code} {reply.text[:200]}"
            )
        return reply

    @abstractmethod
    def ask(self, client: httpx.Client) -> None: ...


class Reader(Client):
    """Reads pages, static files and the API, one after the other."""

    PATHS = ("/", "/static/favicon.svg", "/api/v1/posts", "/help", "/health/live", "/api/v1/me")

    def ask(self, client: httpx.Client) -> None:
        self.expect(client.get(self.PATHS[self.asked % len(self.PATHS)]), 200)
        self._over.wait(0.02)


class Author(Client):
    """Starts a run every half second."""

    def __init__(self, nginx: Nginx, key: str) -> None:
        super().__init__(nginx, key)
        self.runs: list[str] = []

    def ask(self, client: httpx.Client) -> None:
        body = {"topic": f"Tides {self.asked}", "sections": 1}
        headers = {"Prefer": "respond-async", "Idempotency-Key": str(uuid4())}
        reply = self.expect(client.post("/generate-blog", json=body, headers=headers), 202)
        if reply.status_code == 202:
            self.runs.append(reply.json()["run_id"])
        self._over.wait(0.5)


class Socket(threading.Thread):
    """Follows a conversation's run to its end, and connects again when the server asks for it."""

    def __init__(self, nginx: Nginx, key: str, conversation: str) -> None:
        super().__init__(daemon=True)
        self.nginx, self.key, self.conversation = nginx, key, conversation
        self.page = Page()
        self.gaps: list[float] = []
        """Seconds from the end of a connection to the run's first frame in the next one."""
        self.failures: list[str] = []
        self._closed_at = 0.0

    def run(self) -> None:
        while not self.page.ending:
            try:
                with self._connected() as connection:
                    pause = self._read(connection)
            except (OSError, WebSocketException) as error:
                self.failures.append(repr(error))
                pause = 0.5
            if not self.page.ending:
                time.sleep(pause)

    def _connected(self) -> ClientConnection:
        tcp = socket.create_connection(("127.0.0.1", self.nginx.https), timeout=SECONDS)
        address = f"wss://{BLOG}/ws/conversation/{self.conversation}"
        headers = {"X-API-Key": self.key}
        return connect(
            address, sock=tcp, ssl=self.nginx.tls, additional_headers=headers, open_timeout=SECONDS
        )

    def _read(self, connection: ClientConnection) -> float:
        """Apply the frames until the run or the connection ends; gives the seconds to wait then."""
        pause = 0.0
        try:
            while not self.page.ending:
                frame = json.loads(connection.recv(timeout=SECONDS))
                if frame["type"] == "reconnect":
                    pause = frame["after_ms"] / 1000
                elif frame["type"] != "ready":
                    self._take(frame)
        except ConnectionClosed as closed:
            self._closed_at = time.monotonic()
            if closed.rcvd is None or closed.rcvd.code != RESTARTING:
                self.failures.append(repr(closed))
        return pause

    def _take(self, frame: Frame) -> None:
        self.page.take(frame)
        if self._closed_at:
            self.gaps.append(time.monotonic() - self._closed_at)
            self._closed_at = 0.0
