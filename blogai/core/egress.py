"""Requests to URLs chosen by users, with protection against access to internal networks (SSRF).

A URL is checked before anything is sent: its scheme, its port, and every IP address that its host resolves to
must be public. The connection is then made to the address that was checked, so that DNS cannot give another
one a moment later. Every redirect is checked again. Requests use no proxies, .netrc, cookies or credentials,
and their duration, size and unpacked size are limited.

    EgressError 502             anything that fails at the other server
    ├── AddressForbidden 422    the URL may not be requested; `detail` says why
    ├── Unreachable 502         unknown host name, or no connection
    ├── TooSlow 504
    ├── TooLarge 502
    └── Unreadable 502          not HTTP, truncated, in an unsupported encoding, or too many redirects

This module reads no settings: callers pass the `Rules`.
"""

import asyncio
import re
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from types import MappingProxyType

import httpx

from blogai.core.errors import BlogAIError

type IPAddress = IPv4Address | IPv6Address
type Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Resolves a host name and a port to all of its IP addresses. Raises OSError if there is none."""

PORTS = {"http": 80, "https": 443}
HOST_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
INTERNAL_SUFFIXES = ("localhost", "local", "internal", "lan", "home.arpa")
UNICAST = IPv6Network("2000::/3")
"""The range of global IPv6 addresses; anything outside is not on the internet."""
NAT64 = IPv6Network("64:ff9b::/96")
NOT_PUBLIC = (
    IPv4Network("168.63.129.16/32"),  # Azure's platform, from inside a virtual machine
    IPv4Network("192.0.0.0/24"),  # IETF protocol assignments; Oracle's metadata
    IPv4Network("192.88.99.0/24"),  # 6to4 relays
    IPv6Network("2001::/23"),  # IETF protocol assignments: Teredo, ORCHID
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("2002::/16"),  # 6to4, which carries any IPv4 address
    IPv6Network("3fff::/20"),  # documentation
)
MAX_ADDRESSES = 4
"""How many of a host's addresses we try."""


class EgressError(BlogAIError):
    code, status, title = "egress_failed", 502, "The other server didn’t send what we asked for"


class AddressForbidden(EgressError):
    code, status, title = "address_forbidden", 422, "This address isn’t allowed"


class Unreachable(EgressError):
    code, title = "unreachable", "We can’t reach the other server"


class TooSlow(EgressError):
    code, status, title = "too_slow", 504, "The other server took too long"


class TooLarge(EgressError):
    code, title = "too_large", "The other server sent too much"


class Unreadable(EgressError):
    code, title = "unreadable", "We can’t read the other server’s answer"


async def system_resolver(name: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be requested. `allow` lists non-public addresses, with ports, that the operator permits."""

    plain_http: bool = False
    ports: frozenset[int] = frozenset(PORTS.values())
    allow: frozenset[tuple[IPAddress, int]] = frozenset()
    resolve: Resolver = system_resolver


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds in total and for connecting; bytes of the body as sent and unpacked."""

    seconds: float = 10.0
    connect_seconds: float = 3.0
    size: int = 2_000_000
    unpacked_size: int = 5_000_000
    redirects: int = 3


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched page; `url` is the final one, after redirects."""

    url: str
    status: int
    content_type: str
    body: bytes


async def fetch(
    url: str, *, rules: Rules, limits: Limits = Limits(), headers: Mapping[str, str] = MappingProxyType({})
) -> Page:
    """The page at the URL, unpacked. Raises EgressError, but not for an error status.

    A redirect gets the `headers` too, so with secrets among them allow none.
    """
    with _translate_errors():
        async with asyncio.timeout(limits.seconds):
            for _ in range(limits.redirects + 1):
                checked = check(url, rules)
                sent = {"Accept-Encoding": "gzip", **headers}
                async with _request("GET", checked, rules, limits, sent) as response:
                    if not response.has_redirect_location:
                        kind = response.headers.get("Content-Type", "")
                        return Page(str(checked), response.status_code, kind, await _body(response, limits))
                    url = str(checked.join(response.headers["Location"]))
    raise Unreadable(f"It redirected us more than {limits.redirects} times.")


async def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    rules: Rules,
    limits: Limits = Limits(),
) -> int:
    """The status of the response. Follows no redirects, and does not read the body. Raises EgressError."""
    with _translate_errors():
        async with (
            asyncio.timeout(limits.seconds),
            _request("POST", check(url, rules), rules, limits, headers, body) as response,
        ):
            return response.status_code


def check(url: str, rules: Rules) -> httpx.URL:
    """The parsed URL. Raises AddressForbidden for anything that can be rejected without DNS."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise AddressForbidden("That isn’t a web address.") from None
    if parsed.scheme not in (("https", "http") if rules.plain_http else ("https",)):
        raise AddressForbidden(f"Start the address with https://{' or http://' * rules.plain_http}.")
    if parsed.userinfo:
        raise AddressForbidden("Remove the user name and password from the address.")
    host, port = _host(parsed), _port(parsed)
    by_operator = port in {allowed for _, allowed in rules.allow}
    if port not in rules.ports and not by_operator:
        allowed = " or ".join(str(port) for port in sorted(rules.ports))
        raise AddressForbidden(f"Use port {allowed}, not {port}.")
    if (ip := _ip_literal(host)) is not None:
        _check_ip(ip, port, rules)
    elif not HOST_NAME.fullmatch(host):
        raise AddressForbidden("That isn’t a web address.")
    elif re.fullmatch(r"[0-9]+|0x[0-9a-f]*", host.rpartition(".")[2]):
        raise AddressForbidden("Write an IP address as four decimal numbers separated by dots.")
    elif not by_operator and (
        "." not in host or host.endswith(tuple(f".{name}" for name in INTERNAL_SUFFIXES))
    ):
        raise AddressForbidden(f"{host} is on an internal network. Use a public address.")
    return parsed


def is_public(address: IPAddress) -> bool:
    """Whether the address is a public unicast address."""
    if isinstance(address, IPv6Address):
        if address in NAT64:
            return is_public(IPv4Address(address.packed[-4:]))
        if address.scope_id is not None or address not in UNICAST:
            return False
    return (
        address.is_global
        and not address.is_multicast
        and not any(address in network for network in NOT_PUBLIC if network.version == address.version)
    )


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii").lower().removesuffix(".")


def _port(url: httpx.URL) -> int:
    return PORTS[url.scheme] if url.port is None else url.port


def _ip_literal(host: str) -> IPAddress | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _check_ip(address: IPAddress, port: int, rules: Rules) -> None:
    if (address, port) in rules.allow:
        return
    if port not in rules.ports or not is_public(address):
        raise AddressForbidden("This address is on an internal network. Use a public one.")


async def _addresses(url: httpx.URL, rules: Rules) -> list[str]:
    """The addresses of the host, all of them checked. Raises AddressForbidden and Unreachable."""
    host, port = _host(url), _port(url)
    if _ip_literal(host) is not None:
        return [host]
    try:
        found = list(dict.fromkeys(await rules.resolve(host, port)))
    except (OSError, UnicodeError):
        raise Unreachable(f"We can’t find a server named {host}.") from None
    for address in found:
        _check_ip(ip_address(address), port, rules)
    return found[:MAX_ADDRESSES]


@asynccontextmanager
async def _request(
    method: str,
    url: httpx.URL,
    rules: Rules,
    limits: Limits,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> AsyncIterator[httpx.Response]:
    """The response to a request to a checked URL, with its body not read yet."""
    addresses = await _addresses(url, rules)
    # A new client for each request, so that they share no cookies or connections.
    transport = httpx.AsyncHTTPTransport(verify=_ssl_context(), trust_env=False)
    timeout = httpx.Timeout(limits.seconds, connect=limits.connect_seconds)
    async with httpx.AsyncClient(transport=transport, timeout=timeout, trust_env=False) as client:
        requests = [
            client.build_request(
                method,
                url.copy_with(host=address),  # no DNS lookup from here on
                content=body,
                headers={
                    "User-Agent": "Blog-AI",
                    "Accept-Encoding": "identity",
                    **headers,
                    "Host": url.netloc.decode("ascii"),
                },
                extensions={"sni_hostname": _host(url)},  # the name that the certificate is verified for
            )
            for address in addresses
        ]
        response = await _send_to_first(client, requests)
        try:
            yield response
        finally:
            await response.aclose()


async def _send_to_first(client: httpx.AsyncClient, requests: list[httpx.Request]) -> httpx.Response:
    """The response of the first address that accepts a connection."""
    for request in requests:
        try:
            return await client.send(request, stream=True, follow_redirects=False)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue  # nothing was sent
    raise Unreachable


async def _body(response: httpx.Response, limits: Limits) -> bytes:
    """The body, unpacked in bounded pieces: httpx would unpack a decompression bomb as a whole."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise Unreadable(f"It answered in the encoding {encoding!r}, which we didn’t ask for.")
    unpack = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    max_size = limits.unpacked_size if unpack else limits.size
    received, body = 0, bytearray()
    async for chunk in response.aiter_raw():
        received += len(chunk)
        body += unpack.decompress(chunk, max_size + 1 - len(body)) if unpack else chunk
        if received > limits.size or len(body) > max_size:
            raise TooLarge(f"It sent more than {limits.size:,} bytes, or {max_size:,} unpacked.")
    if unpack and not unpack.eof:
        raise Unreadable("Its answer was cut off.")
    return bytes(body)


@cache
def _ssl_context() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


@contextmanager
def _translate_errors() -> Iterator[None]:
    try:
        yield
    except (TimeoutError, httpx.TimeoutException):
        raise TooSlow from None
    except (httpx.HTTPError, httpx.InvalidURL, zlib.error):
        raise Unreadable from None
