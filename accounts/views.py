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

from accounts import api_keys as keys
from accounts import services
from accounts.forms import ApiKeyForm, NameForm, PreferenceForm, ThemeForm, TimeZoneForm
from accounts.models import User


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
    user = cast(User, request.user)
    form = ApiKeyForm(request.POST or None)
    raw = None
    if form.is_valid():
        raw = keys.issue(user, form.cleaned_data["name"], form.cleaned_data["permissions"])[1]
        form = ApiKeyForm()
    context = {
        "form": form,
        "raw": raw,
        "keys": keys.current(user),
    }
    return render(request, "accounts/api_keys.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke_api_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    key = keys.key_for(cast(User, request.user), key_id)
    keys.revoke(key)
    messages.success(request, f"The key {key} is revoked. Requests with it are refused from now on.")
    return redirect("settings-api-keys")


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
