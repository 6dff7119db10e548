"""The hourly checks: what they find is stored for /metrics and logged."""

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import F
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.models import User
from billing import quotas
from billing.models import Entitlement, UserQuota
from blogai.consistency import checks, tasks
from blogai.consistency.metrics import consistency
from blogai.models import ConsistencyCheck

pytestmark = pytest.mark.django_db(transaction=True)


def found(name: str) -> dict[str, float]:
    samples = [sample for family in consistency() for sample in family.samples]
    return {sample.labels["check"]: sample.value for sample in samples if sample.name == f"blogai_{name}"}


async def test_the_job_stores_that_all_is_well() -> None:
    await tasks.check_consistency(timestamp=0)
    assert {each.name: each.violations async for each in ConsistencyCheck.objects.all()} == {
        "ledger": 0,
        "runs": 0,
    }


def test_a_counter_that_differs_from_the_ledger(alice: User, caplog: pytest.LogCaptureFixture) -> None:
    quotas.reserve(alice, uuid4())
    UserQuota.objects.update(used=F("used") + 1)
    with caplog.at_level(logging.ERROR, logger="blogai.consistency.checks"):
        checks.run()
    assert found("consistency_violations")["ledger"] == 1
    assert "the ledger 0 1 0" in caplog.text
    UserQuota.objects.update(used=F("used") - 1)
    checks.run()
    assert found("consistency_violations")["ledger"] == 0


def test_a_plan_that_stripe_knows_nothing_of(alice: User, settings: Settings) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_" + "0" * 20
    Entitlement.objects.create(
        user=alice, subscribed_tier_id="pro", status="active", subscription_id="sub_1", fetched_at=Now()
    )
    checks.run()
    assert found("consistency_violations")["stripe"] == 2, "its plan and its status"
    assert checks.drifted()[0].startswith(f"user {alice.pk}: Plan: ")


def test_the_age_of_a_check_that_no_longer_runs() -> None:
    checks.run()
    ConsistencyCheck.objects.update(checked_at=Now() - timedelta(hours=3))
    assert found("consistency_check_age_seconds")["ledger"] >= 3 * 3600
