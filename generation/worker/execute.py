"""Executing a run: acquire its lease, do its work, end the run. A second call meanwhile does nothing."""

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from blogai.core.db import OUTAGES, in_database, retry_on_outage
from blogai.core.errors import BlogAIError, ProviderError, ProviderTimeout
from generation.kinds.base import Kind
from generation.kinds.registry import asked_of, kind_of
from generation.llm.base import Call, OnCall, OnWait
from generation.llm.budget import CostBudget
from generation.llm.registry import models_for, sandbox_models
from generation.llm.router import Router
from generation.models import Run, RunStep
from generation.pipeline.threads import outside_loop
from generation.pipeline.types import Checks, Frozen, Outline, Part
from generation.runs import checkpoints, frames, lease
from generation.runs import log as run_log
from generation.runs.checkpoints import Loaded
from generation.runs.frames import Frame
from generation.runs.lease import Lease, LeaseLost
from generation.runs.steps import has_inputs, hash_inputs
from generation.worker.broadcast import Broadcast
from generation.worker.heartbeat import keep_renewing

logger = logging.getLogger(__name__)

COMMIT_TIMEOUT = 2.0
"""Seconds that a running checkpoint gets to finish when its run is cancelled."""

_running: set[asyncio.Task[None]] = set()


async def execute(run_id: uuid.UUID) -> None:
    """Do the run's work, unless another worker is doing it or the run has ended."""
    held = await in_database(lease.acquire)(run_id)
    if held is None:
        return
    task: asyncio.Task[None] | None = asyncio.current_task()
    assert task is not None  # noqa: S101 (a coroutine runs in one)
    _running.add(task)
    try:
        await _execute(held)
    except asyncio.CancelledError:
        await asyncio.shield(in_database(lease.release)(held))
        run_log.tell("run.released", run_id, attempt=held.token)
        raise
    except ExceptionGroup as failures:
        others = failures.split(LeaseLost)[1]
        if others:
            raise others from None
        run_log.tell("run.lost", run_id, attempt=held.token)
    finally:
        _running.discard(task)


async def cancel_all() -> None:
    """Cancel every run of this process. Their leases have been released when this returns."""
    stopping = set(_running)
    for task in stopping:
        task.cancel()
    if stopping:
        await asyncio.wait(stopping)


async def _execute(held: Lease) -> None:
    loaded = await in_database(checkpoints.load)(held)
    run = loaded.run
    broadcast = Broadcast(held, frames.group_of(run.owner_id, run.conversation.name), loaded.steps)
    async with asyncio.TaskGroup() as tasks:
        background = [
            tasks.create_task(work)
            for work in (keep_renewing(held), broadcast.keep_sending(), broadcast.keep_flushing())
        ]
        await _write(held, loaded, broadcast)
        for task in background:
            task.cancel()


async def _write(held: Lease, loaded: Loaded, broadcast: Broadcast) -> None:
    """Write what the run makes and store it, or store the reason why there is nothing."""
    run, kind, brief = loaded.run, kind_of(loaded.run), asked_of(loaded.run)
    calls: list[Call] = []
    finished = {step.name: step for step in loaded.steps if step.output is not None}
    steps = RunSteps(held, run, finished, broadcast, calls)
    started = frames.started(
        run.pk,
        kind=run.kind,
        post_id=run.about_post,
        conversation=run.conversation.name,
        parts=kind.parts(brief),
    )
    await broadcast.send([await retry_on_outage(checkpoints.milestone)(held, started)])
    try:
        if run.attempts_without_progress > lease.MAX_ATTEMPTS_WITHOUT_PROGRESS:
            raise ProviderError(
                f"We started this {kind.noun} five times without getting anywhere, so we stopped."
            )
        async with asyncio.timeout(loaded.seconds):
            budget = CostBudget(run.max_cost_usd, loaded.spent)
            models = _models_of(run, calls.append, broadcast.waiting, budget)
            made = await kind.write(brief, models, steps, broadcast)
    except OutlineNeedsReview:
        ending = await retry_on_outage(checkpoints.pause)(held)
    except Exception as error:
        ending = await _fail(held, _error_for_user(error, kind), calls)
    else:
        ending = await _complete(held, made, calls)
    finally:
        if calls:  # made for a run that has ended or been taken over; they cost money all the same
            await _store_late_calls(run.pk, calls)
    await broadcast.send([ending])


async def _complete(held: Lease, made: Frozen, calls: list[Call]) -> Frame:
    """End the run with what it made, or with the reason why its kind could not store that."""
    try:
        return await _store_with_calls(
            calls, lambda stored: retry_on_outage(checkpoints.complete)(held, made, stored)
        )
    except BlogAIError as refusal:
        return await _fail(held, refusal, calls)


async def _fail(held: Lease, reason: BlogAIError, calls: list[Call]) -> Frame:
    return await _store_with_calls(
        calls, lambda stored: retry_on_outage(checkpoints.fail)(held, reason, stored)
    )


def _models_of(run: Run, on_call: OnCall, on_wait: OnWait, budget: CostBudget) -> Router:
    if run.test:
        return sandbox_models(on_call, on_wait, budget)
    return models_for(run.provider, run.model, on_call, on_wait, budget)


async def _store_with_calls[R](calls: list[Call], write: Callable[[list[Call]], Awaitable[R]]) -> R:
    """Await `write`, which stores the calls made so far. They stay in `calls` only if it certainly did not.

    On cancellation, waits a moment for the outcome, so that no call is stored twice or not at all.
    """
    taken, calls[:] = calls[:], []
    writing = asyncio.ensure_future(write(taken))
    try:
        return await asyncio.shield(writing)
    finally:
        done, _ = await asyncio.wait([writing], timeout=COMMIT_TIMEOUT)
        if done and isinstance(writing.exception(), (LeaseLost, BlogAIError)):
            calls += taken


async def _store_late_calls(run_id: uuid.UUID, calls: list[Call]) -> None:
    """Store calls whose results were not used. While the database is down they are only logged."""
    try:
        await asyncio.shield(in_database(checkpoints.store_late_calls)(run_id, calls))
    except OUTAGES:
        cost = sum(call.cost_usd for call in calls)
        logger.exception("run %s: could not store %d calls that cost $%s", run_id, len(calls), cost)


def _error_for_user(error: Exception, kind: Kind[Any, Any]) -> BlogAIError:
    """The error to show to the user. A lost lease does not end the run, so it is raised again."""
    if isinstance(error, LeaseLost):
        raise error
    if isinstance(error, BlogAIError):
        return error
    if isinstance(error, TimeoutError):
        return ProviderTimeout(f"This {kind.noun} took too long, so we stopped it.")
    logger.error("a run failed because of an unexpected error", exc_info=error)
    safe = " Finished sections are saved." if kind.parts_stay else ""
    return BlogAIError(f"Something went wrong on our side.{safe} Try again.")


class OutlineNeedsReview(Exception):
    """The outline is stored, and its owner wants to review it before anything else is written."""


class RunSteps:
    """The pipeline's `Steps`: the output of each is stored in a row, and accepted only once."""

    def __init__(
        self,
        held: Lease,
        run: Run,
        finished: Mapping[str, RunStep],
        broadcast: Broadcast,
        calls: list[Call],
    ) -> None:
        self._held = held
        self._kind, self._brief = kind_of(run), asked_of(run)
        self._review = run.review_outline
        self._finished = finished
        self._broadcast = broadcast
        self._calls = calls
        self._finished_names: set[str] = set()

    async def once[T: Frozen](
        self, name: str, kind: type[T], work: Callable[[], Awaitable[T]], *given: Frozen
    ) -> T:
        """The step's stored output. Raises OutlineNeedsReview after an outline that needs review."""
        output = await self._once(name, kind, work, *given)
        if self._review and isinstance(output, Outline):
            raise OutlineNeedsReview
        return output

    async def _once[T: Frozen](
        self, name: str, kind: type[T], work: Callable[[], Awaitable[T]], *given: Frozen
    ) -> T:
        finished = self._finished.get(name)
        if finished is not None and has_inputs(finished, *given):
            self._finished_names.add(name)
            return kind.model_validate(finished.output)
        began = time.monotonic()
        output = await work()
        took = timedelta(seconds=time.monotonic() - began)
        parts = [part for part in _parts_of(output) if self._broadcast.unsettled(part)]
        attempts = {part.name: self._broadcast.settle(part) for part in parts}
        await self._broadcast.send()
        begun = self._parts_started_by(name)
        frames_of_step = await outside_loop(
            sum(len(part.text) for part in parts), partial(self._milestones, output, parts, attempts)
        )
        milestones = await _store_with_calls(
            self._calls,
            lambda calls: retry_on_outage(checkpoints.finish_step)(
                self._held,
                name,
                hash_inputs(*given),
                output.model_dump(mode="json"),
                calls,
                {part.name: (attempts[part.name], part.text) for part in parts},
                frames_of_step,
                begun=begun,
                took=took,
            ),
        )
        self._broadcast.stored(attempts, begun)
        await self._broadcast.send(milestones)
        return output

    def _parts_started_by(self, name: str) -> tuple[str, ...]:
        """The parts that start once this step is stored."""
        self._finished_names.add(name)
        if self._review:  # which comes first
            return ()
        return self._kind.begun_by(name, self._brief, self._finished_names)

    def _milestones(self, output: Frozen, parts: list[Part], attempts: Mapping[str, int]) -> list[Frame]:
        if isinstance(output, Outline):
            return [frames.outlined(self._held.run_id, output, self._kind.parts(self._brief))]
        return [frames.part_done(self._held.run_id, part, attempt=attempts[part.name]) for part in parts]


def _parts_of(output: Frozen) -> tuple[Part, ...]:
    """The parts whose text is decided by a step's output."""
    if isinstance(output, Part):
        return (output,)
    return output.parts if isinstance(output, Checks) else ()
