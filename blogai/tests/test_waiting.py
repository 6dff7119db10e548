"""Waiting holds nothing: with far more waiting requests than database connections, everything works."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from blogai.tests.folders import open_folder
from blogai.tests.processes import manage, serving
from generation.llm import simulated

pytestmark = pytest.mark.worker

POOL = 2
WAITING = 3 * POOL


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


def test_three_times_as_many_waiting_requests_as_connections_are_all_answered(data_dir: Path) -> None:
    with (
        simulated.serve(seconds_per_call=0.3) as model,
        serving(data_dir, OPENAI_BASE_URL=model.openai_url, DB_POOL_MAX=str(POOL)) as serve,
    ):
        url = serve.url()
        options = ("--email", "a@example.org", "--create-user")
        key = manage("create_api_key", *options, data_dir=data_dir).stdout.strip()
        manage("set_tier", *options[:2], "business", data_dir=data_dir)
        replies, health = asyncio.run(_ask_all(url, key))
    assert [reply.status_code for reply in replies] == [201] * WAITING, [reply.text for reply in replies]
    assert len({reply.json()["id"] for reply in replies}) == WAITING
    assert health.json()["services"]["database"]["status"] == "up"


async def _ask_all(url: str, key: str) -> tuple[list[httpx.Response], httpx.Response]:
    """The replies to the waiting requests, and a health report requested meanwhile."""
    async with httpx.AsyncClient(base_url=url, headers={"X-API-Key": key}, timeout=60) as client:
        brief = {"topic": "How tides work", "sections": 2}
        asking = [asyncio.create_task(client.post("/generate-blog", json=brief)) for _ in range(WAITING)]
        await asyncio.sleep(0.5)
        health = await client.get("/health")
        return await asyncio.gather(*asking), health
