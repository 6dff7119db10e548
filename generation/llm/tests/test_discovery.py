"""A server's list of models: bounded in time and size, and empty for anything that is not one."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from generation.llm import discovery
from generation.llm.discovery import Found, models_at, on_this_machine
from generation.llm.simulated import Server


@contextmanager
def answering(body: bytes, status: int = 200) -> Iterator[str]:
    """The base URL of a server that answers every request with `body`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


def asked(base_url: str) -> tuple[str, ...] | None:
    return asyncio.run(models_at(base_url, seconds=5))


def test_it_works(server: Server) -> None:
    server.models = ("llama3.2", "nomic-embed-text", "qwen3")
    assert asked(server.openai_url) == ("llama3.2", "qwen3")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html>", 200),
        (b"\xff\xfe", 200),
        (b"[]", 200),
        (b'{"data": {"id": "a"}}', 200),
        (b'{"data": ["a", 1, null, {"name": "a"}, {"id": 1}, {"id": ""}]}', 200),
        (b'{"data": [{"id": "a"}]}', 401),
        (b'{"data": [{"id": "a"}]}', 302),
        (json.dumps({"data": [{"id": "a" * 600_000}]}).encode(), 200),
    ],
)
def test_somebody_else_has_none(body: bytes, status: int) -> None:
    with answering(body, status) as base_url:
        assert asked(base_url) == ()


def test_there_is_an_end_to_a_list() -> None:
    with answering(json.dumps({"data": [{"id": f"m{n}"} for n in range(1000)]}).encode()) as base_url:
        assert len(asked(base_url) or ()) == discovery.MOST_MODELS


def test_nobody_is_there() -> None:
    assert asked("http://127.0.0.1:1/v1") is None


@pytest.mark.parametrize("base_url", ["ftp://127.0.0.1", "no address"])
def test_what_is_no_address_has_no_models(base_url: str) -> None:
    assert asked(base_url) == ()


def test_servers_of_this_machine(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts connections and never answers
        ports = {"Ollama": server.port, "vLLM": 1, "LM Studio": silent.getsockname()[1], "Ours": server.port}
        monkeypatch.setattr(discovery, "SERVERS", ports)
        began = time.monotonic()
        found = asyncio.run(on_this_machine(but=0))
        assert found == [Found(name, server.openai_url, ("simulated-1",)) for name in ("Ollama", "Ours")]
        assert time.monotonic() - began >= discovery.SECONDS  # waited for the silent one
        assert asyncio.run(on_this_machine(but=server.port)) == []
