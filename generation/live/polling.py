"""Polling Postgres on behalf of all watchers of a conversation: a thousand of them share one query."""

import asyncio
import uuid
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from blogai.core.db import in_database
from generation.runs.state import RunState, states

MAX_AGE = 0.2
"""Seconds for which a result is shared."""

type _Query = tuple[uuid.UUID, str, tuple[str, ...]]
type _Poll = asyncio.Task[list[RunState]]

_polls: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[_Query, _Poll]] = WeakKeyDictionary()


async def poll(owner_id: uuid.UUID, conversation: str, known: Sequence[str]) -> list[RunState]:
    """`state.states`, at most `MAX_AGE` seconds old. Raises OUTAGES."""
    loop = asyncio.get_running_loop()
    polls = _polls.setdefault(loop, {})
    query = (owner_id, conversation, tuple(known))
    task = polls.get(query)
    if task is None:
        task = polls[query] = asyncio.create_task(_query(query))
        task.add_done_callback(lambda done: loop.call_later(MAX_AGE, polls.pop, query))
        task.add_done_callback(_retrieve_exception)
    return await asyncio.shield(task)


async def _query(query: _Query) -> list[RunState]:
    return await in_database(states)(*query)


def _retrieve_exception(task: _Poll) -> None:
    """Keeps asyncio from logging an error that no watcher waited for; those who wait still get it."""
    if not task.cancelled():
        task.exception()
