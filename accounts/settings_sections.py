"""The sections of the settings that are about the account itself."""

from copy import copy
from typing import Any, cast

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.http import HttpRequest

from accounts import activity_pages, devices, export_pages, second_factor, security_events, sessions, social
from accounts.forms import ProfileForm
from accounts.models import User
from accounts.services import mail_address
from accounts.settings_page import Section

NEWEST = 5
"""Events of the account that are shown without going to their page."""


def profile(request: HttpRequest) -> dict[str, Any]:
    return {"form": ProfileForm(instance=copy(cast(User, request.user)))}


def security(request: HttpRequest) -> dict[str, Any]:
    user = cast(User, request.user)
    found = list(Authenticator.objects.filter(user=user).order_by("pk"))
    accounts = list(SocialAccount.objects.filter(user=user).order_by("pk"))
    linked = {each.provider for each in accounts}
    codes = [each for each in found if each.type == Authenticator.Type.RECOVERY_CODES]
    return {
        "app": next((each for each in found if each.type == Authenticator.Type.TOTP), None),
        "passkeys": [each for each in found if each.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(codes[0].wrap().get_unused_codes()) if codes else None,
        "confirmed": mail_address(user) is not None,
        "accounts": [(social.TITLES.get(each.provider, each.provider), each) for each in accounts],
        "providers": {name: title for name, title in social.offered().items() if name not in linked},
        "missing": second_factor.is_missing(user),
    }


def open_sessions(request: HttpRequest) -> dict[str, Any]:
    """This browser's comes first."""
    current = request.session.session_key
    found = [
        {
            "name": devices.name_of(session.user_agent),
            "handle": sessions.handle_of(session),
            "current": session.session_key == current,
            "session": session,
        }
        for session in sessions.sessions_of(cast(User, request.user))
    ]
    found.sort(key=lambda each: not each["current"])
    return {"sessions": found}


def activity(request: HttpRequest) -> dict[str, Any]:
    newest = security_events.events_of(cast(User, request.user))[:NEWEST]
    return {"events": [activity_pages.shown(event) for event in newest]}


PROFILE = Section("profile", "Profile", "accounts/settings/_profile.html", profile, ("/settings/email",))
SECURITY = Section(
    "security",
    "Security",
    "accounts/settings/_security.html",
    security,
    ("/settings/security/", "/settings/password", "/settings/first-password"),
)
SESSIONS = Section("sessions", "Sessions", "accounts/settings/_sessions.html", open_sessions)
ACTIVITY = Section(
    "activity", "Activity", "accounts/settings/_activity.html", activity, ("/settings/activity",)
)
DATA = Section(
    "data", "Your data", "accounts/settings/_data.html", export_pages.progress, ("/settings/delete-account",)
)
