"""Keeps tests from using any network but loopback and Unix sockets."""

import socket
import sys
from ipaddress import ip_address

INTERNET = {socket.AF_INET, socket.AF_INET6}
LOCAL_NAMES = {None, "", b"", "localhost", b"localhost"}


def allow_only_loopback() -> None:
    """Make connections and DNS lookups beyond this machine raise. This cannot be undone."""
    sys.addaudithook(_hook)


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        _refuse_foreign(arguments[0])
    elif event in {"socket.connect", "socket.sendto"}:
        opened, address = arguments
        if isinstance(address, tuple) and getattr(opened, "family", None) in INTERNET:
            _refuse_foreign(address[0])


def _refuse_foreign(host: object) -> None:
    if host in LOCAL_NAMES:
        return
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        local = ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        local = False
    if not local:
        raise RuntimeError(f"Tests may use only loopback; this one tried to reach {name}.")
