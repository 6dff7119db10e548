"""Asking a model to write a passage of a post anew, which becomes a proposal for its owner to decide on."""

import uuid
from dataclasses import replace

from accounts.callers import Caller
from accounts.models import User
from blogai.core.errors import Conflict, NotFound, ValidationFailed
from generation.editing.parts import Placed
from generation.editing.passages import Passage, passage_now
from generation.editing.shelf import body_of, places_of
from generation.kinds.proposal import ProposalBrief, ProposalKind
from generation.models import ContentVersion, Post, Run
from generation.pipeline.rewriting import wish_of
from generation.pipeline.types import TONES, Frozen, Part
from generation.posts.services import post_for
from generation.runs.start import RunOptions, start_once, start_run, started_before

MAX_PASSAGE = 16_000
"""Characters that a model writes anew at once: some 2,700 words."""
AROUND = 1_500
"""Characters on either side of the passage that the model is shown."""


class Selection(Frozen):
    """A stretch of the text of version `base`, in UTF-16 code units, as JavaScript counts."""

    start: int
    end: int
    base: int


class Request(Frozen):
    """What is to be written anew, a part or a selection in one, and what its author wants."""

    instruction: str
    part: str = ""
    selection: Selection | None = None


def propose(
    user: User,
    post_id: uuid.UUID,
    request: Request,
    *,
    key: str | None = None,
    caller: Caller | None = None,
    provider: str = "",
    model: str = "",
) -> tuple[Run, bool]:
    """The run that writes a proposal, whose id is the run's `post_id`, and whether it is new.

    `key` is an idempotency key. Raises NotFound for a stranger's post, one that was deleted and a part that
    the post hasn't got; Conflict when the passage has changed since or has no text; ValidationFailed when it
    is too long or not in one part; and what `start_run` raises.
    """
    post = post_for(user, post_id)
    asked = RunOptions(
        kind=ProposalKind.name,
        brief=request,
        asked=request,
        target=post.pk,
        conversation=post.conversation.name,
        provider=provider,
        model=model,
    )
    earlier = started_before(user, asked, key, caller) if key else None
    if earlier is not None:  # whatever the post looks like by now
        return earlier, False
    options = replace(asked, brief=_brief(post, request))
    if key:
        return start_once(user, options, key, caller)
    return start_run(user, options, caller=caller), True


def _brief(post: Post, request: Request) -> ProposalBrief:
    body = body_of(post)
    placed = places_of(post)
    if request.selection is None:
        part, passage = _part(body, placed, request.part)
    else:
        part, passage = _selected(post, body, placed, request.selection)
    if len(passage.text) > MAX_PASSAGE:
        raise ValidationFailed(
            f"That’s {len(passage.text):,} characters. Choose a passage of at most {MAX_PASSAGE:,}."
        )
    wish = wish_of(request.instruction)
    return ProposalBrief(
        about=request.instruction,
        instruction=wish.told,
        share=wish.share,
        text=passage.text,
        title=post.title,
        headings=tuple(each.part.heading for each in placed if each.part.heading),
        heading=part.heading,
        before=body[max(0, passage.start - AROUND) : passage.start].strip(),
        after=body[passage.end : passage.end + AROUND].strip(),
        language=post.language,
        tone=_tone(post),
        base=post.head,
        part=part.name,
        start=passage.start,
        end=passage.end,
    )


def _part(body: str, placed: list[Placed], name: str) -> tuple[Part, Passage]:
    for each in placed:
        if each.part.name == name:
            if not each.part.text:
                raise Conflict("This section has no text to change yet.")
            start, end = _span(each)
            return each.part, Passage(start, end, body[start:end])
    raise NotFound("This post no longer has that section.")


def _selected(post: Post, body: str, placed: list[Placed], chosen: Selection) -> tuple[Part, Passage]:
    """The part of a selection, and the selection in the text as it is now, without blanks around it."""
    before = body if chosen.base == post.head else _body_of_version(post, chosen.base)
    first, last = _characters(before, chosen.start), _characters(before, chosen.end)
    was = Passage(first, last, before[first:last])
    if not was.text.strip():
        raise ValidationFailed(errors={"selection": ["Select some text of that version."]})
    now = passage_now(was, before, body, post.language)
    if now.text != was.text:
        raise Conflict("That passage has changed since. Select it again.")
    start, end = _without_blanks(body, now.start, now.end)
    for each in placed:
        first, last = _span(each)
        if first <= start and end <= last:
            return each.part, Passage(start, end, body[start:end])
    raise ValidationFailed(errors={"selection": ["Select text within one section, without its heading."]})


def _characters(text: str, units: int) -> int:
    """How many characters of `text` the first UTF-16 code units are; all of them where it ends before."""
    return (
        units if text.isascii() else len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore"))
    )


def _body_of_version(post: Post, number: int) -> str:
    body = ContentVersion.objects.filter(post=post, number=number).values_list("body", flat=True).first()
    if body is None:
        raise Conflict("That version is gone. Read the text again.")
    return body


def _span(placed: Placed) -> tuple[int, int]:
    """Where the text of a part begins and ends, without its heading and the blanks around it."""
    return placed.text_start, placed.text_start + len(placed.part.text)


def _without_blanks(body: str, start: int, end: int) -> tuple[int, int]:
    text = body[start:end]
    start += len(text) - len(text.lstrip())
    return start, max(start, start + len(text.strip()))


def _tone(post: Post) -> str:
    """As its owner asked for it; that of most posts if it has no run."""
    run = Run.objects.of_posts().filter(post_id=post.pk).only("brief").first()
    tone = run.brief.get("tone") if run else None
    return tone if tone in TONES else TONES[0]
