"""Asking a model to change a passage, and deciding on what it suggests. It all works without JavaScript."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe

from billing import quotas
from billing.quotas import Meter
from blogai.core.errors import BlogAIError, NotFound, ValidationFailed
from generation.editing import proposals as decisions
from generation.editing.changes import Piece, diff
from generation.kinds.proposal import ProposalKind
from generation.llm.registry import label, writer
from generation.models import Post, Proposal, Run
from generation.pipeline.rewriting import WISHES
from generation.pipeline.types import MAX_NOTE
from generation.posts.growing import render_unfinished
from generation.posts.services import written_post_for
from generation.runs import control
from generation.runs.proposals import Request, propose
from generation.web.languages import direction_of
from generation.web.page import SignedInPage

DECISIONS = ("accept", "drop", "stop", "again")
"""What its owner may do: the first two with a suggestion, the others while and after it is written."""
NEXT_LOOK = 3
"""Seconds after which the page of a suggestion that is being written loads again."""
ENDED = {
    Proposal.State.ACCEPTED: "You accepted this suggestion.",
    Proposal.State.DROPPED: "You dropped this suggestion.",
    Proposal.State.STALE: "This passage was changed before you decided.",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A suggestion that a model writes or failed to write."""

    id: uuid.UUID
    about: str
    state: str
    detail: str

    @property
    def open(self) -> bool:
        return self.state in Run.OPEN


def assists_left(page: SignedInPage) -> tuple[str, BlogAIError | None]:
    """What a suggestion takes, as a sentence, and why there can be none."""
    usage, refusal = quotas.preview(page.user, 1, Meter.ASSISTS)
    taken = usage["assists"]
    if refusal or taken["limit"] is None:
        return "This takes 1 assist." if refusal is None else "", refusal
    left = taken["limit"] - taken["used"] - taken["reserved"]
    return f"This takes 1 of the {left:,} assist{'' if left == 1 else 's'} you have left this month.", None


def open_proposals(post: Post) -> QuerySet[Proposal]:
    """Those that wait for a decision, the newest first."""
    return decisions.proposals_of(post).filter(state=Proposal.State.OPEN)


def unfinished(post: Post) -> QuerySet[Run]:
    """The runs that write suggestions about the post."""
    return Run.objects.filter(owner_id=post.owner_id, target_id=post.pk, kind=ProposalKind.name)


def count_waiting() -> CombinedExpression:
    """An expression: how many suggestions there are about a post, and will be in a moment."""
    ready = Proposal.objects.filter(post=OuterRef("pk"), state=Proposal.State.OPEN)
    runs = Run.objects.filter(
        owner=OuterRef("owner"), target_id=OuterRef("pk"), kind=ProposalKind.name, finished_at=None
    )
    return _count(ready) + _count(runs)


def waiting_for_decision(post: Post) -> int:
    """That number. One query."""
    posts: Any = Post.objects.filter(pk=post.pk)
    return int(posts.values_list(count_waiting(), flat=True).get())


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values(one=Value(1)).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


class AskForSuggestion(SignedInPage):
    """The form in which somebody says what is to become of a part."""

    def get(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        return self.page(written_post_for(self.user, post_id), request.GET.get("part", ""))

    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        post = written_post_for(self.user, post_id)
        part, wish, own = (request.POST.get(name, "").strip() for name in ("part", "wish", "own"))
        try:
            asked = Request(part=part, instruction=_instruction(wish, own))
            run, _ = propose(self.user, post_id, asked, key=_key(request.POST.get("form", "")))
        except BlogAIError as error:
            return self.page(post, part, wish=wish, own=own, refusal=error)
        return redirect("suggestion", post_id, run.post_id)

    def page(
        self, post: Post, name: str, *, wish: str = "", own: str = "", refusal: BlogAIError | None = None
    ) -> HttpResponse:
        price, no_more = assists_left(self)
        context = {
            "post": post,
            "parts": [part for part in post.parts if part["text"]],
            "part": name,
            "wishes": WISHES,
            "chosen": wish or "Shorter",
            "own": own,
            "longest": MAX_NOTE,
            "price": price,
            "refusal": refusal,
            "no_more": no_more,
            "model": label(*writer("", "")),
            "form": uuid.uuid4(),
        }
        status = refusal.status if refusal else 200
        return render(self.request, "generation/posts/suggest.html", context, status=status)


class Suggestion(SignedInPage):
    """One suggestion: while it is written, when it failed, and what would change if it is accepted."""

    def get(self, request: HttpRequest, post_id: uuid.UUID, proposal_id: uuid.UUID) -> HttpResponse:
        return self.page(written_post_for(self.user, post_id), proposal_id)

    def page(self, post: Post, proposal_id: uuid.UUID, refusal: BlogAIError | None = None) -> HttpResponse:
        context = {"post": post, "direction": direction_of(post.language), "refusal": refusal}
        proposal = decisions.proposals_of(post).filter(pk=proposal_id).first()
        if proposal is not None:
            following = decisions.proposals_of(post).filter(replaces=proposal.pk).first()
            context |= {
                "proposal": proposal,
                "pieces": list(_pieces(proposal, post.language)),
                "said": ENDED.get(Proposal.State(proposal.state), ""),
                "following": following,
            }
            template = "generation/posts/suggestion.html"
        else:
            run = unfinished(post).filter(post_id=proposal_id).first()
            if run is None:
                raise NotFound("We can’t find that suggestion.")
            context |= {
                "run": _waiting(run),
                "html": _so_far(run),
                "next_look": NEXT_LOOK,
            }
            template = "generation/posts/suggestion_waiting.html"
        status = refusal.status if refusal else 200
        return render(self.request, template, context, status=status)


class DecideSuggestion(Suggestion):
    """Accepts or drops a suggestion; stops the one that is being written, or has it tried again."""

    def post(
        self, request: HttpRequest, post_id: uuid.UUID, proposal_id: uuid.UUID, decision: str
    ) -> HttpResponse:
        post = written_post_for(self.user, post_id)
        try:
            if decision in ("stop", "again"):
                self._control(post, proposal_id, decision)
                return redirect("suggestion", post_id, proposal_id)
            if decision == "drop":
                decisions.drop(self.user, post_id, proposal_id)
                messages.success(request, "Dropped. Your post is as it was.")
                return redirect("post", post_id)
            saved = decisions.accept(self.user, post_id, proposal_id)
        except NotFound:
            raise
        except (
            BlogAIError
        ) as error:  # it was decided in another tab, or there is no assist left for another try
            return self.page(post, proposal_id, error)
        if saved.conflict is not None:
            messages.warning(request, "You changed this passage in the meantime. Compare, then decide.")
            return redirect("suggestion", post_id, saved.conflict.proposal_id)
        messages.success(request, "Accepted. The rest of your post is as it was.")
        return redirect("post", post_id)

    def _control(self, post: Post, proposal_id: uuid.UUID, decision: str) -> None:
        run = unfinished(post).filter(post_id=proposal_id).only("pk").first()
        if run is None:
            raise NotFound("We can’t find that suggestion.")
        if decision == "stop":
            control.cancel(self.user, run.pk)
        else:
            control.retry(self.user, run.pk)


class Suggestions(SignedInPage):
    """What waits for a decision, so that nothing is lost: suggestions, and edits that collided."""

    def get(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        post = written_post_for(self.user, post_id)
        headings = {part["name"]: part["heading"] or "Introduction" for part in post.parts}
        found = [(proposal, headings.get(proposal.part, "")) for proposal in open_proposals(post)[:100]]
        written = [_waiting(run) for run in unfinished(post).filter(finished_at=None).order_by("-pk")[:20]]
        context = {"post": post, "found": found, "written": written, "direction": direction_of(post.language)}
        return render(request, "generation/posts/suggestions.html", context)


def _instruction(wish: str, own: str) -> str:
    if wish in WISHES:
        return wish
    if not own:
        raise ValidationFailed("Say what you want changed.")
    if len(own) > MAX_NOTE:
        raise ValidationFailed(f"Use at most {MAX_NOTE} characters. You have {len(own)}.")
    return own


def _key(form: str) -> str | None:
    """Pressing the button twice asks once."""
    try:
        return f"form-{uuid.UUID(form)}"
    except ValueError:
        return None


def _pieces(proposal: Proposal, language: str) -> Iterator[Piece]:
    yield from diff(proposal.original, proposal.body, language)


def _waiting(run: Run) -> Waiting:
    return Waiting(run.post_id, run.asked, run.status, run.error_detail)


def _so_far(run: Run) -> SafeString:
    texts = run.steps.order_by("position").values_list("text", flat=True)
    return mark_safe(render_unfinished("".join(texts)))  # noqa: S308 (sanitised by render)
