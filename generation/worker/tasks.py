"""The job that writes a run."""

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from generation.worker.execute import execute


@app.task(name="write_run", retry=RetryStrategy(wait=1))
async def write_run(*, run_id: str) -> None:
    await execute(uuid.UUID(run_id))
