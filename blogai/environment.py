"""Typed readers of environment variables. A wrong value raises ImproperlyConfigured, naming the variable."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.FileAwareEnv()  # NAME_FILE stands for NAME (Docker and Kubernetes secrets)


def text(name: str, default: str = "") -> str:
    """The value without surrounding whitespace. An empty value counts as not set."""
    try:
        return str(env.str(name, default="")).strip() or default
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read: {error}.") from None


def flag(name: str, default: bool) -> bool:
    value = text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")
    return default


def number(name: str, default: float, *, low: float, high: float) -> float:
    value = text(name)
    if not value:
        return default
    try:
        parsed = float(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {value!r}.") from None
    if not low <= parsed <= high:  # also refuses nan
        raise ImproperlyConfigured(f"{name} must be between {low:g} and {high:g}, not {value}.")
    return parsed


def integer(name: str, default: int, *, low: int, high: int) -> int:
    value = number(name, default, low=low, high=high)
    if value != int(value):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text(name)!r}.")
    return int(value)


def choice(name: str, default: str, options: tuple[str, ...]) -> str:
    value = text(name) or default
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {value!r}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in (text(name) or default).split(",") if word.strip()]


def url(name: str, schemes: tuple[str, ...], default: str = "") -> str:
    value = text(name) or default
    if value and not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        raise ImproperlyConfigured(f"{name} must start with {' or '.join(f'{s}://' for s in schemes)}.")
    return value.rstrip("/")


def endpoints(name: str, *, loopback: bool) -> frozenset[tuple[IPv4Address | IPv6Address, int]]:
    """A comma-separated list of IP addresses with ports; loopback addresses only if `loopback`."""
    found = set()
    for word in words(name):
        address, _, port = word.rpartition(":")
        try:
            endpoint = ip_address(address.strip("[]")), int(port)
        except ValueError:
            raise ImproperlyConfigured(f"{name} lists IP addresses with ports, not {word!r}.") from None
        if not loopback and (endpoint[0].is_loopback or endpoint[0].is_link_local):
            raise ImproperlyConfigured(f"{name} may name this machine, {word}, only in development.")
        found.add(endpoint)
    return frozenset(found)


def folder(name: str, default: Path) -> Path:
    return Path(text(name) or default).expanduser().resolve()
