"""How many SQL statements requests, sockets and frames cost."""

import asyncio
from typing import Any
from uuid import uuid4

from benchmarks.bench import Bench, body_of, require
from benchmarks.readers import BRIEF, LEAST_WORDS, Reader, opened, write_and_read
from benchmarks.results import Figure, Measured
from benchmarks.servers import Server, provider, serve


def measure(bench: Bench) -> Measured:
    pace = ("--tokens-per-second", "10", "--words", str(LEAST_WORDS))
    with (
        provider("benchmarks.stamped", *pace) as model,
        serve(bench.database, model, "benchmarks.counted_settings") as server,
    ):
        # Warm-up: once a minute, the use of a key is recorded, and it is asked how often its owner may work.
        body_of(server.client.get("/api/v1/posts"))
        body_of(server.client.post(f"/api/v1/runs/{uuid4()}/retry"), 404)
        figures = _requests(server)
        figures += asyncio.run(_socket(server))
    return Measured("statements: as many as Postgres is asked to execute, whatever thread asks", figures)


def _requests(server: Server) -> list[Figure]:
    headers = {"Prefer": "respond-async"}
    run = body_of(server.client.post("/generate-blog", json=BRIEF, headers=headers), 202)["run_id"]
    require(body_of(server.client.get(f"/api/v1/runs/{run}"))["id"] == run, "the reply is about another run")
    for path in ("/api/v1/runs", "/api/v1/posts"):
        require("results" in body_of(server.client.get(path)), f"{path} is not a list")
    key = "including one to authenticate the key"
    return [
        Figure(what="start a post", value=_count(server, "POST /generate-blog"), unit="", bar=6, of=key),
        Figure(
            what="poll its run",
            value=_count(server, f"GET /api/v1/runs/{run}"),
            unit="",
            bar=1 + 1,
            of="1, and one to authenticate the key",
        ),
        Figure(what="list runs", value=_count(server, "GET /api/v1/runs"), unit="", bar=3, of=key),
        Figure(what="list posts", value=_count(server, "GET /api/v1/posts"), unit="", bar=3, of=key),
    ]


async def _socket(server: Server) -> list[Figure]:
    """For a socket that is opened before a post is started, and then reads all of it."""
    async with opened(server, 1) as (reader,):
        await asyncio.sleep(0.5)  # after its first query
        connected = _seen(server, reader)
        await write_and_read(server, [reader])
        read = _seen(server, reader)
    asked, keys = (read[kind] - connected[kind] for kind in ("statements", "of_keys"))
    of = f"{reader.frames} frames; not counted: 1 for the new run, {keys} to check the key"
    return [
        Figure(what="connect a socket", value=connected["statements"], unit="", bar=2),
        Figure(what="relay a frame", value=max(0, asked - keys - 1) / reader.frames, unit="", bar=0, of=of),
    ]


def _seen(server: Server, reader: Reader) -> dict[str, Any]:
    return _counted(server, f"WS /ws/conversation/{reader.conversation}")


def _count(server: Server, what: str) -> float:
    return float(_counted(server, what)["statements"])


def _counted(server: Server, what: str) -> dict[str, Any]:
    """The counts of the latest request or socket of this kind."""
    counts = [count for count in body_of(server.client.get("/statements")) if count["what"] == what]
    require(counts, f"{what} was not counted")
    newest: dict[str, Any] = counts[-1]
    return newest
