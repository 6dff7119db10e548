"""What the library's rows do to one post."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from generation.posts import marks, services
from generation.posts.duplicate import duplicate
from generation.web.library_filters import library_filters, library_url
from generation.web.page import SignedInPage


class StarPost(SignedInPage):
    """Gives the post a star, or takes it with `off`. With `here`, the way back is to the post's page."""

    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        post = services.post_for(self.user, post_id)
        starred = "off" not in request.POST
        marks.star(self.user, [post.pk], starred)
        filters = library_filters(request.POST)
        if "HX-Request" in request.headers:
            context = {"star_id": post.pk, "starred": starred, "star_title": post.title, "filters": filters}
            return render(request, "generation/posts/_star.html", context)
        return redirect("post", post_id) if "here" in request.POST else redirect(library_url(filters))


class DuplicatePost(SignedInPage):
    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        copy = duplicate(self.user, post_id)
        messages.success(request, "This is the copy. It doesn’t count toward your plan.")
        return redirect("post", copy.pk)
