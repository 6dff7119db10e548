"""The kinds that this version knows, by name. A new kind of model work is a module and its line here."""

from typing import Any

from generation.kinds.base import Kind
from generation.kinds.post import PostKind
from generation.kinds.proposal import ProposalKind
from generation.models import Run
from generation.pipeline.types import Frozen

KINDS: dict[str, Kind[Any, Any]] = {kind.name: kind for kind in (PostKind(), ProposalKind())}
"""A run of another kind, which a newer version started, is left to the processes of that version."""


def kind_of(run: Run) -> Kind[Any, Any]:
    """Raises KeyError for a kind of a newer version."""
    return KINDS[run.kind]


def asked_of(run: Run) -> Frozen:
    """The run's brief, as its kind has it. Unknown fields, stored by a newer version, are ignored."""
    brief: type[Frozen] = kind_of(run).brief
    return brief.model_validate(run.brief)
