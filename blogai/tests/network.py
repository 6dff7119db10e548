"""A guard: tests reach loopback and Unix sockets, and nothing else."""

import socket
import sys
from ipaddress import ip_address

INTERNET = {socket.AF_INET, socket.AF_INET6}
LOCAL_NAMES = {None, "", b"", "localhost", b"localhost"}


def refuse_the_world() -> None:
    """From now on, connecting or resolving beyond this computer raises. There is no way back."""
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
        raise RuntimeError(f"Tests use no network but loopback; this one wanted {name}.")
