"""Two posts about the same topic beside each other, part by part."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from blogai.core.errors import NotFound
from generation.editing.changes import Piece, diff_sentences
from generation.llm.registry import label
from generation.models import Post
from generation.pipeline.types import Brief
from generation.posts.services import post_for
from generation.posts.tries import other_tries
from generation.runs.steps import brief_of
from generation.web.brief_form import language_name
from generation.web.languages import direction_of
from generation.web.page import SignedInPage
from generation.web.posts import again_url, reading_time, receipt_for


@dataclass(frozen=True, slots=True)
class Side:
    """A post, and what it was asked for; None if it was not written by a run."""

    post: Post
    brief: Brief | None
    cost: str
    direction: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A part of the first post, of the second, or of both. `apart`: they have no sentence in common."""

    headings: tuple[str, str]
    pieces: tuple[Piece, ...]
    has: tuple[bool, bool]
    apart: bool


class ComparePosts(SignedInPage):
    """`?a=` and `?b=` are two posts of the user; without the second, there is a choice."""

    def get(self, request: HttpRequest) -> HttpResponse:
        first, second = (self.asked_for(name) for name in "ab")
        if first is None:
            raise NotFound("We can’t find that post.")
        if second is None or second.pk == first.pk:
            return self.choose(first)
        sides = [_side(first), _side(second)]
        pairs = list(_pairs(first, second))
        context = {
            "sides": sides,
            "facts": list(_facts(*sides)),
            "pairs": pairs,
            "same": all(all(pair.has) and not _differs(pair) for pair in pairs),
        }
        return render(request, "generation/posts/compare_posts.html", context)

    def choose(self, post: Post) -> HttpResponse:
        receipt, _ = receipt_for(post)
        tries = other_tries(self.user, brief_of(receipt.run).topic, post) if receipt else []
        context = {
            "post": post,
            "tries": [
                {
                    "post": each,
                    "length": reading_time(each)[0],
                    "model": _model(each),
                    "older": min(each.pk, post.pk),  # ids begin with the time
                    "newer": max(each.pk, post.pk),
                }
                for each in tries
            ],
            "again": again_url(receipt.run) if receipt else "",
        }
        return render(self.request, "generation/posts/compare_choice.html", context)

    def asked_for(self, name: str) -> Post | None:
        """The post with the id in this field of the address, None if there is none. Raises NotFound."""
        if not self.request.GET.get(name):
            return None
        try:
            post_id = uuid.UUID(self.request.GET[name])
        except ValueError:
            raise NotFound("We can’t find that post.") from None
        return post_for(self.user, post_id)


def _side(post: Post) -> Side:
    receipt, _ = receipt_for(post)
    brief = brief_of(receipt.run) if receipt else None
    cost = receipt.cost_display if receipt else "no receipt"
    return Side(post, brief, cost, direction_of(post.language))


def _model(post: Post) -> str:
    return label(post.provider, post.model)


def _facts(first: Side, second: Side) -> Iterator[tuple[str, str, str]]:
    """What each post is, and where they were asked for something else."""
    yield "Length", reading_time(first.post)[0], reading_time(second.post)[0]
    yield "Model", _model(first.post), _model(second.post)
    yield "Cost", first.cost, second.cost
    if first.brief and second.brief:
        other = _asked(second.brief)
        for name, value in _asked(first.brief).items():
            if value != other[name]:
                yield name, value, other[name]


def _asked(brief: Brief) -> Mapping[str, str]:
    return {
        "Topic": brief.topic,
        "Sections asked for": str(brief.sections),
        "Words asked for": f"{brief.words:,}" if brief.words else "by sections",
        "Tone": brief.tone.capitalize(),
        "Language": language_name(brief.language),
        "Audience": brief.audience or "anybody",
        "Keywords": ", ".join(brief.keywords) or "none",
        "Questions and answers": "yes" if brief.include_faq else "no",
    }


def _pairs(first: Post, second: Post) -> Iterator[Pair]:
    """The parts of both in order: those with the same heading together, then those with the
    same name, then the sections that are left."""
    for one, other in _matched(first.parts, second.parts):
        pieces = diff_sentences(one["text"] if one else "", other["text"] if other else "", first.language)
        yield Pair(
            headings=(one["heading"] if one else "", other["heading"] if other else ""),
            pieces=tuple(pieces),
            has=(one is not None, other is not None),
            apart=all(piece.kind != "same" for piece in pieces),
        )


type Part = dict[str, Any]


def _matched(first: Sequence[Part], second: Sequence[Part]) -> list[tuple[Part | None, Part | None]]:
    partners: dict[int, int] = {}
    for key in (_heading, _name, _kind):
        for place, part in enumerate(first):
            free = (at for at in range(len(second)) if at not in partners.values())
            found = next((at for at in free if key(part) and key(part) == key(second[at])), None)
            if place not in partners and found is not None:
                partners[place] = found
    rows: list[tuple[Part | None, Part | None]] = [
        (part, second[partners[place]] if place in partners else None) for place, part in enumerate(first)
    ]
    for other in sorted({*range(len(second))} - {*partners.values()}):  # behind what it follows over there
        before = next((row for row, (_, part) in enumerate(rows) if other and part is second[other - 1]), -1)
        rows.insert(before + 1, (None, second[other]))
    return rows


def _heading(part: Part) -> str:
    return str(part["heading"]).strip().casefold()


def _name(part: Part) -> str:
    return str(part["name"])


def _kind(part: Part) -> str:
    """Sections are like each other, and no other parts are."""
    return _name(part).partition("-")[0]


def _differs(pair: Pair) -> bool:
    return pair.headings[0] != pair.headings[1] or any(piece.kind != "same" for piece in pair.pieces)
