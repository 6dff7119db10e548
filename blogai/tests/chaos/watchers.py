"""Watchers of a run, which reconnect whenever their connection breaks, and a visitor that keeps polling."""

import json
import threading
import time
from abc import abstractmethod
from dataclasses import dataclass, field

import httpx
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import connect

from generation.live.tests.pages import Page
from generation.runs.frames import Frame

GIVE_UP_AFTER = 90.0
"""Seconds."""
SILENCE_TIMEOUT = 20.0
"""Seconds after which a silent connection counts as dead; servers send something every 15."""
VISITED = ("/api/v1/runs", "/api/v1/posts", "/health")
"""What a visitor requests unless a test says otherwise."""
CONNECTION_ERRORS = (OSError, httpx.HTTPError, WebSocketException)


class Watcher(threading.Thread):
    """Follows one run. Each connection starts with an empty page, like a new browser tab."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.headers = headers
        self.page = Page()
        self.connections = 0
        self.statuses: list[int] = []
        """The statuses of replies that were not streams."""
        self._seen: dict[tuple[str, int], str] = {}
        self._wrong: Exception | None = None

    def run(self) -> None:
        deadline = time.monotonic() + GIVE_UP_AFTER
        while not self.page.ending and time.monotonic() < deadline:
            self.page = Page()
            self.connections += 1
            try:
                self.read()
            except CONNECTION_ERRORS:  # reconnect
                time.sleep(0.2)
            except Exception as error:  # raised by `at_the_end`
                self._wrong = error
                return

    def at_the_end(self) -> Page:
        """The page at the end of the run. Raises the error of a frame that could not be applied."""
        self.join(GIVE_UP_AFTER + SILENCE_TIMEOUT)
        if self._wrong is not None:
            raise self._wrong
        assert self.page.ending, f"{self.name} saw no end; it got the replies {self.statuses}"
        return self.page

    def take(self, frame: Frame) -> None:
        self.page.take(frame)
        for part, text in self.page.texts.items():
            known = self._seen.get((part, self.page.attempts[part]), "")
            assert text.startswith(known) or known.startswith(text), f"{part} had two different texts"
            self._seen[part, self.page.attempts[part]] = max(known, text, key=len)

    @abstractmethod
    def read(self) -> None:
        """Read the frames of one connection until it or the run ends."""


class SocketWatcher(Watcher):
    def __init__(self, url: str, conversation: str, headers: dict[str, str]) -> None:
        super().__init__(headers)
        self.url = f"ws{url.removeprefix('http')}/ws/conversation/{conversation}"

    def read(self) -> None:
        try:
            with connect(self.url, additional_headers=self.headers, open_timeout=5, proxy=None) as socket:
                while not self.page.ending:
                    frame = json.loads(socket.recv(timeout=SILENCE_TIMEOUT))
                    if frame["type"] not in ("error", "reconnect", "auth.required", "ready"):
                        self.take(frame)
        except InvalidStatus as refusal:
            self.statuses.append(refusal.response.status_code)
            raise


class EventWatcher(Watcher):
    """The same over server-sent events, with `Last-Event-ID`."""

    def __init__(self, url: str, run_id: str, headers: dict[str, str]) -> None:
        super().__init__(headers)
        self.url = f"{url}/api/v1/runs/{run_id}/events"
        self.last = ""

    def read(self) -> None:
        headers = {**self.headers, **({"Last-Event-ID": self.last} if self.last else {})}
        timeout = httpx.Timeout(5, read=SILENCE_TIMEOUT)
        with (
            httpx.Client(trust_env=False, timeout=timeout) as client,
            client.stream("GET", self.url, headers=headers) as reply,
        ):
            if reply.status_code != 200:
                self.statuses.append(reply.status_code)
                raise httpx.HTTPError(f"answered {reply.status_code}")
            for line in reply.iter_lines():
                if line.startswith("id: "):
                    self.last = line.removeprefix("id: ")
                elif line.startswith("data: "):
                    self.take(json.loads(line.removeprefix("data: ")))


@dataclass(frozen=True, slots=True)
class Visit:
    at: float
    path: str
    status: int
    """0 if there was no answer."""
    retry_after: str | None
    seconds: float
    """How long the answer took."""


@dataclass(slots=True)
class Visitor:
    """Requests `paths` in turn for as long as the block lasts."""

    url: str
    headers: dict[str, str]
    paths: tuple[str, ...]
    visits: list[Visit] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Visitor":
        self._thread = threading.Thread(target=self._visit, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._thread
        self._over.set()
        self._thread.join(SILENCE_TIMEOUT)

    def statuses(self) -> set[int]:
        return {visit.status for visit in self.visits}

    def _visit(self) -> None:
        with httpx.Client(base_url=self.url, headers=self.headers, timeout=10, trust_env=False) as client:
            while not self._over.is_set():
                for path in self.paths:
                    began = time.monotonic()
                    try:
                        reply = client.get(path)
                    except httpx.HTTPError:
                        status, retry_after = 0, None
                    else:
                        status, retry_after = reply.status_code, reply.headers.get("Retry-After")
                    now = time.monotonic()
                    self.visits.append(Visit(now, path, status, retry_after, now - began))
                    self._over.wait(0.05)
