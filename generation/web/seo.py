"""The page that says what search engines make of a post."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from generation.pipeline.types import MAX_KEYWORD
from generation.posts.services import post_for
from generation.seo.report import report_of
from generation.seo.text import MOST
from generation.web.page import SignedInPage


class PostSeo(SignedInPage):
    """`?keyword=` is checked instead of the first one of the post's brief; nothing is stored."""

    def get(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        post = post_for(self.user, post_id)
        found = report_of(post, request.GET.get("keyword", "")[:MAX_KEYWORD])
        context = {"post": post, "report": found, "most": f"{MOST:,}", "longest": MAX_KEYWORD}
        return render(request, "generation/posts/seo.html", context)
