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
from accounts import services, webhook_secrets
from accounts.forms import ApiKeyForm, LookOfPages, Name, Preference, TimeZone
from accounts.models import User


class SignIn(View):
    """The demo link of a development server: signs in once and goes to the first page."""

    http_method_names = ("get",)  # a HEAD of a link preview must not use the link up

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if not settings.DEVELOPMENT:
            raise Http404
        if not services.is_demo(request.user):  # who is signed in by it may follow it again
            login(request, services.redeem_demo_link(token))
            request.session.set_expiry(None)  # as long as any, whatever a visitor's session had
        return redirect(settings.LOGIN_REDIRECT_URL)


@login_required
@require_safe
def first_setting(request: HttpRequest) -> HttpResponse:
    return redirect("settings-name")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    return _preference(request, Name, "Name", "Your name is saved.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def time_zone(request: HttpRequest) -> HttpResponse:
    return _preference(request, TimeZone, "Time zone", "Your time zone is saved.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def theme(request: HttpRequest) -> HttpResponse:
    return _preference(request, LookOfPages, "Theme", "Your theme is saved.")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def api_keys(request: HttpRequest) -> HttpResponse:
    """The list; a new key is in the reply to the form that asked for it, and nowhere afterwards."""
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
        "webhook_secret": webhook_secrets.current(user),
    }
    return render(request, "accounts/api_keys.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke_api_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    key = keys.key_for(cast(User, request.user), key_id)
    keys.revoke(key)
    messages.success(request, f"The key {key} is revoked. Requests with it are refused from now on.")
    return redirect("settings-api-keys")


@login_required
@require_POST
def renew_webhook_secret(request: HttpRequest) -> HttpResponse:
    webhook_secrets.renew(cast(User, request.user))
    messages.success(request, "Callbacks are signed with a new secret from now on. Give it to your server.")
    return redirect("settings-api-keys")


def _preference(request: HttpRequest, form_class: type[Preference], title: str, saved: str) -> HttpResponse:
    """One setting of one's own: shown, kept with what was typed when it is refused, saved."""
    # Not request.user: a refused value would show in the page.
    user = User.objects.get(pk=cast(User, request.user).pk)
    form = form_class(request.POST or None, instance=user)
    if form.is_valid():
        form.save()
        messages.success(request, saved)
        return redirect(request.path)
    context = {"form": form, "title": title}
    return render(request, "accounts/preference.html", context, status=422 if form.errors else 200)
