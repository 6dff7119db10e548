"""Looks into Postgres that the readers of a conversation share: a thousand of them ask once."""

import asyncio
import uuid
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from blogai.core.db import in_database
from generation.runs.state import RunState, states

FRESH = 0.2
"""Seconds for which an answer is good enough for somebody else."""

type _Question = tuple[uuid.UUID, str, tuple[str, ...]]
type _Answer = asyncio.Task[list[RunState]]

_answers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[_Question, _Answer]] = WeakKeyDictionary()


async def look(owner_id: uuid.UUID, conversation: str, known: Sequence[str]) -> list[RunState]:
    """As `state.states`, now or a moment ago. Raises OUTAGES."""
    loop = asyncio.get_running_loop()
    answers = _answers.setdefault(loop, {})
    question = (owner_id, conversation, tuple(known))
    answer = answers.get(question)
    if answer is None:
        answer = answers[question] = asyncio.create_task(_ask(question))
        answer.add_done_callback(lambda done: loop.call_later(FRESH, answers.pop, question))
        answer.add_done_callback(_heard)
    return await asyncio.shield(answer)


async def _ask(question: _Question) -> list[RunState]:
    return await in_database(states)(*question)


def _heard(answer: _Answer) -> None:
    """An error that nobody waited for is no news: who waits gets it."""
    if not answer.cancelled():
        answer.exception()
