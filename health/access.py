"""Access to /metrics: with METRICS_TOKEN, or without it from this machine, but not through a proxy."""

from typing import Literal

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from blogai.core.client_address import from_this_machine
from blogai.core.errors import NotAuthenticated, NotFound


def check_access(request: HttpRequest) -> None:
    """Raises NotAuthenticated if the token is missing or wrong, and NotFound if no token is configured."""
    sent = sent_token(request)
    if sent == "right":
        return
    if sent == "wrong":
        raise NotAuthenticated("That isn’t the value of METRICS_TOKEN.")
    if from_this_machine(request):
        return
    if settings.METRICS_TOKENS:
        raise NotAuthenticated("Send METRICS_TOKEN in the header: Authorization: Bearer …")
    raise NotFound("There’s nothing at this address.")


def sent_token(request: HttpRequest) -> Literal["right", "wrong", ""]:
    """Empty if there is none, or none to compare it with."""
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    if not settings.METRICS_TOKENS or scheme.lower() != "bearer":
        return ""
    right = [constant_time_compare(sent.strip(), token) for token in settings.METRICS_TOKENS]
    return "right" if any(right) else "wrong"
