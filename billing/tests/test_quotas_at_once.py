"""Concurrent reservations on real connections: the database resolves every race."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from threading import Barrier
from typing import cast
from uuid import UUID, uuid4

import django
import pytest
from django.db import connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper

from accounts.models import User
from billing import quotas
from billing.invariants import broken
from billing.models import Meter, TierLimit
from billing.tiers import set_tier
from blogai.core.errors import QuotaExceeded

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

CONNECTIONS = 16
"""The connection pool of these tests: large enough for races, small enough for other tests."""


@pytest.fixture(autouse=True)
def _more_connections(monkeypatch: pytest.MonkeyPatch, _django_db_helper: None) -> Iterator[None]:
    pool = {"min_size": 1, "max_size": CONNECTIONS, "timeout": 30}
    reconnect()
    monkeypatch.setitem(connections["default"].settings_dict["OPTIONS"], "pool", pool)
    yield
    reconnect()


def reconnect() -> None:
    connection = cast(DatabaseWrapper, connections["default"])
    connection.close()
    connection.close_pool()


def concurrently[T](calls: list[Callable[[], T]]) -> list[T | Exception]:
    """The results or exceptions of the calls, each started at the same time in its own thread."""
    gate = Barrier(len(calls))

    def one(call: Callable[[], T]) -> T | Exception:
        gate.wait(30)
        try:
            with transaction.atomic():
                return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(one, calls))


def reserve_all(user: User, times: int) -> list[Exception | None]:
    return concurrently([lambda: quotas.reserve(user, uuid4()) for _ in range(times)])


@pytest.mark.timeout(300)
def test_of_fifty_assists_at_once_one_is_granted_in_each_of_a_hundred_rounds(
    alice: User, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In two processes, each with its own pool."""
    TierLimit.objects.filter(tier="free").update(assists_per_month=3)
    quotas.reserve(alice, uuid4(), 2, Meter.ASSISTS)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DB_POOL_MAX", "16")
    with own_process() as one, own_process() as other:
        for _ in range(100):
            asked = [process.submit(reserve_assists, alice.pk, 25) for process in (one, other)]
            outcomes = [outcome for each in asked for outcome in each.result(60)]
            (granted,) = (outcome for outcome in outcomes if isinstance(outcome, UUID))
            assert outcomes.count("no assists left this month: you’ve used 3 of 3") == 49
            assert quotas.refund(granted)
    assert broken() == []


def own_process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, get_context("spawn"), initializer=django.setup)


def reserve_assists(user_id: UUID, times: int) -> list[UUID | str]:
    """The id of each reservation, or what the refusal said. Runs in another process."""

    def reserve(user: User) -> UUID | str:
        run_id = uuid4()
        try:
            quotas.reserve(user, run_id, 1, Meter.ASSISTS)
        except QuotaExceeded as refusal:
            return refusal.detail.partition(" has ")[2].partition(". ")[0]
        finally:
            connections.close_all()
        return run_id

    user = User.objects.get(pk=user_id)
    connections.close_all()
    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(reserve, [user] * times))


@pytest.mark.parametrize("before", [1, 0], ids=["one unit left", "no row yet, two left"])
def test_no_more_than_the_limit_is_granted(alice: User, before: int) -> None:
    for _ in range(before):
        quotas.reserve(alice, uuid4())
    outcomes = reserve_all(alice, 50)
    assert outcomes.count(None) == 2 - before
    assert all(isinstance(outcome, QuotaExceeded | None) for outcome in outcomes)
    usage = quotas.usage(alice)
    assert (usage["month"]["reserved"], usage["day"]["reserved"]) == (2, 2)
    assert broken() == []


def test_no_update_is_lost(alice: User) -> None:
    set_tier(user=alice, tier="pro")
    assert reserve_all(alice, 50) == [None] * 50
    usage = quotas.usage(alice)
    assert (usage["month"]["reserved"], usage["day"]["reserved"]) == (50, 50)
    assert broken() == []


def test_one_id_is_reserved_once(alice: User) -> None:
    set_tier(user=alice, tier="pro")
    run_id = uuid4()
    outcomes = concurrently([lambda: quotas.reserve(alice, run_id) for _ in range(10)])
    assert outcomes.count(None) == 1
    assert quotas.usage(alice)["month"]["reserved"] == 1
    assert broken() == []


def test_settle_and_refund_exclude_each_other(alice: User) -> None:
    set_tier(user=alice, tier="pro")
    runs = [uuid4() for _ in range(12)]
    for run_id in runs:
        quotas.reserve(alice, run_id)
    ends = [(end, run_id) for run_id in runs for end in (quotas.settle, quotas.refund) * 2]
    outcomes = concurrently([partial(end, run_id) for end, run_id in ends])
    for run_id in runs:
        assert [won for (_, of), won in zip(ends, outcomes, strict=True) if of == run_id].count(True) == 1
    settled = sum(won is True and end is quotas.settle for (end, _), won in zip(ends, outcomes, strict=True))
    usage = quotas.usage(alice)
    assert usage["month"] == {"used": settled, "reserved": 0, "limit": 200}
    assert usage["day"] == {"used": settled, "reserved": 0, "limit": 50}
    assert set(outcomes) == {True, False}
    assert broken() == []


def test_a_rollback_leaves_nothing(alice: User) -> None:
    run_id = uuid4()
    with pytest.raises(RuntimeError), transaction.atomic():
        quotas.reserve(alice, run_id)
        raise RuntimeError
    assert quotas.usage(alice)["month"]["reserved"] == 0
    quotas.reserve(alice, run_id)
    with pytest.raises(RuntimeError), transaction.atomic():
        assert quotas.settle(run_id)
        raise RuntimeError
    assert quotas.refund(run_id)
    assert broken() == []
