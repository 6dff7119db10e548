"""Asking again who is signed in, before sensitive changes: keys, second factors, the address, deletion.

allauth's mechanism. A page that needs it leads to a form, and from there back to the request with everything
that was typed. Signing in counts too, for as long. An account that has only Google or GitHub confirms there.
The demo account has no credentials and is not asked.
"""

import time

from allauth.account import app_settings
from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired as IsRequired
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.callers import Caller
from blogai.core.errors import ReauthenticationRequired

SHOWN_BY = {"password", "mfa", "socialaccount"}


def require(request: HttpRequest) -> None:
    """For pages, once the form is valid. Raises a redirect; afterwards the form is sent again."""
    reauthentication.raise_if_reauthentication_required(request, app="")


def is_required(request: HttpRequest) -> bool:
    try:
        require(request)
    except IsRequired:
        return True
    return False


def require_of(caller: Caller, request: HttpRequest) -> None:
    """For the API, where only a browser's session has to. Raises ReauthenticationRequired."""
    if caller.session_key is not None and is_required(request):
        where = settings.PUBLIC_URL.rstrip("/") + reverse("account_reauthenticate")
        raise ReauthenticationRequired(f"Confirm it’s you at {where}, or use an API key.")


def signed_in_just_now(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    return any(record["method"] in SHOWN_BY and record["at"] > since for record in records)
