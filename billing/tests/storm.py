"""Processes that use the ledger at random and are killed at random: `python -m billing.tests.storm SEED N`.

It works on the accounts that are there, until so many operations have ended, and prints what it did as JSON.
"""

import json
import os
import random
import select
import signal
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import django

django.setup()

from django.db import IntegrityError, connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402

from accounts.models import User  # noqa: E402
from billing import quotas  # noqa: E402
from billing.models import Meter, UsageRecord, UserQuota  # noqa: E402
from billing.quotas import Spent  # noqa: E402
from billing.tiers import set_tier  # noqa: E402
from blogai.core.errors import CostLimitReached, QuotaExceeded  # noqa: E402

PROCESSES = 4
RUNS = 2_500
"""So few that processes end each other's runs, end them twice, and reserve under an id that is taken."""
BETWEEN_KILLS = (200, 500)
"""Operations."""
SILENCE = 60
"""Seconds without an operation after which it is given up."""
LOCK, LOCK_SHARED = (f"SELECT pg_advisory_xact_lock{kind}(%s)" for kind in ("", "_shared"))
CLOCK = 1
"""Whoever moves the time has it alone."""


class Undone(Exception):
    """Rolls an operation back."""


class Actor:
    """One process' choices, all from its seed."""

    def __init__(self, seed: str) -> None:
        self.choice = random.Random(seed)
        self.users = list(User.objects.order_by("email"))

    def act(self) -> str:
        """Do something in a transaction; its name."""
        operation = self.choice.choices(list(OPERATIONS), list(OPERATIONS.values()))[0]
        with suppress(QuotaExceeded, CostLimitReached, IntegrityError, Undone), transaction.atomic():
            with connection.cursor() as cursor:
                moves_time = operation in (Actor.day, Actor.month)
                cursor.execute(LOCK if moves_time else LOCK_SHARED, [CLOCK])
            operation(self)
            if self.choice.random() < 0.05:
                raise Undone
        return operation.__name__

    def reserve(self) -> None:
        meter = self.choice.choice(list(Meter))
        quotas.reserve(self._user(), self._run(), self.choice.randint(1, 3), meter)

    def settle(self) -> None:
        quotas.settle(self._run(), self._spent())

    def refund(self) -> None:
        quotas.refund(self._run(), self._spent())

    def settle_twice(self) -> None:
        run_id = self._run()
        quotas.settle(run_id, self._spent())
        assert not quotas.settle(run_id, self._spent())

    def grant(self) -> None:
        quotas.grant(self._user(), self.choice.randint(1, 3), reason="A storm", actor=self.users[0])

    def carry(self) -> None:
        """As when somebody comes to an address that an earlier account has used up to then."""
        units = self.choice.randint(1, 3)
        quotas.carry(
            self._user(),
            self.choice.choice(list(Meter)),
            units=units,
            cost_usd=self._spent().cost_usd,
            day=datetime.now(UTC).date() - timedelta(days=self.choice.randint(0, 2)),
            day_units=self.choice.randint(0, units),
        )

    def plan(self) -> None:
        set_tier(user=self._user(), tier=self.choice.choice(["free", "starter", "pro", "business"]))

    def day(self) -> None:
        """A day passes for one of them."""
        user = self._user()
        for model in (UsageRecord, UserQuota):
            model.objects.filter(user=user).update(day=F("day") - timedelta(days=1))

    def month(self) -> None:
        """A month passes for one of them."""
        user, passed = self._user(), timedelta(days=40)
        User.objects.filter(pk=user.pk).update(date_joined=F("date_joined") - passed)
        for model in (UsageRecord, UserQuota):
            model.objects.filter(user=user).update(
                day=F("day") - passed, period_start=F("period_start") - passed
            )

    def _user(self) -> User:
        return self.choice.choice(self.users)

    def _run(self) -> UUID:
        return UUID(int=self.choice.randrange(RUNS))

    def _spent(self) -> Spent:
        tokens = self.choice.randint(0, 2_000)
        return Spent(tokens, tokens, tokens * Decimal("0.00001"))


OPERATIONS: dict[Callable[[Actor], None], int] = {
    Actor.reserve: 408,
    Actor.settle: 200,
    Actor.refund: 150,
    Actor.settle_twice: 80,
    Actor.grant: 60,
    Actor.carry: 30,
    Actor.plan: 60,
    Actor.day: 8,
    Actor.month: 4,
}
"""How often of a thousand times."""


def start(seed: str, said: int) -> int:
    """The pid of a process that acts until it is killed, and writes a line about each operation."""
    pid = os.fork()
    if pid:
        return pid
    actor = Actor(seed)
    while True:
        os.write(said, f"{actor.act()}\n".encode())


def storm(seed: int, operations: int) -> Counter[str]:
    """What was done, and how many processes were killed for it."""
    chance, done = random.Random(seed), Counter[str]()
    hear, said = os.pipe()
    names = (f"{seed}.{number}" for number in range(sys.maxsize))
    running = [start(next(names), said) for _ in range(PROCESSES)]
    next_kill, rest = chance.randint(*BETWEEN_KILLS), b""
    try:
        while done.total() < operations:
            for pid in running:
                ended, status = os.waitpid(pid, os.WNOHANG)
                assert not ended, f"a process ended by itself, with {status}"
            if not select.select([hear], [], [], SILENCE)[0]:
                raise TimeoutError("\n".join(activity()))
            *lines, rest = (rest + os.read(hear, 4096)).split(b"\n")
            done.update(line.decode() for line in lines)
            if done.total() >= next_kill:
                kill(running.pop(chance.randrange(PROCESSES)))
                running.append(start(next(names), said))
                next_kill += chance.randint(*BETWEEN_KILLS)
                done["kill"] += 1
    finally:
        for pid in running:
            with suppress(ProcessLookupError, ChildProcessError):  # the one that ended by itself
                kill(pid)
    return done


def activity() -> list[str]:
    """A line for each connection: what it does, and which others it waits for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%s %s %s %s: %s', pid, state, wait_event, pg_blocking_pids(pid), query)"
            " FROM pg_stat_activity WHERE datname = current_database()"
        )
        return [line for (line,) in cursor.fetchall()]


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


if __name__ == "__main__":
    print(json.dumps(storm(int(sys.argv[1]), int(sys.argv[2]))))
