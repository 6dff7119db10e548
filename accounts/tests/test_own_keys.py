"""API keys through the API: made, listed, changed, rotated, revoked, and what a key may not hand on."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core import mail
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import api_keys
from accounts.api_keys import Limits
from accounts.models import ApiKey, User
from accounts.origins import Origin
from accounts.security_events import Kind, record_key
from accounts.tasks import mail_security_event
from blogai.core.errors import Conflict, NotAuthenticated
from blogai.tests.clients import ApiClient, client_with

pytestmark = pytest.mark.django_db

URL = "/api/v1/api-keys"
type ClientFor = Callable[..., ApiClient]


@pytest.fixture
def admin(client_for: ClientFor) -> ApiClient:
    return client_for("alice")


def key_with(user: User, *permissions: str, **options: Any) -> tuple[ApiKey, ApiClient]:
    key, raw = api_keys.issue(user, "a test's", permissions, **options)
    return key, client_with(raw)


def test_the_call_of_the_deployment_document(alice: User, key_for: Callable[..., str]) -> None:
    reply = Client().post(
        "/api-keys",
        '{"name": "test-key", "permissions": ["read"]}',
        content_type="application/json",
        headers={"Authorization": f"Bearer {key_for(alice, 'manage', 'read')}"},
    )
    assert reply.status_code == 201, reply.content
    made = reply.json()
    assert (made["name"], made["permissions"], made["test"]) == ("test-key", ["read"], False)
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Location"] == f"http://testserver/api/v1/api-keys/{made['id']}"
    assert api_keys.caller_for(made["key"]).permissions == {"read"}


def test_a_key_is_said_once_and_its_digest_never(admin: ApiClient) -> None:
    made = admin.post(URL, {"name": "CI", "monthly_cost_limit_usd": "5", "requests_per_minute": 7}).json()
    digest = ApiKey.objects.get(pk=made["id"]).digest
    for page in (admin.get("/api-keys"), admin.get(URL), admin.get(f"{URL}/{made['id']}")):
        assert made["key"] not in page.text
        assert digest not in page.text
    listed = admin.get(URL).json()["results"][0]
    assert listed == {name: value for name, value in made.items() if name != "key"}
    assert (listed["monthly_cost_limit_usd"], listed["requests_per_minute"]) == ("5.0000", 7)


def test_a_list_has_pages(admin: ApiClient) -> None:
    for name in ("a", "b"):
        admin.post(URL, {"name": name})
    first = admin.get(f"{URL}?page_size=2").json()
    assert [key["name"] for key in first["results"]] == ["b", "a"]
    second = admin.get(first["next"]).json()
    assert [key["name"] for key in second["results"]] == ["a test's"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"permissions": []}, "permissions"),
        ({"permissions": ["admin"]}, "permissions.0"),
        ({"name": "x" * 101}, "name"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"requests_per_minute": 0}, "requests_per_minute"),
        ({"monthly_cost_limit_usd": "0"}, "monthly_cost_limit_usd"),
        ({"digest": "x"}, "digest"),
    ],
)
def test_what_no_key_can_be_is_refused_by_name(admin: ApiClient, body: dict[str, Any], field: str) -> None:
    reply = admin.post(URL, body)
    assert (reply.status_code, list(reply.json()["errors"])) == (422, [field])
    assert ApiKey.objects.count() == 1


def test_without_the_permission_manage_nothing_is_shown_or_made(alice: User, client_for: ClientFor) -> None:
    client = client_for(alice, "read", "generate")
    for reply in (client.get(URL), client.post(URL), client.get(f"{URL}/{alice.api_keys.get().pk}")):
        assert (reply.status_code, reply.json()["permission"]) == (403, "manage")


def test_a_key_hands_on_no_permission_that_it_lacks(alice: User, client_for: ClientFor) -> None:
    other, _ = key_with(alice, "generate")
    client = client_for(alice, "manage", "read")
    for reply in (
        client.post(URL, {"permissions": ["read", "generate"]}),
        client.post(f"{URL}/{other.pk}/rotate"),
    ):
        assert (reply.status_code, reply.json()["permission"]) == (403, "generate")
    assert alice.api_keys.count() == 2


@pytest.mark.parametrize(
    "limits", [Limits(requests_per_minute=5), Limits(monthly_cost_limit_usd=api_keys.MIN_COST)]
)
def test_a_key_with_limits_cannot_get_rid_of_them(alice: User, limits: Limits) -> None:
    free, _ = key_with(alice, "read")
    own, client = key_with(alice, "read", "manage", limits=limits)
    for reply in (
        client.post(URL),
        client.patch(f"{URL}/{own.pk}", {"requests_per_minute": None}),
        client.patch(f"{URL}/{free.pk}", {"monthly_cost_limit_usd": None}),
        client.post(f"{URL}/{free.pk}/rotate"),
    ):
        assert reply.status_code == 403
        assert "its own limits" in reply.json()["detail"]
    assert client.patch(f"{URL}/{own.pk}", {"name": "mine"}).json()["name"] == "mine"
    rotated = client.post(f"{URL}/{own.pk}/rotate").json()
    caller = api_keys.caller_for(rotated["key"])
    assert Limits(caller.requests_per_minute, caller.monthly_cost_limit_usd) == limits


def test_a_test_key_manages_test_keys_only(alice: User) -> None:
    live, _ = key_with(alice, "read")
    own, client = key_with(alice, "read", "manage", kind="test")
    assert [key["id"] for key in client.get(URL).json()["results"]] == [str(own.pk)]
    for method in (client.get, client.patch, client.delete):
        assert method(f"{URL}/{live.pk}").status_code == 404
    assert client.post(f"{URL}/{live.pk}/rotate").status_code == 404
    assert client.post(URL).status_code == 403
    assert client.post(URL, {"test": True}).json()["key"].startswith("bai_test_")


def test_there_are_fifty_and_no_more(admin: ApiClient, alice: User) -> None:
    ApiKey.objects.bulk_create(
        ApiKey(owner=alice, prefix="bai_live_x", digest=str(number), permissions=["read"])
        for number in range(api_keys.MAX_KEYS - 1)
    )
    refused = admin.post(URL)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert "50 API keys" in refused.json()["detail"]
    ApiKey.objects.filter(digest="0").update(expires_at=Now())
    assert admin.post(URL).status_code == 201, "one that has expired leaves room"
    oldest = ApiKey.objects.get(digest="1")
    assert admin.post(f"{URL}/{oldest.pk}/rotate").status_code == 409
    assert admin.post(f"{URL}/{oldest.pk}/rotate", {"overlap_seconds": 0}).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_two_at_once_cannot_both_be_the_fiftieth(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys, "MAX_KEYS", 1)
    together, made = threading.Barrier(2), []

    def make() -> None:
        together.wait()
        try:
            made.append(api_keys.issue(alice, "", ["read"]))
        except Conflict:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == ApiKey.objects.count() == 1


def test_rotation_keeps_everything_but_the_key(alice: User, admin: ApiClient) -> None:
    old, raw = api_keys.issue(
        alice, "CI", ["read"], timezone.now() + timedelta(days=30), limits=Limits(requests_per_minute=9)
    )
    ApiKey.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=10))
    reply = admin.post(f"{URL}/{old.pk}/rotate", {"overlap_seconds": 60})
    assert (reply.status_code, reply.headers["Cache-Control"]) == (201, "no-store")
    new, before = ApiKey.objects.get(pk=reply.json()["id"]), timezone.now()
    assert (new.name, new.permissions, new.requests_per_minute) == ("CI", ["read"], 9)
    assert new.expires_at is not None
    assert abs(new.expires_at - before - timedelta(days=40)) < timedelta(minutes=1), "it lives as long"
    old.refresh_from_db()
    assert old.expires_at is not None
    assert timedelta(seconds=50) < old.expires_at - before <= timedelta(seconds=60)
    assert api_keys.caller_for(raw).first_key_id == old.pk
    assert api_keys.caller_for(reply.json()["key"]).first_key_id == old.pk
    again = admin.post(f"{URL}/{old.pk}/rotate")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    ApiKey.objects.filter(pk=old.pk).update(expires_at=Now())
    with pytest.raises(NotAuthenticated, match="expired"):
        api_keys.caller_for(raw)


@pytest.mark.parametrize(("end", "status"), [({"revoked_at": Now()}, 404), ({"expires_at": Now()}, 409)])
def test_a_key_that_no_longer_works_is_not_rotated(
    alice: User, admin: ApiClient, end: dict[str, Any], status: int
) -> None:
    key, _ = key_with(alice, "read")
    ApiKey.objects.filter(pk=key.pk).update(**end)
    assert admin.post(f"{URL}/{key.pk}/rotate").status_code == status
    assert alice.api_keys.count() == 2


def test_revoking_ends_a_key_at_once(alice: User, admin: ApiClient) -> None:
    key, client = key_with(alice, "read")
    assert client.get("/api/v1/posts").status_code == 200
    assert admin.delete(f"{URL}/{key.pk}").status_code == 204
    refused = client.get("/api/v1/posts")
    assert (refused.status_code, "revoked" in refused.json()["detail"]) == (401, True)
    for gone in (admin.get, admin.patch, admin.delete):
        assert gone(f"{URL}/{key.pk}").status_code == 404
    assert str(key.pk) not in admin.get(URL).text


def test_the_owner_gets_a_mail_without_the_key(alice: User, admin: ApiClient, settings: Any) -> None:
    settings.TRUSTED_PROXY_HOPS = 1
    made = admin.post(URL, {"name": "CI"}, headers={"X-Forwarded-For": "2001:db8::7"}).json()
    rotated = admin.post(f"{URL}/{made['id']}/rotate").json()
    jobs = list(ProcrastinateJob.objects.filter(task_name="mail_security_event").order_by("id"))
    assert made["key"] not in str(jobs[0].args) + str(jobs[1].args)
    for job in jobs:
        _run_task(job.args)
    first, second = mail.outbox
    for part in ("CI", "read", made["prefix"], "2001:db8::7", "/secure-account/", "UTC"):
        assert part in str(first.body)
    assert first.to == [alice.email]
    assert f"In place of: {made['prefix']}" in str(second.body)
    assert not [key for key in (made["key"], rotated["key"]) if key in str(first.body) + str(second.body)]


def test_a_mail_that_is_not_taken_is_tried_again_and_the_key_is_there(
    alice: User, admin: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", down)
    assert admin.post(URL).status_code == 201
    with pytest.raises(ConnectionRefusedError):
        _run_task(ProcrastinateJob.objects.get(task_name="mail_security_event").args)
    assert mail_security_event.retry_strategy


def test_an_address_that_is_not_confirmed_gets_no_mail(alice: User, settings: Any) -> None:
    settings.EMAIL_VERIFICATION = "mandatory"
    key, _ = api_keys.issue(alice, "", ["read"])
    record_key(Kind.KEY_MADE, alice, key, Origin())
    _run_task(ProcrastinateJob.objects.get(task_name="mail_security_event").args)
    assert not mail.outbox


def test_use_is_noted_with_the_address_in_one_statement(
    alice: User, django_assert_num_queries: Any, settings: Any
) -> None:
    settings.TRUSTED_PROXY_HOPS = 1
    key, client = key_with(alice, "read")
    with django_assert_num_queries(1 + 1 + 1):  # the key, its use, the page
        client.get("/api/v1/posts", headers={"X-Forwarded-For": "203.0.113.9"})
    client.get("/api/v1/posts", headers={"X-Forwarded-For": "203.0.113.10"})
    key.refresh_from_db()
    assert key.last_used_address == "203.0.113.9", "at most once a minute"


def _run_task(arguments: dict[str, str]) -> None:
    async_to_sync(mail_security_event.func)(**arguments)
