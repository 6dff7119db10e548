"""The page that anybody with its link reads: a post, and nothing of its owner's or of the app."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from generation.models import Share
from generation.posts import sharing
from generation.web.languages import direction_of
from generation.web.posts import parts_of, reading_time

_UNSAFE_IN_A_SCRIPT = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@require_safe
def shared_post(request: HttpRequest, token: str) -> HttpResponse:
    """The newest version of the post. The address must not get any further: it is all that one needs.

    A page that is not public says `noindex`, and robots.txt leaves it open on purpose: a crawler that may not
    read the page never sees that word, and lists the bare address once it has found it somewhere.
    """
    share = sharing.shared(token)
    post = share.post
    length, minutes = reading_time(post)
    context = {
        "post": post,
        "share": share,
        "parts": list(parts_of(post)),
        "direction": direction_of(post.language),
        "length": length,
        "minutes": minutes,
        "path": sharing.path_of(share),
        "structured": _structured_data(share) if share.public else "",
    }
    response = render(request, "generation/posts/shared.html", context)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-cache"
    if not share.public:
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _structured_data(share: Share) -> SafeString:
    """The post as JSON-LD (schema.org's BlogPosting), which no text in it can end."""
    post = share.post
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": post.title,
        "description": post.description,
        "keywords": post.tags,
        "inLanguage": post.language,
        "wordCount": post.word_count,
        "datePublished": share.created_at.isoformat(),
        "dateModified": post.updated_at.isoformat(),
        "url": settings.PUBLIC_URL.rstrip("/") + sharing.path_of(share),
    }
    text = json.dumps({name: value for name, value in described.items() if value}, ensure_ascii=False)
    return mark_safe(text.translate(_UNSAFE_IN_A_SCRIPT))  # noqa: S308 (no angle bracket is left)
