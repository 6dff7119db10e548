"""Proposals: changes of a passage that wait for the owner of a post, who accepts or drops them.

Nobody's edit is ever replaced by a model. If somebody has edited the passage since, accepting puts another
proposal in its place, which shows what stands there now.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.models import User
from blogai.core.errors import Conflict, NotFound
from generation.editing import history
from generation.editing.changes import changes
from generation.editing.history import Wish
from generation.editing.passages import Passage
from generation.editing.services import Conflict as InConflict
from generation.editing.services import Saved, clean, shelf_of
from generation.editing.shelf import PostShelf, body_of
from generation.models import ContentVersion, Post, Proposal

GONE = "This passage is no longer in your post. The proposal still has its text, if you want to copy it."
DROPPED = "You dropped this proposal."
ACCEPTED = "You accepted this proposal. To undo that, restore the version before it."


def proposals_of(post: Post) -> QuerySet[Proposal]:
    """All proposals about the post, the newest first."""
    return Proposal.objects.filter(post=post).order_by("-id")


def bodies_of(post: Post, numbers: Iterable[int]) -> dict[int, str]:
    """The bodies of these versions, as far as there are any."""
    rows = ContentVersion.objects.filter(post=post, number__in=numbers)
    return {post.head: body_of(post), **dict(rows.values_list("number", "body"))}


def accept(user: User, post_id: UUID, proposal_id: UUID, text: str | None = None) -> Saved:
    """Put what is proposed into the post, or `text` in its place; all around it stays as it is.

    Accepting twice gives the same answer. If the passage was edited since, nothing changes and `conflict`
    names the proposal that stands in its place. Raises NotFound, and Conflict when it was dropped or its
    passage is gone.
    """
    with shelf_of(user, post_id) as shelf:
        proposal = _proposal(shelf, proposal_id)
        if proposal.state == Proposal.State.OPEN:
            _accept(shelf, proposal, text)
    if proposal.state == Proposal.State.ACCEPTED:
        return _accepted(shelf, proposal)
    following = Proposal.objects.filter(replaces=proposal.pk, post=shelf.post).first()
    if following is None:
        raise Conflict(DROPPED if proposal.state == Proposal.State.DROPPED else GONE)
    head = shelf.head()
    conflict = InConflict(following.pk, following.beside or following.base)
    return Saved(head.number, head.title, head.body, merged=False, changes=[], conflict=conflict)


def drop(user: User, post_id: UUID, proposal_id: UUID) -> Proposal:
    """Decide against a proposal. Dropping twice changes nothing. Raises NotFound; Conflict if accepted."""
    with shelf_of(user, post_id) as shelf:
        proposal = _proposal(shelf, proposal_id)
        if proposal.state == Proposal.State.ACCEPTED:
            raise Conflict(ACCEPTED)
        if proposal.state == Proposal.State.OPEN:
            _decide(proposal, Proposal.State.DROPPED)
    return proposal


def _proposal(shelf: PostShelf, proposal_id: UUID) -> Proposal:
    proposal = proposals_of(shelf.post).filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFound("We can’t find that proposal.")
    return proposal


def _accept(shelf: PostShelf, proposal: Proposal, text: str | None) -> None:
    by_model = proposal.kind == Proposal.Kind.MODEL and text is None
    wish = Wish(
        passage=Passage(proposal.start, proposal.end, proposal.original),
        base=proposal.base,
        body=proposal.body if text is None else clean(text).strip(),
        author="model" if by_model else "person",
        run=proposal.run_id,
        note=proposal.instruction[:200],
    )
    outcome, now = history.accept(shelf, wish)
    if outcome is not None:
        proposal.result = outcome.head.number
        _decide(proposal, Proposal.State.ACCEPTED)
        return
    _decide(proposal, Proposal.State.STALE)
    if now.text.strip():
        _propose_again(shelf, proposal, now)


def _propose_again(shelf: PostShelf, old: Proposal, now: Passage) -> None:
    """The same about what stands there now, for the person to compare."""
    Proposal.objects.create(
        owner_id=old.owner_id,
        post=shelf.post,
        base=shelf.post.head,
        part=old.part,
        start=now.start,
        end=now.end,
        original=now.text,
        body=old.body,
        instruction=old.instruction,
        run_id=old.run_id,
        kind=Proposal.Kind.CONFLICT,
        beside=old.beside,
        replaces=old.pk,
    )


def _decide(proposal: Proposal, state: Proposal.State) -> None:
    proposal.state = state
    proposal.decided_at = Now()
    proposal.save(update_fields=["state", "decided_at", "result"])
    proposal.refresh_from_db(fields=["decided_at"])


def _accepted(shelf: PostShelf, proposal: Proposal) -> Saved:
    """The version with it, which may not be the head any more, and what that changed."""
    version = shelf.version(proposal.result or 0) or shelf.head()
    before = shelf.version(version.base or 0) or version
    return Saved(
        version=version.number,
        title=version.title,
        text=version.body,
        merged=False,
        changes=changes(before.body, version.body, shelf.language),
        conflict=None,
    )
