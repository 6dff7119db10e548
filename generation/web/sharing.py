"""The pages on which a post's owner shares it, and turns links off again."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.origins import origin_of
from blogai.core.errors import Conflict, NotFound
from blogai.core.form_errors import CHOICE
from generation.models import Post, Share
from generation.posts import sharing
from generation.posts.services import post_for
from generation.web.page import SignedInPage

PERIODS = {1: "A day", 7: "A week", 30: "30 days", 90: "90 days", 365: "A year"}
ON_A_PAGE = 50


class ShareForm(forms.Form):
    days = forms.TypedChoiceField(
        label="The link works for",
        choices=[(days, PERIODS[days]) for days in sharing.DAYS],
        coerce=int,
        initial=sharing.DEFAULT_DAYS,
        error_messages=CHOICE,
    )
    public = forms.BooleanField(
        label="Let search engines find it",
        help_text="Then it’s a public page, and it stays until you turn it off.",
        required=False,
    )


class SharePost(SignedInPage):
    """The links of a post, and a form for a new one."""

    def get(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        return self.page(self.shareable(post_id), ShareForm())

    def post(self, request: HttpRequest, post_id: uuid.UUID) -> HttpResponse:
        post, form = self.shareable(post_id), ShareForm(request.POST)
        if not form.is_valid():
            return self.page(post, form, status=422)
        try:
            made = sharing.share(self.user, post.pk, **form.cleaned_data, origin=origin_of(request))
        except Conflict as error:
            form.add_error(None, error.detail)
            return self.page(post, form, status=409)
        messages.success(request, "Your link is ready. Copy it and send it to whom you like.")
        return redirect(f"{request.path}#share-{made.pk}")

    def shareable(self, post_id: uuid.UUID) -> Post:
        post = post_for(self.user, post_id)
        if post.is_sample:
            raise NotFound("We can’t find that post.")
        return post

    def page(self, post: Post, form: ShareForm, status: int = 200) -> HttpResponse:
        links = shown(self.request, sharing.shares_of(self.user).filter(post=post))
        context = {"post": post, "form": form, "links": links}
        return render(self.request, "generation/posts/share.html", context, status=status)


class Sharing(SignedInPage):
    """All links of the user."""

    def get(self, request: HttpRequest) -> HttpResponse:
        listed = Paginator(sharing.shares_of(self.user), ON_A_PAGE).get_page(request.GET.get("page"))
        context = {"links": shown(request, listed.object_list), "listed": listed}
        return render(request, "generation/sharing.html", context)


class Unshare(SignedInPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, share_id: uuid.UUID) -> HttpResponse:
        """Turns the link off; `back=post` returns to the post's own list."""
        gone = sharing.unshare(self.user, share_id, origin=origin_of(request))
        messages.success(request, "The link is off. Nobody can open it any more.")
        if request.POST.get("back") == "post":
            return redirect("share-post", gone.post_id)
        return redirect("settings-sharing")


def shown(request: HttpRequest, shares: Iterable[Share]) -> list[dict[str, Any]]:
    """The links with their addresses, and whether they have expired."""
    now = timezone.now()
    return [
        {
            "share": each,
            "address": request.build_absolute_uri(sharing.path_of(each)),
            "expired": each.expires_at is not None and each.expires_at <= now,
        }
        for each in shares
    ]
