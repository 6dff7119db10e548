"""Limits for forms that allow guessing or that send mail: django-ratelimit's core, made safe.

Of django-ratelimit only `get_usage` is used. Its decorators turn async views into errors; its app, which
is not installed, would refuse to start without Redis; and when its cache raises, so does it. Here a process
then counts by itself: without Redis, a form's limit holds for each process, and is never off.

The numbers are the same whether an e-mail address has an account or not, so they say nothing about that.
"""

import logging
from collections.abc import Mapping, Sequence
from hashlib import sha256

from django.http import HttpRequest
from django_ratelimit.core import get_usage  # type: ignore[import-untyped]
from redis.exceptions import RedisError

from accounts.ratelimit import Counted, note, refusal
from blogai.core.client_address import client_address, network_of
from blogai.core.ratelimit.base import DAY, HOUR, Decision, Limit, Rate
from blogai.core.ratelimit.memory import MemoryLimiter

logger = logging.getLogger(__name__)

BY_ADDRESS: Mapping[str, Sequence[Rate]] = {
    # An office behind one address signs in within the hour; a password is not guessed in 50 attempts.
    "sign-in": (Rate(10), Rate(50, HOUR)),
    # A class may sign up together; a robot gets no more accounts than that.
    "sign-up": (Rate(10), Rate(50, DAY)),
    # Each of these sends a mail.
    "password-reset": (Rate(5), Rate(20, HOUR)),
    "contact": (Rate(5), Rate(20, HOUR)),
    "second-factor": (Rate(10), Rate(50, HOUR)),
    # A page sends five at most. Each becomes an event at Sentry, which is paid for.
    "browser-error": (Rate(10), Rate(50, HOUR)),
    # Cannot be guessed. To look at one costs a signature, and a row for its challenge.
    "passkey": (Rate(20), Rate(200, HOUR)),
    # Google or GitHub look at the password, and count by themselves.
    "provider": (Rate(20), Rate(200, HOUR)),
}
BY_OWNER: Mapping[str, Sequence[Rate]] = {
    # More than an address may: shutting somebody out by typing their e-mail takes more than one address.
    "sign-in": (Rate(15), Rate(100, HOUR)),
    # Nobody needs a fourth mail, and nobody should be able to fill a mailbox.
    "password-reset": (Rate(3, HOUR),),
    "contact": (Rate(10, HOUR),),
    # Three of a million codes are right at any time. Who knows the password has one chance in 6,600 a day.
    "second-factor": (Rate(5), Rate(20, HOUR), Rate(50, DAY)),
}
"""By the e-mail address that was typed or, once somebody is known, by their id."""
SENTENCE = "Too many tries. Nothing was changed. Wait a moment, then try again."

outage_limiter = MemoryLimiter()


def count(request: HttpRequest, form: str, owner: str = "") -> None:
    """Count the submission of a form by address and, if it has one, by its owner. Raises RateLimited.

    An address that is refused leaves the owner's number as it is.
    """
    _count(request, _limits(BY_ADDRESS, form, network_of(client_address(request))))
    if owner:
        _count(request, _limits(BY_OWNER, form, _hashed(owner)))


def _limits(rates: Mapping[str, Sequence[Rate]], form: str, owner: str) -> list[Limit]:
    return [Limit(form, owner, rate) for rate in rates.get(form, ())]


def _hashed(owner: str) -> str:
    """Hashed, so that the cache holds no email address."""
    return sha256(owner.strip().casefold().encode(errors="replace")).hexdigest()


def _count(request: HttpRequest, limits: Sequence[Limit]) -> None:
    if not limits:
        return
    try:
        decision = min((_decision(request, limit) for limit in limits), key=_nearness)
    except (RedisError, OSError) as error:
        logger.warning("could not count a form in the cache, so this process counts alone: %s", error)
        decision = outage_limiter.hit(limits)
    note(request, Counted(limits, decision))
    if not decision.admitted:
        raise refusal(SENTENCE, decision)


def _decision(request: HttpRequest, limit: Limit) -> Decision:
    rate = limit.rate
    usage = get_usage(
        request,
        group=limit.scope,
        key=lambda group, request: limit.owner,
        rate=(rate.count, int(rate.period)),
        increment=True,
    )
    wait = max(1, usage["time_left"])
    left = max(0, rate.count - usage["count"])
    admitted = not usage["should_limit"]
    return Decision(admitted, limit, left, wait, 0 if admitted else wait)


def _nearness(decision: Decision) -> tuple[bool, float, int]:
    return decision.admitted, -decision.retry_after, decision.remaining
