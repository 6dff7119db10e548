"""Which requests are sent and which are not, with listeners that count connections and a fake resolver."""

import asyncio
import gzip
import time
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from ipaddress import ip_address

import pytest

from blogai.core import egress
from blogai.core.egress import AddressForbidden, Limits, Rules, TooLarge, TooSlow, Unreachable, Unreadable
from blogai.tests.listening import OK, Listener, listener, redirect

LOOPBACK = ip_address("127.0.0.1")


@pytest.fixture
async def inside() -> AsyncIterator[Listener]:
    """A server on the internal network, which must not be reached."""
    async with listener() as listening:
        yield listening


@pytest.fixture
async def outside() -> AsyncIterator[Listener]:
    """A server that may be reached."""
    async with listener() as listening:
        yield listening


class Names:
    """A resolver that gives these answers in turn, and repeats the last one."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self, name: str, port: int) -> list[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def to(outside: Listener, names: Names | None = None) -> Rules:
    """Rules that allow `outside`, and nothing else on this machine."""
    return Rules(
        plain_http=True,
        allow=frozenset({(LOOPBACK, outside.port)}),
        resolve=names or Names(["127.0.0.1"]),
    )


def any_port(inside: Listener, names: Names) -> Rules:
    """Rules under which only the check of the IP address protects `inside`."""
    return Rules(plain_http=True, ports=frozenset({inside.port}), resolve=names)


async def test_a_page_is_fetched_from_the_address_that_was_checked(outside: Listener) -> None:
    url = f"http://tides.example:{outside.port}/moon?phase=new#top"
    page = await egress.fetch(url, rules=to(outside))
    assert (page.status, page.content_type, page.body) == (200, "text/plain", b"hi")
    head = outside.requests[0].decode()
    assert head.startswith("GET /moon?phase=new HTTP/1.1\r\n")
    assert f"\r\nHost: tides.example:{outside.port}\r\n" in head


async def test_a_body_is_posted_and_the_status_comes_back(outside: Listener) -> None:
    outside.answer = lambda request: [b"HTTP/1.1 202 Accepted\r\nContent-Length: 900000000\r\n\r\n"]
    url = f"http://hooks.example:{outside.port}/done"
    assert await egress.post(url, b'{"a":1}', {"X-Sign": "abc"}, rules=to(outside)) == 202
    request = outside.requests[0].decode()
    assert request.startswith("POST /done ") and request.endswith('{"a":1}')
    assert "\r\nX-Sign: abc\r\n" in request


INNER = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",  # noqa: S104 (an address that must be refused)
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%1",
    "2606:4700::1%1",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", INNER)
async def test_an_address_that_is_not_public_is_never_asked(address: str) -> None:
    written = f"[{address.replace('%', '%25')}]" if ":" in address else address
    with pytest.raises(AddressForbidden):
        egress.check(f"https://{written}/", Rules())
    for answer in ([address], ["1.1.1.1", address]):
        with pytest.raises(AddressForbidden):
            await egress.fetch("https://a.example/", rules=Rules(resolve=Names(answer)))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "93.184.215.14", "2606:4700::1111", "64:ff9b::808:808", "2a00:1450::1"]
)
def test_public_addresses_are(address: str) -> None:
    assert egress.is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "0x7f.1",
        "0",
        "127.0.0.0x1",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "db.localhost",
        "redis",
        "metadata.google.internal",
        "printer.local",
        "１２７.０.０.１",
        "①②⑦.⓪.⓪.①",
        "127%2e0%2e0%2e1",
        "127.0.0.1%00.example.com",
        "a..example.com",
        "exa mple.com",
        "",
    ],
)
async def test_no_way_of_writing_loopback_reaches_it(inside: Listener, host: str) -> None:
    with pytest.raises(AddressForbidden):
        await egress.fetch(f"http://{host}:{inside.port}/", rules=any_port(inside, Names(["127.0.0.1"])))
    assert inside.connections == 0


async def test_the_same_listener_is_reached_where_it_is_allowed(inside: Listener) -> None:
    """Shows that the refusals above have no other reason."""
    for host in ("127.0.0.1", "localhost", "a.example"):
        await egress.fetch(f"http://{host}:{inside.port}/", rules=to(inside))
    assert inside.connections == 3


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://a.example/", "Start the address with https://"),
        ("ftp://a.example/", "Start the address with https://"),
        ("file:///etc/passwd", "Start the address with https://"),
        ("gopher://a.example/", "Start the address with https://"),
        ("//a.example/", "Start the address with https://"),
        ("a.example", "Start the address with https://"),
        ("", "Start the address with https://"),
        ("https://alice@a.example/", "user name"),
        ("https://alice:secret@a.example/", "user name"),
        ("https://a.example\\@127.0.0.1/", "user name"),
        ("https://a.example:22/", "port 80 or 443, not 22"),
        ("https://a.example:0/", "port 80 or 443, not 0"),
        ("https://a.example:x/", "a web address"),
        ("https://a.example/\r\nX: y", "a web address"),
        ("https://", "a web address"),
    ],
)
def test_what_is_refused_says_why(url: str, why: str) -> None:
    with pytest.raises(AddressForbidden, match=why):
        egress.check(url, Rules())


async def test_a_name_server_that_changes_its_mind_is_asked_once(outside: Listener) -> None:
    """DNS rebinding: the check gets one address, and a second lookup would get another."""
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    page = await egress.fetch(f"http://rebind.example:{outside.port}/", rules=to(outside, names))
    assert (page.status, names.asked) == (200, 1)


async def test_a_name_that_also_stands_for_loopback_is_refused(inside: Listener) -> None:
    names = Names(["1.1.1.1", "127.0.0.1"])
    with pytest.raises(AddressForbidden):
        await egress.fetch(f"http://both.example:{inside.port}/", rules=any_port(inside, names))
    assert inside.connections == 0


async def test_redirects_are_followed_and_counted(outside: Listener) -> None:
    steps = iter([redirect("/next", 301), redirect("//b.example", 307), OK])
    outside.answer = lambda request: [next(steps).replace(b"b.example", f"b.example:{outside.port}".encode())]
    page = await egress.fetch(f"http://a.example:{outside.port}/", rules=to(outside))
    assert (page.url, page.body) == (f"http://b.example:{outside.port}", b"hi")
    outside.answer = lambda request: [redirect("/again")]
    with pytest.raises(Unreadable, match="more than 3 times"):
        await egress.fetch(f"http://a.example:{outside.port}/", rules=to(outside))
    assert outside.connections == 3 + 4


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "rebound.example"]
)
async def test_a_redirect_inwards_ends_there(outside: Listener, inside: Listener, host: str) -> None:
    outside.answer = lambda request: [redirect(f"http://{host}:{inside.port}/secret")]
    rules = Rules(
        plain_http=True,
        ports=frozenset({inside.port}),
        allow=frozenset({(LOOPBACK, outside.port)}),
        resolve=Names(["127.0.0.1"]),
    )
    with pytest.raises(AddressForbidden):
        await egress.fetch(f"http://a.example:{outside.port}/", rules=rules)
    assert (outside.connections, inside.connections) == (1, 0)


async def test_a_redirect_to_another_scheme_ends_there(outside: Listener) -> None:
    outside.answer = lambda request: [redirect("file:///etc/passwd")]
    with pytest.raises(AddressForbidden):
        await egress.fetch(f"http://a.example:{outside.port}/", rules=to(outside))


async def test_a_post_follows_no_redirect(outside: Listener, inside: Listener) -> None:
    outside.answer = lambda request: [redirect(f"http://127.0.0.1:{inside.port}/", 307)]
    assert await egress.post(f"http://a.example:{outside.port}/", b"", {}, rules=to(outside)) == 307
    assert inside.connections == 0


async def test_no_cookie_and_no_proxy_goes_along(
    outside: Listener, inside: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{inside.port}")
    first = redirect("/next").replace(b"\r\n\r\n", b"\r\nSet-Cookie: id=1\r\n\r\n")
    steps = iter([first, OK])
    outside.answer = lambda request: [next(steps)]
    await egress.fetch(f"http://a.example:{outside.port}/", rules=to(outside))
    assert inside.connections == 0
    assert len(outside.requests) == 2
    assert b"cookie" not in outside.requests[1].lower()


async def test_the_next_address_of_a_name_is_tried(outside: Listener) -> None:
    """Nothing listens on that port of ::1, or there is no IPv6."""
    rules = Rules(
        plain_http=True,
        allow=frozenset({(LOOPBACK, outside.port), (ip_address("::1"), outside.port)}),
        resolve=Names(["::1", "127.0.0.1"]),
    )
    assert (await egress.fetch(f"http://a.example:{outside.port}/", rules=rules)).body == b"hi"


async def test_nobody_there(outside: Listener) -> None:
    async def no_such_name(name: str, port: int) -> list[str]:
        raise OSError("no such name")

    closed = Rules(allow=frozenset({(LOOPBACK, 1)}), plain_http=True, resolve=Names(["127.0.0.1"]))
    with pytest.raises(Unreachable):
        await egress.fetch("http://a.example:1/", rules=closed)
    rules = Rules(allow=to(outside).allow, plain_http=True, resolve=no_such_name)
    with pytest.raises(Unreachable, match=r"find a server named a\.example"):
        await egress.fetch(f"http://a.example:{outside.port}/", rules=rules)


async def test_a_server_that_drips_is_left_in_time(outside: Listener) -> None:
    outside.answer = lambda request: [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 1000]
    outside.seconds_between = 0.05
    began = time.monotonic()
    with pytest.raises(TooSlow):
        await egress.fetch(f"http://a.example:{outside.port}/", rules=to(outside), limits=Limits(seconds=0.5))
    assert time.monotonic() - began < 5


async def test_a_name_server_that_hangs_is_left_in_time(outside: Listener) -> None:
    async def hang(name: str, port: int) -> list[str]:
        await asyncio.sleep(60)
        return []

    rules = Rules(allow=to(outside).allow, plain_http=True, resolve=hang)
    with pytest.raises(TooSlow):
        await egress.fetch(f"http://a.example:{outside.port}/", rules=rules, limits=Limits(seconds=0.2))


async def test_an_endless_body_is_cut(outside: Listener) -> None:
    sent = 0

    def endless(request: bytes) -> Iterator[bytes]:
        nonlocal sent
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        while sent < 200_000_000:
            sent += 100_000
            yield b"x" * 100_000

    outside.answer = endless
    with pytest.raises(TooLarge):
        await egress.fetch(f"http://a.example:{outside.port}/", rules=to(outside))
    assert sent < 50_000_000


def packed(body: bytes, encoding: str = "gzip") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def test_a_packed_page_is_unpacked(outside: Listener) -> None:
    outside.answer = lambda request: [packed(gzip.compress(b"moon " * 100_000))]
    page = await egress.fetch(f"http://a.example:{outside.port}/", rules=to(outside))
    assert page.body == b"moon " * 100_000


async def test_a_bomb_does_not_go_off(outside: Listener) -> None:
    bomb = packed(gzip.compress(bytes(200_000_000), compresslevel=9))
    assert len(bomb) < 2_000_000
    outside.answer = lambda request: [bomb]
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            await egress.fetch(f"http://a.example:{outside.port}/", rules=to(outside))
        assert tracemalloc.get_traced_memory()[1] < 25_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "answer",
    [
        packed(gzip.compress(b"moon", mtime=0)[:-3]),
        packed(b"this is not packed"),
        packed(b"moon", "br"),
        packed(gzip.compress(gzip.compress(b"moon", mtime=0), mtime=0), "gzip, gzip"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
        b"SSH-2.0-OpenSSH_10\r\n",
        b"",
    ],
)
async def test_an_answer_that_is_none(outside: Listener, answer: bytes) -> None:
    outside.answer = lambda request: [answer]
    with pytest.raises(Unreadable):
        await egress.fetch(f"http://a.example:{outside.port}/", rules=to(outside))


async def test_tls_asks_for_the_name_and_wants_its_certificate(outside: Listener) -> None:
    """Although the connection is made to an IP address, the certificate must match the host name."""
    with pytest.raises((Unreadable, Unreachable)):
        await egress.fetch(f"https://hooks.example:{outside.port}/", rules=to(outside))
    assert b"hooks.example" in outside.requests[0], "the name in the handshake"
    trust = egress._ssl_context()
    assert trust.check_hostname and trust.verify_mode.name == "CERT_REQUIRED"
