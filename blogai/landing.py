"""The landing page, and the sample post that it shows."""

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from billing.models import TierLimit
from billing.web.pricing import compared, offer
from generation.pipeline.words import count
from generation.posts.markdown import render as html_of
from generation.posts.sample import sample_draft, sample_topic
from generation.web.posts import WORDS_PER_MINUTE


@dataclass(frozen=True, slots=True)
class SamplePart:
    name: str
    number: str
    heading: str
    html: SafeString
    words: int


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    plans = list(TierLimit.objects.all())
    context = {
        "base_url": request.build_absolute_uri("/").rstrip("/"),
        "plans": [offer(plan) for plan in plans],
        "groups": compared(plans),
        **sample_context(),
    }
    return render(request, "blogai/landing.html", context)


@require_safe
def sample(request: HttpRequest) -> HttpResponse:
    """The sample post on a page of its own, laid out as every post is."""
    return render(request, "blogai/sample.html", sample_context())


@cache
def sample_context() -> dict[str, object]:
    draft = sample_draft()
    parts = [
        SamplePart(
            name=part.name,
            number=part.name.removeprefix("section-") if part.name.startswith("section-") else "",
            heading=part.heading,
            html=mark_safe(html_of(part.text)),  # noqa: S308 (sanitised by render)
            words=count(part.text),
        )
        for part in draft.parts
    ]
    return {
        "sample": draft,
        "topic": sample_topic(),
        "parts": parts,
        "minutes": max(1, round(draft.word_count / WORDS_PER_MINUTE)),
    }
