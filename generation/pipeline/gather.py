"""Doing several things at the same time, whole or not at all."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any


async def gather[T](work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """The results in order. The first failure cancels the others and is raised as it was, not in a group."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in work]
    except BaseExceptionGroup as failures:
        failure = _first(failures)
    else:
        return [task.result() for task in tasks]
    # Outside of the except block, so that the error keeps the cause that it came with.
    raise failure


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    failure = failures.exceptions[0]
    return _first(failure) if isinstance(failure, BaseExceptionGroup) else failure
