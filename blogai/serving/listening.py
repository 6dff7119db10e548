"""Where `serve` listens. Imports no settings, because its options become environment variables first."""

import argparse
import errno
import os
import socket
from collections.abc import Sequence
from contextlib import suppress

from blogai.embedded.errors import CannotStart

KIND = socket.SOCK_STREAM
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="the address to listen on instead of HOST (127.0.0.1)")
    parser.add_argument("--port", help="the port to listen on instead of PORT (8000); 0 means any free port")


def options_to_environment(arguments: Sequence[str]) -> None:
    """Set HOST and PORT from the options of `serve`, so that settings derived from them agree."""
    parser = argparse.ArgumentParser(add_help=False)
    add_options(parser)
    options, _ = parser.parse_known_args(arguments)
    if options.host:
        os.environ["HOST"] = options.host
    if options.port:
        os.environ["PORT"] = options.port
    if os.environ.get("PORT") == "0":
        os.environ["PORT"] = str(_free_port(os.environ.get("HOST") or "127.0.0.1"))


def _free_port(host: str) -> int:
    """One whose neighbour is free too."""
    while True:
        with bind(host, 0) as listener:
            port = int(listener.getsockname()[1])
            with suppress(CannotStart), bind("127.0.0.1", beside(port)):
                return port


def beside(port: int) -> int:
    """The port of what `serve` runs beside the web server: the simulated Stripe."""
    return port + 1 if port < 65_535 else port - 1


def bind(host: str, port: int) -> socket.socket:
    """A bound socket that does not listen yet. Raises CannotStart."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=KIND)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise CannotStart(f"HOST must be an address of this machine, not {host!r}.") from error
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise _bind_error(error, host, port) from error
    return listener


def _bind_error(error: OSError, host: str, port: int) -> CannotStart:
    if error.errno == errno.EADDRINUSE:
        return CannotStart(f"Port {port} is in use. Set PORT (or --port) to a free one, or to 0 for any.")
    if error.errno == errno.EACCES:
        return CannotStart(f"You're not allowed to use port {port}. Set PORT (or --port) to one above 1023.")
    return CannotStart(f"HOST must be an address of this machine, not {host!r}.")


def base_url(host: str, port: int) -> str:
    """The URL to open in a browser on this machine."""
    host = WILDCARDS.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
