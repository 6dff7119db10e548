"""Typed readers of environment variables. A wrong value raises ImproperlyConfigured, naming the variable."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from email.utils import parseaddr
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from generation.llm.pricing import OWN, Listing

MOST_DOLLARS, MOST_CONTEXT = 100_000, 1_000_000_000
"""Per million tokens, and tokens: anything above is a typing error."""

env = environ.FileAwareEnv()  # NAME_FILE stands for NAME (Docker and Kubernetes secrets)

variables_set: dict[str, bool] = {}
"""Every variable that was read, and whether it is set. Never a value."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a variable takes, in words, and its default as it would be written in a file."""

    takes: str
    default: str


declared: dict[str, Declaration] = {}
"""Every variable that was read, for docs/configuration.md."""


def _declare(name: str, takes: str, default: object = "") -> None:
    """The first reader counts: it may use others to do its work."""
    said = str(default).lower() if isinstance(default, bool) else str(default)
    declared.setdefault(name, Declaration(takes, said))


def variables_file(named: str, default: Path) -> Path:
    """The file of variables that the environment doesn't have: ENV_FILE, or `default`, if that is there."""
    if named and not Path(named).is_file():
        raise ImproperlyConfigured(f"There's no file {named}, which ENV_FILE names.")
    return Path(named) if named else default


def text(name: str, default: str = "") -> str:
    """The value without surrounding whitespace. An empty value counts as not set."""
    _declare(name, "text", default)
    try:
        value = str(env.str(name, default="")).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"Can't read the file in {name}_FILE: {error}.") from None
    variables_set[name] = bool(value)
    return value or default


def flag(name: str, default: bool) -> bool:
    _declare(name, "true or false", default)
    value = text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")
    return default


def number(name: str, default: float, *, low: float, high: float) -> float:
    _declare(name, f"a number from {low:g} to {high:.12g}", f"{default:.12g}")
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
    _declare(name, f"a whole number from {low} to {high}", default)
    value = number(name, default, low=low, high=high)
    if value != int(value):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text(name)!r}.")
    return int(value)


def choice(name: str, default: str, options: tuple[str, ...]) -> str:
    _declare(name, f"one of {', '.join(options)}", default)
    value = text(name) or default
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {value!r}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    _declare(name, "a list with commas", default)
    return [word.strip() for word in (text(name) or default).split(",") if word.strip()]


def url(name: str, schemes: tuple[str, ...], default: str = "") -> str:
    _declare(name, f"an address: {', '.join(f'{scheme}://' for scheme in schemes)}", default)
    value = text(name) or default
    if value and not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        raise ImproperlyConfigured(f"{name} must start with {' or '.join(f'{s}://' for s in schemes)}.")
    if not _splits(value):
        raise ImproperlyConfigured(
            f"{name} isn't a valid address. In its password, percent-encode everything but letters "
            "and digits: %23 for #."
        )
    return value.rstrip("/")


def dsn(name: str) -> str:
    """A project's address at Sentry, which has its key: `https://key@host/1`."""
    _declare(name, "an address with a key")
    value = text(name)
    if value and not re.fullmatch(r"https?://\w+(:\w+)?@[^@/\s]+(/[^@\s]+)?/\d+", value):
        raise ImproperlyConfigured(f"{name} must look like https://key@host/1, as Sentry shows it.")
    return value


def _splits(address: str) -> bool:
    """Whether it has the parts of an address. Who splits it later would quote the password in an error."""
    try:
        parts = urlsplit(address)
        if "," not in parts.netloc:  # several hosts of a database: each has its own port
            parts.port  # noqa: B018 # raises
    except ValueError:
        return False
    return True


def headers(name: str) -> tuple[tuple[str, str], ...]:
    """HTTP headers as `Name: value`, separated by semicolons."""
    _declare(name, "headers with semicolons")
    found = []
    for word in text(name).split(";"):
        header, _, value = (part.strip() for part in word.partition(":"))
        if not header:
            continue
        if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", header) or not re.fullmatch(r"[ -~]+", value):
            raise ImproperlyConfigured(f"Write {name} as `Name: value; Name: value`.")
        found.append((header, value))
    return tuple(found)


def endpoints(name: str, *, loopback: bool) -> frozenset[tuple[IPv4Address | IPv6Address, int]]:
    """A comma-separated list of IP addresses with ports; loopback addresses only if `loopback`."""
    _declare(name, "IP addresses with ports, with commas")
    found = set()
    for word in words(name):
        address, _, port = word.rpartition(":")
        try:
            endpoint = ip_address(address.strip("[]")), int(port)
        except ValueError:
            raise ImproperlyConfigured(f"{name} must list IP addresses with ports, not {word!r}.") from None
        if not loopback and (endpoint[0].is_loopback or endpoint[0].is_link_local):
            raise ImproperlyConfigured(f"{name} can name this machine, {word}, only in development.")
        found.add(endpoint)
    return frozenset(found)


def prices(name: str) -> dict[str, Listing]:
    """A JSON object that maps each model to `{"input": "0.20", "output": "0.80", "context": 32768}`.

    Prices are US dollars per million tokens, as strings or numbers. The context window is optional.
    """
    _declare(name, "JSON")
    try:
        models = json.loads(text(name) or "{}", parse_float=Decimal)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} isn't valid JSON: {error}.") from None
    if not isinstance(models, dict):
        raise ImproperlyConfigured(f"{name} must be a JSON object that maps names of models to prices.")
    return {model: _listing(name, model, said) for model, said in models.items()}


def _listing(name: str, model: str, said: object) -> Listing:
    """One entry of `prices`."""
    example = '{"input": "0.20", "output": "0.80", "context": 32768}'
    if not isinstance(said, dict) or not {"input", "output"} <= said.keys() <= {"input", "output", "context"}:
        raise ImproperlyConfigured(f"{name}: {model} must look like {example}; context is optional.")
    context = said.get("context")
    if context is not None and (type(context) is not int or not 0 < context <= MOST_CONTEXT):
        raise ImproperlyConfigured(f"{name}: the context of {model} is a number of tokens, not {context!r}.")
    read, written = (_dollars(name, model, said[way]) for way in ("input", "output"))
    return Listing(read, written, context, version=OWN)


def _dollars(name: str, model: str, said: object) -> Decimal:
    """US dollars, from a JSON string or number."""
    if isinstance(said, str | int | Decimal) and not isinstance(said, bool):
        with suppress(InvalidOperation):
            amount = Decimal(said)
            if amount.is_finite() and 0 <= amount <= MOST_DOLLARS:
                return amount
    raise ImproperlyConfigured(
        f"{name}: a price of {model} is US dollars per million tokens, such as 0.20, not {str(said)!r}."
    )


def contact(name: str, sender: str) -> str:
    """The URI by which to report a vulnerability; without one, the address of the mails' `sender`, if any."""
    _declare(name, "an email address or https://")
    address = parseaddr(sender)[1]
    value = text(name) or (address if "@" in address else "")
    if "@" in value and ":" not in value:
        value = f"mailto:{value}"
    if value and not re.fullmatch(r"(https://|mailto:[^@\s]+@)\S+", value):
        raise ImproperlyConfigured(f"{name} must be an email address or start with https://.")
    return value


def email(name: str, default: str = "") -> str:
    """The address of a mailbox, without a name before it."""
    _declare(name, "an email address", default)
    value = text(name) or default
    if value and not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", value):
        raise ImproperlyConfigured(f"{name} must be one email address, such as help@blog.example.org.")
    return value


def folder(name: str, default: Path) -> Path:
    _declare(name, "a folder", default)
    return Path(text(name) or default).expanduser().resolve()
