"""Ten thousand operations on the ledger at random, by processes that are killed at random: it adds up."""

import json
import os
import random
import subprocess
import sys
from collections import Counter

import pytest
from django.core.management import call_command

from accounts.models import User
from billing import quotas
from billing.invariants import broken
from billing.models import UsageRecord
from blogai.tests.processes import PROJECT

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

OPERATIONS = 10_000
LEAST_KILLS = 15


def test_a_storm(database_url: str, alice: User, bob: User, mallory: User) -> None:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")  # `python -m billing.tests.storm` repeats its choices, though not its timing
    done = subprocess.run(
        [sys.executable, "-m", "billing.tests.storm", str(seed), str(OPERATIONS)],
        cwd=PROJECT,
        env={**os.environ, "DATABASE_URL": database_url},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=500,
    )
    counts = json.loads(done.stdout)
    print(counts)
    assert sum(counts.values()) >= OPERATIONS
    assert counts["kill"] >= LEAST_KILLS
    kinds = Counter(UsageRecord.objects.values_list("kind", flat=True))
    assert set(kinds) == set(UsageRecord.Kind.values)
    assert kinds["settle"] + kinds["refund"] < counts["settle"] + counts["refund"], "none was ended twice"
    assert broken() == []
    for run_id in UsageRecord.objects.filter(kind="reserve").values_list("run_id", flat=True):
        quotas.refund(run_id)  # or its unit would be reserved for a run that there never was
    call_command("check_invariants")  # raises CommandError, with a line for each violation
