"""What a provider's HTTP errors are to us: who failed, whether trying later helps, and what to do about it.

No sentence here ever holds a key: what a vendor says about a refused key is not repeated, and a key that
appears in any other message is blanked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from blogai.core.errors import ProviderBusy, ProviderError, ProviderRejected, ProviderTimeout

TITLES = {"openai": "OpenAI", "anthropic": "Anthropic", "gemini": "Gemini", "local": "The local demo model"}

# Said with status 429, but waiting does not help: the account is out of credit or at its own limit.
NO_CREDIT = {
    "insufficient_quota",
    "billing_hard_limit_reached",
    "enforced_spend_limit_reached",
    "contract_spend_limit_reached",
}


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


@dataclass(frozen=True, slots=True)
class ProviderErrors:
    """The errors of one provider."""

    name: str
    model: str
    key: str = field(repr=False)

    @property
    def who(self) -> str:
        return title(self.name)

    def of_status(self, status: int, headers: Mapping[str, str], body: object) -> ProviderError:
        """The error for an HTTP status. `body` is the parsed JSON, or text."""
        variable = self.name.upper()
        if status == 401:
            return KeyRejected(f"{self.who} does not accept the key in {variable}_API_KEY.")
        if status == 403:
            return KeyRejected(
                f"{self.who} does not let the key in {variable}_API_KEY use {self.model} (403)."
            )
        if status == 402 or (status == 429 and NO_CREDIT.intersection(_codes(body))):
            return OutOfCredit(f"The {self.who} account behind {variable}_API_KEY has no credit left.")
        if status == 404:
            return ModelRejected(
                f"{self.who} knows no model {self.model} (404): "
                f"check {variable}_MODEL and {variable}_BASE_URL."
            )
        if status == 429:
            return ProviderBusy(
                f"{self.who} is busy or its rate limit is reached.", retry_after=retry_after(headers, body)
            )
        if 400 <= status < 500 and status != 408:
            return ProviderRejected(f"{self.who} does not accept the request ({status}){self._said(body)}")
        return ProviderError(f"{self.who} failed ({status}){self._said(body)}")

    def in_stream(self, body: object) -> ProviderError:
        """An error that came inside a reply."""
        return ProviderError(f"{self.who} failed in the middle of a reply{self._said(body)}")

    def garbled(self) -> ProviderError:
        return ProviderError(f"{self.who} sent something that is not a reply.")

    def unreachable(self) -> ProviderError:
        return Unreachable(f"{self.who} cannot be reached.")

    def slow_to_connect(self, seconds: float) -> ProviderTimeout:
        return ProviderTimeout(f"{self.who} could not be reached within {seconds:g} seconds.")

    def _said(self, body: object) -> str:
        """ ": what the vendor said", or a full stop; one line, without the key."""
        message = body if isinstance(body, str) else next(_values(body, "message"), "")
        message = " ".join(str(message).split())[:300].strip()
        if self.key:
            message = message.replace(self.key, "[key]")
        return f": {message}" if message else "."


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
    return {str(value) for key in ("code", "type", "error_code") for value in _values(body, key)}


def _values(body: object, key: str) -> Iterator[object]:
    """Every value under `key`, however deep: vendors wrap their errors in objects and in lists."""
    if isinstance(body, Mapping):
        if body.get(key) is not None:
            yield body[key]
        for value in body.values():
            yield from _values(value, key)
    elif isinstance(body, list):
        for value in body:
            yield from _values(value, key)
