from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from blogai.core.client_address import (
    address_of_scope,
    asks_locally,
    client_address,
    from_this_machine,
    network_of,
)

PROXY = "10.0.0.9"


@pytest.fixture
def request_from(settings: Settings) -> Callable[..., HttpRequest]:
    def request(peer: str, forwarded: str | None = None, hops: int = 0) -> HttpRequest:
        settings.TRUSTED_PROXY_HOPS = hops
        headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
        return RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)

    return request


@pytest.mark.parametrize(
    ("peer", "forwarded", "hops", "address"),
    [
        ("203.0.113.7", None, 0, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", 0, "203.0.113.7"),  # no proxy is trusted
        (PROXY, "198.51.100.1", 1, "198.51.100.1"),
        (PROXY, "6.6.6.6, 198.51.100.1", 1, "198.51.100.1"),  # the client forged the first entry
        (PROXY, "6.6.6.6, 198.51.100.1, 10.0.0.8", 2, "198.51.100.1"),
        (PROXY, ", ".join(["6.6.6.6"] * 200 + ["198.51.100.1"]), 1, "198.51.100.1"),
        (PROXY, "198.51.100.1", 2, PROXY),  # came past one of two proxies
        (PROXY, None, 1, PROXY),
        (PROXY, "198.51.100.1:4711", 1, "198.51.100.1"),
        (PROXY, "[2001:db8::1]:4711", 1, "2001:db8::1"),
        (PROXY, "2001:db8::1", 1, "2001:db8::1"),
        (PROXY, "::ffff:198.51.100.1", 1, "198.51.100.1"),
        (PROXY, "unknown", 1, PROXY),
        (PROXY, "198.51.100.1 OR 1=1", 1, PROXY),
        ("", None, 0, ""),
    ],
)
def test_address(
    request_from: Callable[..., HttpRequest], peer: str, forwarded: str | None, hops: int, address: str
) -> None:
    request = request_from(peer, forwarded, hops)
    assert client_address(request) == address
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    scope = {"client": (peer, 5) if peer else None, "headers": headers}
    assert address_of_scope(scope) == address


def test_two_headers_are_one_list(settings: Settings) -> None:
    settings.TRUSTED_PROXY_HOPS = 1
    headers = [(b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"198.51.100.1")]
    assert address_of_scope({"client": (PROXY, 5), "headers": headers}) == "198.51.100.1"


@pytest.mark.parametrize(
    ("address", "network"),
    [("198.51.100.1", "198.51.100.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("", "")],
)
def test_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_from_this_machine(request_from: Callable[..., HttpRequest]) -> None:
    assert from_this_machine(request_from("127.0.0.1"))
    assert from_this_machine(request_from("::ffff:127.0.0.1"))
    assert not from_this_machine(request_from("127.0.0.1", "198.51.100.1", 1))
    assert not from_this_machine(request_from("203.0.113.7"))


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:3000", "[::1]:8000"])
def test_a_container_is_asked_by_its_host_under_a_local_name(
    request_from: Callable[..., HttpRequest], host: str
) -> None:
    gateway = "172.17.0.1"
    for forwarded, local in ((None, True), ("198.51.100.1", False)):
        request = request_from(gateway, forwarded, 1)
        assert not asks_locally(request)
        request.META["HTTP_HOST"] = host
        assert asks_locally(request) is local
