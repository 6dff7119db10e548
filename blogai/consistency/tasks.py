"""The hourly job. Its name is stored in the queue."""

from procrastinate.contrib.django import app

from blogai.consistency import checks
from blogai.core.db import in_database


@app.periodic(cron="41 * * * *")
@app.task(name="check_consistency")
async def check_consistency(timestamp: int) -> None:
    await in_database(checks.run)()
