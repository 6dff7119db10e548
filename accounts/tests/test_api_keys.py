"""API keys: their format, whom they authenticate, and why they are refused."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import api_keys
from accounts.models import ApiKey, User
from blogai.core.errors import NotAuthenticated, ValidationFailed


def test_a_key_speaks_for_its_owner(alice: User) -> None:
    key, raw = api_keys.issue(alice, "laptop", ["generate", "read"])
    caller = api_keys.caller_for(raw)
    assert caller.user == alice
    assert caller.permissions == {"read", "generate"}
    assert caller.key_id == key.id
    assert caller.via == "key"


def test_only_a_digest_and_the_ends_of_a_key_are_stored(alice: User) -> None:
    key, raw = api_keys.issue(alice, "laptop", ["read"])
    assert raw.startswith("bai_live_")
    assert len(raw) == 45
    assert (key.prefix, key.last_four) == (raw[:14], raw[-4:])
    stored = " ".join(map(str, ApiKey.objects.values_list().get()))
    assert raw[14:-4] not in stored


def test_a_test_key_says_so(alice: User) -> None:
    _, raw = api_keys.issue(alice, "ci", ["read"], kind="test")
    assert raw.startswith("bai_test_")
    assert api_keys.caller_for(raw).user == alice


def test_a_check_is_one_query_and_the_first_in_a_minute_one_write(
    alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _, raw = api_keys.issue(alice, "laptop", ["read"])
    with django_assert_num_queries(2):
        api_keys.caller_for(raw)
    with django_assert_num_queries(1):
        api_keys.caller_for(raw)


def test_the_last_use_is_noted_once_a_minute(alice: User) -> None:
    key, raw = api_keys.issue(alice, "laptop", ["read"])
    long_ago = timezone.now() - timedelta(minutes=2)
    ApiKey.objects.update(last_used_at=long_ago)
    api_keys.caller_for(raw)
    key.refresh_from_db()
    first = key.last_used_at
    assert first is not None and first > long_ago
    api_keys.caller_for(raw)
    key.refresh_from_db()
    assert key.last_used_at == first


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "hello",
        "bai_live_",
        "bai_prod_" + "a" * 36,
        "bai_live_" + "a" * 37,
        "bai_live_" + "ä" * 36,
        "bai_live_" + "a" * 35 + "\x00",
        "bai_live_" + "a" * 36 + "\n",
        "x" * 100_000,
    ],
)
def test_what_is_no_key_is_refused_without_a_query(
    db: None, raw: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0), pytest.raises(NotAuthenticated, match="isn’t a Blog AI key"):
        api_keys.caller_for(raw)


@pytest.mark.parametrize("place", [9, 20, 38, 39, 44])
def test_a_mistyped_key_is_refused_without_a_query(
    alice: User, place: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _, raw = api_keys.issue(alice, "laptop", ["read"])
    other = "a" if raw[place] != "a" else "b"
    with django_assert_num_queries(0), pytest.raises(NotAuthenticated, match="has a typo"):
        api_keys.caller_for(raw[:place] + other + raw[place + 1 :])


def test_a_live_key_is_no_test_key(alice: User) -> None:
    _, raw = api_keys.issue(alice, "laptop", ["read"])
    with pytest.raises(NotAuthenticated, match="has a typo"):
        api_keys.caller_for(raw.replace("bai_live_", "bai_test_"))


def test_a_well_formed_key_that_nobody_issued_is_unknown(alice: User) -> None:
    _, raw = api_keys.issue(alice, "laptop", ["read"])
    ApiKey.objects.all().delete()
    with pytest.raises(NotAuthenticated, match="We don’t know this API key"):
        api_keys.caller_for(raw)


def test_another_key_with_the_same_prefix_is_not_mistaken(alice: User, mallory: User) -> None:
    key, raw = api_keys.issue(alice, "laptop", ["read"])
    other, _ = api_keys.issue(mallory, "laptop", ["read"])
    ApiKey.objects.filter(pk=other.pk).update(prefix=key.prefix)
    assert api_keys.caller_for(raw).user == alice


def test_a_revoked_key_is_refused_at_once(alice: User) -> None:
    key, raw = api_keys.issue(alice, "laptop", ["read"])
    api_keys.caller_for(raw)
    api_keys.revoke(key)
    with pytest.raises(NotAuthenticated, match="revoked"):
        api_keys.caller_for(raw)


def test_revoking_twice_keeps_the_first_moment(alice: User) -> None:
    key, _ = api_keys.issue(alice, "laptop", ["read"])
    api_keys.revoke(key)
    key.refresh_from_db()
    first = key.revoked_at
    ApiKey.objects.update(revoked_at=first)
    api_keys.revoke(key)
    key.refresh_from_db()
    assert key.revoked_at == first


def test_an_expired_key_is_refused_with_the_day(alice: User) -> None:
    past = timezone.now() - timedelta(seconds=1)
    _, raw = api_keys.issue(alice, "laptop", ["read"], past)
    with pytest.raises(NotAuthenticated, match=f"expired on {past:%Y-%m-%d}"):
        api_keys.caller_for(raw)
    _, raw = api_keys.issue(alice, "laptop", ["read"], timezone.now() + timedelta(hours=1))
    assert api_keys.caller_for(raw).user == alice


def test_a_closed_account_closes_its_keys(alice: User) -> None:
    _, raw = api_keys.issue(alice, "laptop", ["read"])
    User.objects.update(is_active=False)
    with pytest.raises(NotAuthenticated, match="closed"):
        api_keys.caller_for(raw)


@pytest.mark.parametrize("permissions", [[], ["admin"], ["read", "write"]])
def test_a_permission_that_does_not_exist_issues_nothing(alice: User, permissions: list[str]) -> None:
    with pytest.raises(ValidationFailed, match="permission"):
        api_keys.issue(alice, "laptop", permissions)
    assert not ApiKey.objects.exists()


def test_keys_under_another_pepper_are_unknown(
    alice: User, key_for: Callable[..., str], settings: object
) -> None:
    raw = key_for(alice)
    settings.API_KEY_PEPPER = "another pepper, of at least 32 characters"  # type: ignore[attr-defined]
    with pytest.raises(NotAuthenticated, match="We don’t know this API key"):
        api_keys.caller_for(raw)


def test_the_check_for_secret_scanners_in_the_documentation_is_right(alice: User) -> None:
    page = (settings.BASE_DIR / "docs/api.md").read_text()
    (code,) = [block for block in re.findall(r"```python\n(.+?)```", page, re.DOTALL) if "is_a_key" in block]
    told: dict[str, Any] = {}
    exec(code, told)  # noqa: S102
    kinds: tuple[Literal["live"], Literal["test"]] = ("live", "test")
    for kind in kinds:
        raw = api_keys.issue(alice, "", ["read"], kind=kind)[1]
        assert told["is_a_key"](raw)
        assert not told["is_a_key"](raw[:-1] + ("a" if raw[-1] != "a" else "b"))
