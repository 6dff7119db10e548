"""`/api/v1/usage/records` and `/api/v1/me`: the caller's ledger, and the caller."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from accounts.models import User
from billing import quotas
from billing.models import UsageRecord
from billing.tiers import set_tier

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")

RECORDS = "/api/v1/usage/records"


def a_retried_run(owner: User) -> UUID:
    """A run that failed and was tried again, with a reservation of its own each time."""
    run, first, second = uuid4(), uuid4(), uuid4()
    quotas.reserve(owner, first, for_run=run)
    quotas.refund(first)
    quotas.reserve(owner, second, for_run=run)
    quotas.settle(second)
    return run


def test_the_ledger_says_what_became_of_each_unit(client_for: Any, alice: User, mallory: User) -> None:
    run = a_retried_run(alice)
    a_retried_run(mallory)
    results = client_for("alice").get(RECORDS).json()["results"]
    assert [(each["kind"], each["units"], each["run_id"]) for each in results] == [
        (kind, 1, str(run)) for kind in ("settle", "reserve", "refund", "reserve")
    ]
    assert results == sorted(results, key=lambda each: each["id"], reverse=True)


def test_of_an_earlier_version_the_run_is_not_known(client_for: Any, alice: User) -> None:
    quotas.reserve(alice, uuid4())
    assert client_for("alice").get(RECORDS).json()["results"][0]["run_id"] is None


def test_it_has_pages_that_cost_the_same(
    client_for: Any, alice: User, django_assert_num_queries: Any
) -> None:
    set_tier(user=alice, tier="business")
    for _ in range(6):
        a_retried_run(alice)
    client, url, ids = client_for("alice"), f"{RECORDS}?page_size=10", []
    client.get(url)  # the key's last use is noted once a minute
    while url:
        with django_assert_num_queries(1 + 1):  # the key; the page
            page = client.get(url).json()
        ids += [each["id"] for each in page["results"]]
        url = page["next"]
    assert ids == list(UsageRecord.objects.order_by("-id").values_list("id", flat=True))


def test_a_key_says_whose_it_is_and_what_it_may(
    client_for: Any, alice: User, django_assert_num_queries: Any
) -> None:
    alice.time_zone = "Europe/Berlin"
    alice.save()
    client = client_for(alice, "read", "generate")
    client.get("/api/v1/me")
    with django_assert_num_queries(1 + 2):  # the key; its prefix; the plan
        me = client.get("/api/v1/me").json()
    assert me.pop("key_prefix").startswith("bai_live_")
    assert me == {
        "id": str(alice.pk),
        "email": "alice@example.com",
        "name": "Alice",
        "time_zone": "Europe/Berlin",
        "tier": "free",
        "permissions": ["read", "generate"],
        "test": False,
    }


def test_a_session_may_everything(client: Client, mallory: User) -> None:
    client.force_login(mallory)
    me = client.get("/api/v1/me").json()
    assert (me["tier"], me["key_prefix"]) == ("business", None)
    assert me["permissions"] == ["read", "generate", "manage"]
