"""What a provider's failures are to us: who failed, whether trying later helps, and what the writer reads.

The writer reads a sentence of ours, with the provider's name and the status. What the provider said, and
which setting may be wrong, is for operators and goes to the log alone, without keys and without HTML.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from blogai.core.errors import ProviderBusy, ProviderError, ProviderRejected, ProviderTimeout

logger = logging.getLogger(__name__)

TITLES = {"openai": "OpenAI", "anthropic": "Anthropic", "gemini": "Gemini", "local": "The local demo model"}

# Said with status 429, but waiting does not help: the account is out of credit or at its own limit.
NO_CREDIT = {
    "insufficient_quota",
    "billing_hard_limit_reached",
    "enforced_spend_limit_reached",
    "contract_spend_limit_reached",
}
AGAIN = "Nothing was charged. Try again, or choose another model."
ANOTHER = "Nothing was charged. Choose another model."

MAX_LOGGED = 500
MIN_SECRET = 6
"""Characters. What is shorter is no secret, and part of many words."""
_BUSY = re.compile(
    r"busy|overload|capacity|queue|no slot|too many|concurren|in use|unavailable|later", re.IGNORECASE
)
_LOADING = re.compile(r"\bloading\b|being loaded|warming up|starting up|not (yet )?ready", re.IGNORECASE)
_KEYS = re.compile(r"\b(sk|pk|gsk|xai|key|api)[-_][\w*.-]{6,}|\bAIza[\w-]{10,}|\bBearer\s+\S+", re.IGNORECASE)


class AccountRejected(ProviderRejected):
    """The key, the account or the model is refused, whatever the prompt."""


class KeyRejected(AccountRejected):
    """The key is invalid, or may not use the model."""


class OutOfCredit(AccountRejected):
    """The account behind the key has no credit left."""


class ModelRejected(AccountRejected):
    """There is no such model, or no such path at this address."""


class Unreachable(ProviderError):
    """Nothing answers at the address."""


def title(name: str) -> str:
    """What a sentence calls the provider."""
    return TITLES.get(name, name)


def told(body: object) -> str:
    """What the provider says in an error's body, on one line; empty for HTML and where it says nothing.

    Reads {"error": {"message": ...}}, {"error": "..."}, {"detail": ...} (also FastAPI's list of objects),
    {"message": ...}, lists of these, and text.
    """
    return " ".join(" ".join(_sentences(body)).split())


def is_loading(status: int, body: object) -> bool:
    """Whether a server says that it is still loading the model."""
    return status in (425, 503) and bool(_LOADING.search(told(body)))


@dataclass(frozen=True, slots=True)
class ProviderErrors:
    """The errors of one provider. Making one logs what the provider said."""

    name: str
    model: str
    key: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Sent besides, for a gateway. Their values may be secrets too."""

    @property
    def who(self) -> str:
        return title(self.name)

    def of_status(self, status: int, headers: Mapping[str, str], body: object) -> ProviderError:
        """The error for an HTTP status. `body` is the parsed JSON, or text."""
        self.log(f"answered {status}", body, _hint(status, self.name.upper()))
        codes = _codes(body)
        if status == 401:
            return KeyRejected(f"{self.who} rejected this site’s API key. {ANOTHER}")
        if status == 402 or (status == 429 and NO_CREDIT.intersection(codes)):
            return OutOfCredit(f"This site’s account with {self.who} is out of credit. {ANOTHER}")
        if status == 403:
            return KeyRejected(f"{self.who} doesn’t let this site use {self.model}. {ANOTHER}")
        if status == 404:
            return ModelRejected(f"{self.who} doesn’t offer {self.model}. {ANOTHER}")
        if 300 <= status < 400:  # not followed: see http_clients
            return AccountRejected(f"{self.who} isn’t working on this site. {ANOTHER}")
        wait = retry_after(headers, body)
        if status == 429:
            return ProviderBusy(f"{self.who} is busy right now. {AGAIN}", retry_after=wait)
        if 400 <= status < 500 and status not in (408, 409, 425):
            return ProviderRejected(f"{self.who} didn’t accept our request. {ANOTHER}")
        error = ProviderError(f"{self.who} isn’t answering. {AGAIN}")
        error.overloaded = status in (503, 529) and bool(wait is not None or _BUSY.search(told(body)))
        return error

    def in_reply(self, body: object) -> ProviderError:
        """The error for an error object that came with status 200, alone or inside a reply."""
        if (status := _status(body)) is not None:
            return self.of_status(status, {}, body)
        self.log("sent an error inside a reply", body)
        return ProviderError(f"{self.who} failed partway through a reply. {AGAIN}")

    def garbled(self, why: str) -> ProviderError:
        self.log("sent something that is not a reply", why)
        return ProviderError(f"{self.who} sent something we couldn’t read. {AGAIN}")

    def failed_finish(self, reason: str) -> ProviderError:
        """The error for a reply that the provider itself calls a failure."""
        self.log("ended a reply without finishing it", reason)
        return ProviderError(f"{self.who} didn’t finish its reply. {AGAIN}")

    def unreachable(self, why: str = "") -> ProviderError:
        self.log("cannot be reached", why)
        return Unreachable(f"{self.who} can’t be reached. {AGAIN}")

    def slow_to_connect(self, seconds: float) -> ProviderTimeout:
        return ProviderTimeout(f"{self.who} couldn’t be reached within {seconds:g} seconds. {AGAIN}")

    def slow_to_begin(self, seconds: float) -> ProviderTimeout:
        return ProviderTimeout(f"{self.who} didn’t start answering within {seconds:g} seconds. {AGAIN}")

    def stalled(self, seconds: float) -> ProviderTimeout:
        return ProviderTimeout(
            f"{self.who} went silent for {seconds:g} seconds partway through a reply. {AGAIN}"
        )

    def log(self, what: str, body: object, hint: str = "") -> None:
        """Tell operators what happened and what the provider said."""
        message = told(body)
        for secret in (self.key, *(value for _, value in self.headers)):
            if len(secret) >= MIN_SECRET:
                message = message.replace(secret, "[key]")
        message = _KEYS.sub("[key]", message)[:MAX_LOGGED]
        logger.warning("%s (%s) %s: %s %s", self.who, self.model, what, message or "nothing said", hint)


def retry_after(headers: Mapping[str, str], body: object) -> float | None:
    """Seconds until the provider wants to be asked again, or None when it does not say.

    Reads `retry-after-ms` (OpenAI), `Retry-After` as seconds or as a date (RFC 9110, 10.2.3), and
    google.rpc.RetryInfo in the body (`"retryDelay": "34s"`, Gemini).
    """
    if (milliseconds := _number(headers.get("retry-after-ms", ""))) is not None:
        return milliseconds / 1000
    said = headers.get("retry-after", "")
    if (seconds := _number(said)) is not None:
        return seconds
    if (then := _date(said)) is not None:
        # Against the provider's own clock where it tells it: ours may be off.
        now = _date(headers.get("date", "")) or datetime.now(UTC)
        return max(0.0, (then - now).total_seconds())
    for delay in _values(body, "retryDelay"):
        if (seconds := _number(str(delay).removesuffix("s"))) is not None:
            return seconds
    return None


def _hint(status: int, variable: str) -> str:
    """Which setting to look at, for the log."""
    if status in (401, 402, 403):
        return f"(see {variable}_API_KEY)"
    return f"(see {variable}_MODEL and {variable}_BASE_URL)" if status in (301, 302, 307, 308, 404) else ""


def _status(body: object) -> int | None:
    """The HTTP status that an error object stands for, where it says so."""
    codes = _codes(body)
    for code in codes:
        if code.isdecimal() and 400 <= int(code) <= 599:
            return int(code)
    if any("rate_limit" in code for code in codes):
        return 429
    return 400 if any("invalid_request" in code for code in codes) else None


def _sentences(body: object) -> Iterator[str]:
    if isinstance(body, str):
        if not re.match(r"\s*(<!doctype|<html|<\?xml|<head|<body)", body, re.IGNORECASE):
            yield body
    elif isinstance(body, list):
        for each in body[:5]:
            yield from _sentences(each)
    elif isinstance(body, Mapping):
        yield from _sentences_of(body)


def _sentences_of(body: Mapping[object, object]) -> Iterator[str]:
    """The sentence of one object, with the name of the parameter or field that it is about."""
    for word in ("param", "loc"):
        about = body.get(word)
        if isinstance(about, str | list) and about:
            yield f"{about if isinstance(about, str) else '.'.join(map(str, about))}:"
    for word in ("message", "msg", "error", "errors", "detail", "error_description", "reason", "title"):
        if body.get(word):
            yield from _sentences(body[word])
            return


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except ValueError:
        return None


def _codes(body: object) -> set[str]:
    words = ("code", "type", "error_code", "status")
    return {str(value).lower() for word in words for value in _values(body, word)}


def _values(body: object, key: str, depth: int = 8) -> Iterator[object]:
    """Every value under `key`: vendors wrap their errors in objects and in lists."""
    if depth and isinstance(body, Mapping):
        if body.get(key) is not None:
            yield body[key]
        for value in body.values():
            yield from _values(value, key, depth - 1)
    elif depth and isinstance(body, list):
        for value in body:
            yield from _values(value, key, depth - 1)
