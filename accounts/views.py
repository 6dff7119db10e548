from copy import copy
from datetime import timedelta
from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import new_keys, own_keys, reauthentication, services
from accounts.callers import Caller, session_caller
from accounts.forms import ApiKeyForm, ProfileForm, RotateForm
from accounts.models import User
from accounts.origins import origin_of
from accounts.settings_page import back_to, show
from blogai.core.errors import Conflict


class DemoSignIn(View):
    """The demo link of a development server."""

    http_method_names = ("get",)  # a HEAD request of a link preview must not use up the link

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if not settings.DEVELOPMENT:
            raise Http404
        if not services.is_demo(request.user):  # after signing in, the same person may follow the link again
            login(request, services.redeem_demo_link(token))
            request.session.set_expiry(None)  # the default, even if the anonymous session had a shorter one
        return redirect(settings.LOGIN_REDIRECT_URL)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Saves the name, the time zone and the theme."""
    if request.method != "POST":
        return back_to("profile")
    # A copy, because the page's header would show what is refused.
    form = ProfileForm(request.POST, instance=copy(cast(User, request.user)))
    if not form.is_valid():
        return show(request, "profile", form)
    form.save()
    messages.success(request, "Your profile is saved.")
    return back_to("profile")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def api_keys(request: HttpRequest) -> HttpResponse:
    """Lists the keys and creates new ones. A new key is shown once, after a redirect: a reload makes none."""
    form = ApiKeyForm(request.POST or None)
    if form.is_valid():
        reauthentication.require(request)
        try:
            raw = own_keys.create(_caller(request), form.wanted(), origin_of(request))[1]
        except Conflict as error:
            form.add_error(None, error.detail)
        else:
            return _to_new_key(request, raw)
    return _api_keys_page(
        request, form, raw=new_keys.take(request.session) if request.method == "GET" else ""
    )


@login_required
@require_POST
def rotate_api_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Replaces a key. The new one is shown once, as above."""
    caller, chosen = _caller(request), RotateForm(request.POST)
    own_keys.key_for(caller, key_id)
    if not chosen.is_valid():
        return _api_keys_page(request, ApiKeyForm(), status=422)
    reauthentication.require(request)
    try:
        overlap = timedelta(seconds=chosen.cleaned_data["overlap"])
        raw = own_keys.rotate(caller, key_id, overlap, origin_of(request))[1]
    except Conflict as error:
        messages.error(request, error.detail)
        return redirect("settings-api-keys")
    return _to_new_key(request, raw)


@login_required
@require_POST
def revoke_api_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    key = own_keys.revoke(_caller(request), key_id, origin_of(request))
    messages.success(request, f"The key {key} is revoked and no longer works.")
    return redirect("settings-api-keys")


def _to_new_key(request: HttpRequest, raw: str) -> HttpResponse:
    new_keys.keep(request.session, raw)
    return redirect(reverse("settings-api-keys") + "#new-key")


def _api_keys_page(
    request: HttpRequest, form: ApiKeyForm, *, raw: str = "", status: int | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "raw": raw,
        "rotate": RotateForm(auto_id=False),
        "keys": own_keys.keys_of(_caller(request)),
    }
    status = status or (422 if form.errors else 200)
    return render(request, "accounts/api_keys.html", context, status=status)


def _caller(request: HttpRequest) -> Caller:
    return session_caller(cast(User, request.user), request.session.session_key)
