"""Which emails about their plan somebody wants: a setting, and the link in those emails."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.settings_page import Section, back_to
from billing.notices import preferences


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if request.method == "POST":
        preferences.set_usage_notices(user=user, wanted="usage" in request.POST)
        messages.success(request, "Your choice is saved.")
    return back_to("notifications")


def usage_notices(request: HttpRequest) -> dict[str, object]:
    return {"wanted": preferences.wants_usage_notices(cast(User, request.user))}


SECTION = Section("notifications", "Notifications", "billing/_notifications.html", usage_notices)


@csrf_exempt  # the link says who is asking: mail programs post to it, without a page and without a session
@require_http_methods(["GET", "HEAD", "POST"])
def usage_emails_off(request: HttpRequest, token: str) -> HttpResponse:
    """Asks first, because mail programs open links by themselves. Only a POST turns them off."""
    user = preferences.user_of(token)
    if request.method == "POST":
        preferences.set_usage_notices(user=user, wanted=False)
    return render(request, "billing/usage_emails_off.html", {"done": request.method == "POST"})
