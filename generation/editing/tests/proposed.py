"""Proposals as a model's run stores them."""

from dataclasses import dataclass
from uuid import UUID

from blogai.core.errors import NotFound
from generation.editing.passages import Passage
from generation.editing.shelf import body_of, places_of
from generation.models import Post, Proposal


@dataclass(frozen=True, slots=True)
class Asked:
    """The passage that a model is asked about: of which version, and in which part if it is one."""

    base: int
    passage: Passage
    part: str = ""


def part_of(post: Post, name: str) -> Asked:
    """A part of the post as it is now, without its heading. Raises NotFound."""
    for place in places_of(post):
        if place.part.name == name:
            start, text = place.text_start, place.part.text
            return Asked(post.head, Passage(start, start + len(text), text), name)
    raise NotFound("This post doesn’t have that part.")


def selection_of(post: Post, start: int, end: int) -> Asked:
    """What stands between two characters of the post's body, without the blanks around it."""
    text = body_of(post)[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    return Asked(post.head, Passage(start, start + len(text), text))


def propose(
    post: Post, asked: Asked, body: str, *, instruction: str = "", run: UUID | None = None
) -> Proposal:
    """Store a model's proposal. `asked` is of the version that the model was shown."""
    return Proposal.objects.create(
        owner_id=post.owner_id,
        post=post,
        base=asked.base,
        part=asked.part,
        start=asked.passage.start,
        end=asked.passage.end,
        original=asked.passage.text,
        body=body.strip(),
        instruction=instruction,
        run_id=run,
        kind=Proposal.Kind.MODEL,
    )
