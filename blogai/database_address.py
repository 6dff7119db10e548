"""Where a database is, and whether the way there is encrypted. Read before Django is set up."""

from ipaddress import ip_address
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

from blogai import embedded

ENCRYPTED = ("require", "verify-ca", "verify-full")
"""The values of libpq's `sslmode` with which nothing is ever sent in plain text."""


def connection_to(name: str, url: str, *, encrypted: bool) -> dict[str, Any]:
    """Django's settings for the address in the variable `name`.

    With `encrypted`, a connection that leaves this machine uses TLS: `sslmode` is `require` unless the
    address or libpq's own variable asks for more. Raises ImproperlyConfigured if either asks for less.
    """
    parsed = embedded.parsed_address(url)
    if not encrypted:
        return parsed
    try:
        said = _defaults() | conninfo_to_dict(url)
    except ProgrammingError:  # not its message, which may quote the password
        raise ImproperlyConfigured(f"{name} isn't an address that Postgres understands.") from None
    if _stays_here(said):
        return parsed
    mode = str(said.get("sslmode") or "require")
    if mode not in ENCRYPTED:
        raise ImproperlyConfigured(
            f"{name} sends passwords and posts unencrypted with sslmode={mode}. Use sslmode=require or "
            "verify-full. If the network to Postgres is private or encrypted itself, set "
            "DATABASE_TLS_REQUIRED=false."
        )
    parsed.setdefault("OPTIONS", {})["sslmode"] = mode
    return parsed


def _defaults() -> dict[str, Any]:
    """What libpq reads from variables of its own, where that isn't what it would do anyway."""
    options = Conninfo.get_defaults()
    return {
        each.keyword.decode(): each.val.decode() for each in options if each.val and each.val != each.compiled
    }


def _stays_here(said: dict[str, Any]) -> bool:
    """Whether every host of the address is a socket or a loopback address."""
    if said.get("service"):
        return False  # a file that we don't read names the host
    hosts = str(said.get("hostaddr") or said.get("host") or "")
    return all(_is_here(host) for host in hosts.split(","))


def _is_here(host: str) -> bool:
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
