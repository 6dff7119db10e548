"""The cost of reserving a unit of a plan durably, with its entry in the ledger."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from benchmarks.bench import Bench, require
from benchmarks.floors import seconds, written
from benchmarks.results import Figure, Measured, interleaved, percentile

if TYPE_CHECKING:
    from accounts.models import User

THREADS = 4
"""As many as there are connections in the pool."""
WARM_UP = 30
"""Executions after which a connection has the statement prepared, and Postgres a plan for all values."""


def measure(bench: Bench) -> Measured:
    from django.db import connection

    from accounts.models import User

    alone, hot = (User.objects.get(email=person.email) for person in bench.database.people[:2])
    each = 50 if bench.quick else 200
    with written(bench.database.folder) as write:
        for _ in range(WARM_UP):
            _reserve(alone)
        _rate(hot, WARM_UP)
        ours, floor, rates = interleaved(
            bench.rounds,
            lambda: seconds(lambda: _reserve(alone), each),
            lambda: seconds(write, each),
            lambda: _rate(hot, each),
        )
    _check(alone, WARM_UP + bench.rounds * each)
    _check(hot, THREADS * (WARM_UP + bench.rounds * each))
    connection.close()
    one, disk = percentile(ours, 0.5), percentile(floor, 0.5)
    return Measured(
        "reserve: a unit, and its line in the ledger",
        [
            Figure(
                what="of fdatasync",
                value=one / disk,
                bar=3,
                of=f"{one * 1e6:.0f} µs against {disk * 1e6:.0f} µs",
            ),
            Figure(
                what="on one account at once",
                value=percentile(rates, 0.5),
                unit="/s",
                bar=1000,
                at_least=True,
                of=f"{THREADS} threads; one fdatasync after another: {1 / disk:,.0f} /s",
            ),
        ],
    )


def _reserve(user: "User") -> None:
    from uuid_utils.compat import uuid7

    from billing import quotas

    quotas.reserve(user, uuid7())


def _rate(user: "User", each: int) -> float:
    """Units per second that all threads together reserve for one account.

    The row of the account is locked from the reservation to the end of its commit, so each waits for the disk
    in its turn: the rate of fdatasync is an upper bound that no number of threads gets past.
    """
    from django.db import connection

    connection.close()  # this thread's, since the pool has just as many as there are threads

    def work(_: int) -> None:
        for _ in range(each):
            _reserve(user)
        connection.close()

    with ThreadPoolExecutor(THREADS) as threads:
        began = time.perf_counter()
        list(threads.map(work, range(THREADS)))
        return THREADS * each / (time.perf_counter() - began)


def _check(user: "User", units: int) -> None:
    """Check that every unit is in the ledger and none is counted twice."""
    from billing import quotas
    from billing.models import UsageRecord

    require(UsageRecord.objects.filter(user=user).count() == units, "the ledger lacks units")
    require(quotas.usage(user)["month"]["reserved"] == units, "the counter is not the ledger's sum")
