from datetime import timedelta
from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import own_keys, services
from accounts.api_keys import revoke
from accounts.callers import Caller, session_caller
from accounts.forms import ApiKeyForm, NameForm, PreferenceForm, RotateForm, ThemeForm, TimeZoneForm
from accounts.models import User
from blogai.core.client_address import client_address
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
@require_safe
def first_setting(request: HttpRequest) -> HttpResponse:
    return redirect("settings-name")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    return _preference(request, NameForm, "Name", "Your name is saved.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def time_zone(request: HttpRequest) -> HttpResponse:
    return _preference(request, TimeZoneForm, "Time zone", "Your time zone is saved.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def theme(request: HttpRequest) -> HttpResponse:
    return _preference(request, ThemeForm, "Theme", "Your theme is saved.")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def api_keys(request: HttpRequest) -> HttpResponse:
    """Lists the keys and creates new ones. A new key is shown once, in the reply to its form."""
    form = ApiKeyForm(request.POST or None)
    raw = ""
    if form.is_valid():
        try:
            raw = own_keys.create(_caller(request), form.wanted(), client_address(request))[1]
        except Conflict as error:
            form.add_error(None, error.detail)
        else:
            form = ApiKeyForm()
    return _api_keys_page(request, form, raw)


@login_required
@never_cache
@require_POST
def rotate_api_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Replaces a key. The new one is shown once, in this reply."""
    caller, chosen = _caller(request), RotateForm(request.POST)
    own_keys.key_for(caller, key_id)
    form = ApiKeyForm()
    if not chosen.is_valid():
        return _api_keys_page(request, form, status=422)
    try:
        overlap = timedelta(seconds=chosen.cleaned_data["overlap"])
        raw = own_keys.rotate(caller, key_id, overlap, client_address(request))[1]
    except Conflict as error:
        messages.error(request, error.detail)
        return redirect("settings-api-keys")
    return _api_keys_page(request, form, raw)


@login_required
@require_POST
def revoke_api_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    key = own_keys.key_for(_caller(request), key_id)
    revoke(key)
    messages.success(request, f"The key {key} is revoked. Requests with it are refused from now on.")
    return redirect("settings-api-keys")


def _api_keys_page(
    request: HttpRequest, form: ApiKeyForm, raw: str = "", status: int | None = None
) -> HttpResponse:
    caller = _caller(request)
    context = {
        "form": form,
        "raw": raw,
        "rotate": RotateForm(auto_id=False),
        "keys": own_keys.keys_of(caller),
    }
    status = status or (422 if form.errors else 200)
    return render(request, "accounts/api_keys.html", context, status=status)


def _caller(request: HttpRequest) -> Caller:
    return session_caller(cast(User, request.user), request.session.session_key)


def _preference(
    request: HttpRequest, form_class: type[PreferenceForm], title: str, saved: str
) -> HttpResponse:
    """Shows and saves one setting. An invalid value is shown again with its errors."""
    # Not request.user, because the page header would show an invalid value.
    user = User.objects.get(pk=cast(User, request.user).pk)
    form = form_class(request.POST or None, instance=user)
    if form.is_valid():
        form.save()
        messages.success(request, saved)
        return redirect(request.path)
    context = {"form": form, "title": title}
    return render(request, "accounts/preference.html", context, status=422 if form.errors else 200)
