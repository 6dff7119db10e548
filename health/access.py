"""Access to /metrics: with METRICS_TOKEN, or without it from this machine, but not through a proxy."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from blogai.core.client_address import from_this_machine
from blogai.core.errors import NotAuthenticated, NotFound


def check_access(request: HttpRequest) -> None:
    """Raises NotAuthenticated if the token is missing or wrong, and NotFound if no token is configured."""
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        if constant_time_compare(sent.strip(), settings.METRICS_TOKEN):
            return
        raise NotAuthenticated("This is not the value of METRICS_TOKEN.")
    if from_this_machine(request):
        return
    if settings.METRICS_TOKEN:
        raise NotAuthenticated("Send the value of METRICS_TOKEN in the header: Authorization: Bearer …")
    raise NotFound("There is nothing at this address.")
