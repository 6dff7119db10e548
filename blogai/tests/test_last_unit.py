"""The last unit of a plan, asked for fifty times at once through two web servers on one database."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.models import User
from billing import quotas
from billing.invariants import broken
from billing.models import TierLimit
from blogai.tests.gunicorn import serving
from blogai.tests.processes import SECONDS
from generation.models import Run
from generation.runs.control import cancel

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

ROUNDS = 100
AT_ONCE = 50
LIMIT = 5
SERVER = {"DB_POOL_MAX": "16", "LOG_LEVEL": "ERROR"}
"""So many connections that the requests wait for the row of the account, and not for the pool."""

type Reply = tuple[int, dict[str, Any]]


def test_of_fifty_at_once_one_gets_it_in_each_of_a_hundred_rounds(
    database_url: str, alice: User, key_for: Any
) -> None:
    TierLimit.objects.filter(tier="free").update(posts_per_day=None)  # or midnight would be a second chance
    for _ in range(LIMIT - 1):
        quotas.reserve(alice, uuid4())
    with (
        serving(database_url, **SERVER) as one,
        serving(database_url, **SERVER) as other,
        crowd([one.address, other.address], key_for(alice)) as ask,
    ):
        ask()  # the first requests of a process are slow: it imports, and connects to the database
        cancel_all(alice)
        for _ in range(ROUNDS):
            accepted = only_one_accepted(ask())
            assert list(Run.objects.filter(finished_at=None).values_list("pk", flat=True)) == [accepted]
            assert quotas.usage(alice)["month"] == {"used": 0, "reserved": LIMIT, "limit": LIMIT}
            cancel_all(alice)
    assert broken() == []


@contextmanager
def crowd(servers: Sequence[str], key: str) -> Iterator[Callable[[], list[Reply]]]:
    """Asks for fifty posts at once, as many of each server, and gives the replies."""
    headers = {"X-API-Key": key, "Prefer": "respond-async", "Content-Type": "application/json"}
    connections = [
        HTTPConnection(servers[number % len(servers)], timeout=SECONDS) for number in range(AT_ONCE)
    ]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        try:
            yield lambda: list(threads.map(lambda each: _post(each, headers), connections))
        finally:
            for each in connections:
                each.close()


def _post(connection: HTTPConnection, headers: Mapping[str, str]) -> Reply:
    connection.request("POST", "/generate-blog", json.dumps({"topic": "Tides"}), dict(headers))
    reply = connection.getresponse()
    return reply.status, json.load(reply)


def only_one_accepted(replies: list[Reply]) -> UUID:
    """The accepted run. All others are complete refusals."""
    assert Counter(status for status, _ in replies) == {202: 1, 402: AT_ONCE - 1}
    for status, body in replies:
        if status == 402:
            assert (body["code"], body["used"], body["limit"]) == ("quota_exceeded", LIMIT, LIMIT)
    return UUID(next(body["run_id"] for status, body in replies if status == 202))


def cancel_all(user: User) -> None:
    """Give the units of all open runs back: there is nothing to read of them yet."""
    for run_id in Run.objects.filter(owner=user, finished_at=None).values_list("pk", flat=True):
        cancel(user, run_id)
