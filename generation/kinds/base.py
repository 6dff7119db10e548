"""What a kind of run says about itself. The rest of a run's life is in `generation.runs`, once for all."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from typing import ClassVar

from billing.quotas import Meter
from generation.llm.base import Models, Profile
from generation.models import Run
from generation.pipeline.estimate import Estimate
from generation.pipeline.run import Step
from generation.pipeline.types import Frozen, Progress, Steps


class Kind[Asked: Frozen, Made: Frozen](ABC):
    """Work that a model does for somebody, from what they asked for to what is stored in the end."""

    name: ClassVar[str]
    """Of `Run.kind`, for ever: rows have it."""
    noun: ClassVar[str]
    """What a sentence to its owner calls it."""
    meter: ClassVar[Meter]
    """What a run takes one of."""
    brief: type[Asked]
    """What is asked for, as it is stored with the run. Only a post's has a `topic`; others have `about`."""
    parts_stay: ClassVar[bool] = False
    """Whether the finished parts of a run that was stopped are something to read, and count."""
    invariants: ClassVar[tuple[str, ...]] = ()
    """Queries for `runs.invariants`: each returns a line for each violation."""

    @abstractmethod
    def steps(self, brief: Asked) -> tuple[Step, ...]:
        """The steps in order; every part is one."""

    def parts(self, brief: Asked) -> tuple[str, ...]:
        """The parts in the reader's order."""
        return tuple(step.name for step in self.steps(brief) if step.is_part)

    def begun_by(self, step: str, brief: Asked, finished: Collection[str]) -> tuple[str, ...]:
        """The parts that begin once `step` is stored; it is among the `finished` ones."""
        return ()

    @abstractmethod
    async def write(self, brief: Asked, models: Models, steps: Steps, progress: Progress) -> Made:
        """What is made. Everything that calls a model is one of the `steps`.

        Raises BlogAIError, which ends the run and gives its unit back.
        """

    @abstractmethod
    def finish(self, run: Run, made: Made, written_by: tuple[str, str]) -> str:
        """Store what was made, in the transaction that completes the run; returns the title to tell.

        `written_by` is the (provider, model) that wrote most of it. Raises BlogAIError, which fails the run.
        """

    @abstractmethod
    def estimate(self, brief: Asked, profile: Profile) -> Estimate:
        """What it takes on a model with this profile."""
