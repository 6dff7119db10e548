import socket

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "0.0.0.1", "169.254.169.254"])
def test_no_test_reaches_beyond_this_computer(host: str) -> None:
    with pytest.raises(RuntimeError, match="only loopback"):
        socket.create_connection((host, 80), timeout=1)


def test_no_test_asks_for_a_name() -> None:
    with pytest.raises(RuntimeError, match="only loopback"):
        socket.getaddrinfo("example.com", 443)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, server.getsockname()[1])).close()
