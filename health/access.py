"""Access to /metrics: with METRICS_TOKEN, or without it from this machine, but not through a proxy."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from blogai.core.errors import NotAuthenticated, NotFound

FORWARDED = {"Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip"}


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


def from_this_machine(request: HttpRequest) -> bool:
    """Whether the request comes from loopback and was not forwarded by a proxy."""
    try:
        peer = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    if isinstance(peer, IPv6Address) and peer.ipv4_mapped:
        peer = peer.ipv4_mapped
    return peer.is_loopback and not any(
        name in FORWARDED or name.startswith("X-Forwarded") for name in map(str.title, request.headers)
    )
