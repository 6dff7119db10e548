"""The client's IP address. No other module looks at X-Forwarded-For."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

IPV6_NETWORK = 64
"""The bits of an IPv6 address that identify a customer; they choose the rest themselves."""
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")
"""Host header values that mean the local machine."""
FORWARDING = {"forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"}
"""Headers that reveal a proxy, besides those that start with X-Forwarded."""

type Address = IPv4Address | IPv6Address


def client_address(request: HttpRequest) -> str:
    """The address of the client, as TRUSTED_PROXY_HOPS counts it; empty if it is unknown (a Unix socket)."""
    return _client(request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", ""))


def address_of_scope(scope: Mapping[str, Any]) -> str:
    """`client_address` of an ASGI scope."""
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return _client((scope.get("client") or ("",))[0], ",".join(forwarded))


def network_of(address: str) -> str:
    """The key for rate limits: an IPv4 address, or the /64 of an IPv6 address."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, IPV6_NETWORK), strict=False))
    return address


def from_this_machine(request: HttpRequest) -> bool:
    """Whether the request comes from loopback and was not forwarded by a proxy."""
    return is_local(request.META.get("REMOTE_ADDR", ""), request.headers)


def asks_locally(request: HttpRequest) -> bool:
    """Whether the client is on this machine, or on the machine whose container this is, as far as it says.

    It may lie: this is for what protects the client from its own mistakes, and grants nothing.
    """
    host = split_domain_port(request.META.get("HTTP_HOST", ""))[0]
    return from_this_machine(request) or (host in LOOPBACK_HOSTS and not _is_forwarded(request.headers))


def is_local(peer: str, headers: Mapping[str, str]) -> bool:
    """`from_this_machine` of a peer's address and the headers that it sent."""
    address = _parsed(peer)
    return address is not None and address.is_loopback and not _is_forwarded(headers)


def _is_forwarded(headers: Mapping[str, str]) -> bool:
    names = map(str.lower, headers)
    return any(name in FORWARDING or name.startswith("x-forwarded") for name in names)


def _client(peer: str, forwarded: str) -> str:
    """Each trusted proxy appends the address that it saw, so the last one's entry stands last.

    Whatever is left of the trusted entries was sent by the client. With fewer entries than proxies, the
    request came past them, so only the peer is certain.
    """
    hops = settings.TRUSTED_PROXY_HOPS
    entries = forwarded.rsplit(",", hops)[-hops:] if hops else []
    claimed = _parsed(entries[0]) if len(entries) == hops and entries else None
    address = claimed or _parsed(peer)
    return str(address) if address else ""


def _parsed(text: str) -> Address | None:
    """The address in the text, which may have a port; an IPv4 address in IPv6 notation becomes IPv4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
