"""Which limits a request counts in, and whose: the policy of the API, the pages and the sockets.

    scope           whose requests             how many
    user            a user's, by key or page   RATE_LIMIT_GENERAL a minute
    key             one API key's              its own number, if it has one
    generation      a user's work on models    the plan's numbers a minute and an hour
    address         without a key or session   RATE_LIMIT_GENERAL a minute
    authentication  with a wrong key           FAILURES
    pages           a user's or an address'    PAGES × RATE_LIMIT_GENERAL a minute
    sockets         an address' handshakes     PAGES × RATE_LIMIT_GENERAL a minute
    payments        a user's that ask Stripe   billing.stripe.client.RATE

A request is counted once, against all of its limits or against none. Whoever sends a wrong key uses up only
`authentication`, so that others behind the same address are not affected. `accounts.form_limits` adds the
limits of the forms for signing in.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.utils.module_loading import import_string

from accounts.callers import Caller
from accounts.models import User
from blogai.core.client_address import client_address, network_of
from blogai.core.errors import NotAuthenticated, PermissionDenied, RateLimited
from blogai.core.ratelimit.base import DAY, HOUR, MINUTE, Decision, Limit, Rate
from blogai.core.ratelimit.configured import limiter

FAILURES = Rate(30)
"""Wrong keys from an address a minute: enough to notice a mistake, and nothing for guessing 178 bits."""
PAGES = 5
"""A person's page with its parts and its polls is several requests."""
NOT_COUNTED = ("/static/", "/health", "/metrics", "/webhooks/")
"""Probes, Stripe and files: refusing those protects nobody."""
WITHOUT_SESSION = ("/offline", "/service-worker.js", "/openapi.json", "/robots.txt", "/status")
"""Pages that are the same for everybody and must not begin to ask the database who it is."""
PERIODS = {MINUTE: "a minute", HOUR: "an hour", DAY: "a day"}
SENTENCES = {
    "user": "Your account can send {count} requests {period}, counting all its API keys.",
    "key": "This API key can send {count} requests {period}.",
    "generation": "Your plan lets you start or continue posts {count} times {period}.",
    "address": "Without an API key, you can send {count} requests {period} from one address.",
    "authentication": "Too many wrong API keys came from this address. Check the key your program sends.",
    "pages": "You’re opening pages too fast. Wait a moment.",
    "payments": "You can contact our payment service {count} times {period}. Wait a moment.",
    "sockets": "This address opened too many sockets. Wait a moment.",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """Which limits a request was counted in, and the result: `request.rate_limit`."""

    limits: Sequence[Limit]
    decision: Decision


def count(limits: Sequence[Limit], request: HttpRequest | None = None) -> None:
    """Count a request against `limits`. Raises RateLimited."""
    if not settings.RATE_LIMIT_ENABLED:
        return
    decision = limiter().hit(limits)
    note(request, Counted(limits, decision))
    if not decision.admitted:
        limit = decision.limit
        sentence = SENTENCES[limit.scope].format(count=limit.rate.count, period=PERIODS[limit.rate.period])
        raise refusal(sentence, decision)


def note(request: HttpRequest | None, counted: Counted) -> None:
    """Keep it for the headers of the reply."""
    if request is not None:
        request.rate_limit = counted  # type: ignore[attr-defined]


def noted(request: HttpRequest) -> Counted | None:
    """What the request was counted in, if it was."""
    counted: Counted | None = getattr(request, "rate_limit", None)
    return counted


def refusal(sentence: str, decision: Decision) -> RateLimited:
    wait = max(1, whole_seconds(decision.retry_after))
    return RateLimited(sentence, retry_after=wait, scope=decision.limit.scope)


def whole_seconds(wait: float) -> int:
    """Rounded up, apart from floating-point error."""
    return ceil(round(wait, 3))


def count_caller(request: HttpRequest, caller: Caller, *, work: bool = False) -> None:
    """Count a request to the API. `work`: it starts or continues work on models."""
    if not settings.RATE_LIMIT_ENABLED:
        return
    limits = [Limit("user", str(caller.user.pk), _general())]
    if caller.key_id is not None and caller.requests_per_minute:
        limits.append(Limit("key", str(caller.key_id), Rate(caller.requests_per_minute)))
    if work:
        limits += _work(caller.user)
    count(limits, request)


def count_anonymous(request: HttpRequest) -> None:
    """Count a request to the API that says nothing about who is asking."""
    count([Limit("address", _address(request), _general())], request)


def count_introduction(name: str) -> None:
    """Count somebody whom we don't know yet, and would ask another service about."""
    count([Limit("user", name, _general())])


def count_failure(address: str, request: HttpRequest | None = None) -> None:
    """Count a wrong key, or a session used by another site. `address` is the client's."""
    count([Limit("authentication", network_of(address), FAILURES)], request)


@contextmanager
def counting_failures(address: str, request: HttpRequest | None = None) -> Iterator[None]:
    """Raises RateLimited in place of the error, for an address with too many of them."""
    try:
        yield
    except (NotAuthenticated, PermissionDenied):
        count_failure(address, request)
        raise


def is_page(request: HttpRequest) -> bool:
    """Whether it is counted before its view; requests to the API are, once their caller is known."""
    return not request.path_info.startswith((*NOT_COUNTED, *settings.API_PATHS))


def count_page(request: HttpRequest) -> None:
    """Count a request for a page or a part of one. With a session that costs its query, as for the view."""
    user = None
    if request.path_info not in WITHOUT_SESSION and settings.SESSION_COOKIE_NAME in request.COOKIES:
        user = request.session.get(SESSION_KEY)
    owner = f"user {user}" if user else _address(request)
    count([Limit("pages", owner, _pages())], request)


def count_work(request: HttpRequest, user: User) -> None:
    """Count work on models that a page starts; the page itself is counted already."""
    if settings.RATE_LIMIT_ENABLED:
        count(_work(user), request)


async def count_handshake(address: str) -> None:
    """Count the opening of a socket."""
    if settings.RATE_LIMIT_ENABLED:
        limit = Limit("sockets", network_of(address), _pages())
        await sync_to_async(count, thread_sensitive=False)([limit])


def _general() -> Rate:
    return Rate(settings.RATE_LIMIT_GENERAL)


def _pages() -> Rate:
    return Rate(PAGES * settings.RATE_LIMIT_GENERAL)


def _work(user: User) -> list[Limit]:
    """What the user's plan says. Plans are above this app, so the settings name the function."""
    rates: Callable[[User], Sequence[Rate]] = import_string(settings.WORK_RATES)
    return [Limit("generation", str(user.pk), rate) for rate in rates(user)]


def _address(request: HttpRequest) -> str:
    return network_of(client_address(request))
