"""The pages for closing one's account, and for keeping it after all."""

import time
from typing import Any, cast

from allauth.account.utils import perform_login
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import closing, reauthentication
from accounts.models import User
from accounts.origins import origin_of
from blogai.core.errors import Conflict, NotFound

STASH = "closed_account"
KEEP_WITHIN = 15 * 60
"""Seconds after signing in to a closed account in which it can be kept without doing that again."""


class DeleteAccountForm(forms.Form):
    email = forms.CharField(
        label="Type your email address to confirm",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "email"}),
        error_messages={"required": "Enter your email address."},
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"]
        if typed.strip().casefold() != self.user.email.casefold():
            raise forms.ValidationError(f"That isn’t {self.user.email}, so we deleted nothing.")
        return typed


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_account(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = DeleteAccountForm(user, request.POST or None)
    if form.is_valid():
        reauthentication.require(request)
        try:
            closing.close(user, origin_of(request))
        except Conflict as error:
            form.add_error(None, error.detail)
        else:
            logout(request)
            return render(request, "accounts/account_closed.html", _until(user))
    context = {"form": form, "why_not": closing.why_not(user), "days": closing.GRACE.days}
    return render(request, "accounts/delete_account.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keep_account(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail: it opens the account again, and signs nobody in."""
    try:
        user = closing.user_of(token)
        if request.method == "POST":
            closing.keep(user, origin_of(request))
            messages.success(request, "Your account is open again. Sign in to continue.")
            return redirect("account_login")
    except NotFound as error:
        return render(request, "accounts/keep_account.html", {"problem": error.detail}, status=404)
    return render(request, "accounts/keep_account.html", _until(user))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keep_own_account(request: HttpRequest) -> HttpResponse:
    """For somebody who signs in to an account that they closed. If they keep it, they are signed in."""
    user = _stashed(request)
    if user is None:
        return redirect("account_login")
    if request.method == "POST":
        try:
            closing.keep(user, origin_of(request))
        except NotFound as error:
            return render(request, "accounts/keep_account.html", {"problem": error.detail}, status=404)
        del request.session[STASH]
        response: HttpResponse = perform_login(request, user, email=user.email)
        return response
    return render(request, "accounts/keep_account.html", _until(user))


def offer_to_keep(request: HttpRequest, user: User) -> HttpResponse | None:
    """The reply to somebody who has just proved who they are, if the account is one that they may keep."""
    if not closing.may_be_kept().filter(pk=user.pk).exists():
        return None
    request.session.flush()  # allauth has noted the address, and this session may outlive the account
    request.session[STASH] = [str(user.pk), time.time()]
    return redirect("keep-own-account")


def _until(user: User) -> dict[str, object]:
    """Nobody is signed in on this page, so it uses the account's time zone."""
    assert user.delete_after is not None  # noqa: S101 (the account is closed)
    return {"closed": user, "until": user.local_time(user.delete_after)}


def _stashed(request: HttpRequest) -> User | None:
    user_id, at = request.session.get(STASH, ("", 0))
    if not user_id or time.time() - at > KEEP_WITHIN:
        return None
    return closing.may_be_kept().filter(pk=user_id).first()
