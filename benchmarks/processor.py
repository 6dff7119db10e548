"""What a request and a post cost of processor time, in the process that answers, as multiples of floors.

Floors: a bare ASGI application under the same server; a minimal Django view with one query and the same
check of the key; the SDK alone, making the calls of a post to the same provider. Needs Linux's /proc.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import openai

from benchmarks.at_once import write_at_once
from benchmarks.bench import Bench, body_of, ensure
from benchmarks.database import Database, Person
from benchmarks.results import Figure, Measured, in_turns
from benchmarks.servers import Server, client_of, free_port, process, provider, serve, surroundings
from benchmarks.wall import write
from generation.llm import simulated

SECTIONS = 5
CALLS = SECTIONS + 4
"""Of a post: its outline, introduction and sections, conclusion, questions and answers."""
RUNS = 20
"""In the list that is asked for."""

type Request = dict[str, Any]


def measure(bench: Bench) -> Measured:
    posts, at_once = (2, 10) if bench.quick else (4, 50)
    bench.say(f"processor: the {CALLS} calls of a post, noted …")
    requests = _requests(bench)
    with ExitStack() as running:
        model = running.enter_context(provider("generation.llm.simulated"))
        server = running.enter_context(serve(bench.database, model))
        bench.say(f"processor: {RUNS} posts, to be listed …")
        reader = bench.database.people[-1]  # who writes nothing while their runs are listed
        with client_of(server.url, reader) as client:
            for _ in range(RUNS):
                write(replace(server, client=client), SECTIONS)
        routes = _routes(running, bench.database, server.database, reader)
        sdk = running.enter_context(Sdk(model, requests))
        sides = [
            *(partial(route.seconds, 100 if bench.quick else 300) for route in routes),
            partial(sdk.seconds, posts),
            lambda: _spent(server, lambda: [write(server, SECTIONS) for _ in range(posts)]) / posts,
            lambda: _spent(server, lambda: asyncio.run(write_at_once(server, at_once, SECTIONS))) / at_once,
        ]
        for side in sides:
            side()  # the first time pays for imports and connections
        bench.say("processor: in turns …")
        found = in_turns(bench.rounds, *sides)
    bare, live, minimal, poll, listed, alone, post, crowd = found
    return Measured(
        "processor: time of the processor in the process that answers, of the floor",
        [
            _of("/health/live, of a bare ASGI reply", live, bare, 2),
            _of("a poll of a run, of a minimal view", poll, minimal, 3),
            _of(f"a list of {RUNS} runs, of a minimal view", listed, minimal, 5),
            _of(f"a post of {CALLS} calls, of the SDK alone", post, alone, 1.7),
            _of(f"each of {at_once} posts at once, of the SDK alone", crowd, alone),
        ],
    )


def _of(what: str, ours: list[float], floor: list[float], bar: float | None = None) -> Figure:
    """The median of the rounds' ratios: a slow moment of the machine is in both sides of its round."""
    ratio = statistics.median(one / other for one, other in zip(ours, floor, strict=True))
    of = f"{_milliseconds(ours)} against {_milliseconds(floor)}"
    return Figure(what=what, value=ratio, bar=bar, of=of)


def _milliseconds(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.3g} ms"


def processor_time(pid: int) -> float:
    """Seconds that the process has had of the processor so far, in user mode and in the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _spent(server: Server, work: Callable[[], object]) -> float:
    before = processor_time(server.process.popen.pid)
    work()
    return processor_time(server.process.popen.pid) - before


@dataclass(frozen=True, slots=True)
class Route:
    """An address of a server process, and whether a reply is what it should be."""

    client: httpx.Client
    pid: int
    path: str
    expect: Callable[[httpx.Response], bool]

    def seconds(self, times: int) -> float:
        """Of the processor for one request, on a connection that is kept."""
        before = processor_time(self.pid)
        for _ in range(times):
            reply = self.client.get(self.path)
            ensure(reply.status_code == 200 and self.expect(reply), f"{self.path}: {reply.text[:300]}")
        return (processor_time(self.pid) - before) / times


def _routes(running: ExitStack, database: Database, address: str, reader: Person) -> list[Route]:
    """The floors and ours. Servers without a worker, as production has them, on one database."""
    variables = surroundings(database, address, model_url="http://127.0.0.1:9")
    minimal = {**variables, "DJANGO_SETTINGS_MODULE": "benchmarks.minimal_settings"}

    def web(application: str, environment: dict[str, str]) -> tuple[httpx.Client, int]:
        port = free_port()
        command = [sys.executable, "-m", "benchmarks.web", port, application]
        started = running.enter_context(process(command, "serves", environment))
        client = client_of(f"http://127.0.0.1:{port}", reader)
        return running.enter_context(client), started.popen.pid

    bare = web("benchmarks.floors:bare", {})
    floor = web("benchmarks.minimal:application", minimal)
    ours = web("blogai.asgi:application", variables)
    runs = body_of(ours[0].get("/api/v1/runs"))["results"]
    ensure(len(runs) == RUNS, f"{len(runs)} runs are listed")
    run = runs[0]["id"]
    poll = f"/api/v1/runs/{run}"
    completed = {"id": run, "status": "completed"}
    return [
        Route(*bare, "/", lambda reply: reply.text == "bare"),
        Route(*ours, "/health/live", lambda reply: bool(reply.json() == {"status": "alive"})),
        Route(*floor, f"/runs/{run}", lambda reply: bool(reply.json() == completed)),
        Route(*ours, poll, lambda reply: bool(reply.json() == runs[0])),
        Route(*ours, "/api/v1/runs", lambda reply: bool(reply.json()["results"] == runs)),
    ]


def _requests(bench: Bench) -> list[Request]:
    """The bodies of the calls that the product makes for a post, in order."""
    with simulated.serve() as model, serve(bench.database, model.openai_url) as server:
        write(server, SECTIONS)
        ensure(len(model.calls) == CALLS, f"{len(model.calls)} calls for a post")
        return [call.body for call in model.calls]


class Sdk:
    """OpenAI's SDK in this process, with nothing of ours around it."""

    def __init__(self, model: str, requests: Sequence[Request]) -> None:
        self._client = openai.AsyncOpenAI(api_key="simulated", base_url=model, max_retries=0)
        self._rounds = (requests[:1], requests[1:-2], requests[-2:])
        self._runner = asyncio.Runner()

    def __enter__(self) -> "Sdk":
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._client.close())
        self._runner.close()

    def seconds(self, posts: int) -> float:
        """Of the processor, for the calls of one post, as many at once as the product makes."""
        before = time.process_time()
        for _ in range(posts):
            self._runner.run(self._post())
        return (time.process_time() - before) / posts

    async def _post(self) -> None:
        for requests in self._rounds:
            texts = await asyncio.gather(*map(self._text, requests))
            ensure(all(texts), "the SDK read an empty reply")

    async def _text(self, request: Request) -> str:
        pieces = []
        async for chunk in await self._client.chat.completions.create(**request):
            pieces += [choice.delta.content or "" for choice in chunk.choices]
        return "".join(pieces)
