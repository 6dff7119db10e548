"""Deleting one's account: what ends at once, what it takes, and the way back."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import signing
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from accounts import api_keys, closing, erasure, exports
from accounts.models import DataExport, Erasure, User
from accounts.origins import Origin
from accounts.security_events import Kind, record
from accounts.services import demo_user
from accounts.signals import account_closed, account_reopened, erase_data
from accounts.tests.acting import PASSWORD, confirmed, kinds_of, link_in, long_ago, mailed, run_jobs, sign_in
from accounts.tests.test_secure_account import is_signed_in
from blogai.core.errors import Conflict, NotFound

pytestmark = pytest.mark.django_db

URL = "/settings/delete-account"


@contextmanager
def heard(signal: Any) -> Iterator[list[User]]:
    """Of whom the signal told."""
    told: list[User] = []

    def hear(user: User, **_: object) -> None:
        told.append(user)

    signal.connect(hear)
    try:
        yield told
    finally:
        signal.disconnect(hear)


def close(user: User) -> User:
    closing.close(user, Origin())
    return user


def after_the_grace(user: User) -> None:
    User.objects.filter(pk=user.pk).update(delete_after=timezone.now())


def test_it_works(alice: User, key_for: Callable[..., str]) -> None:
    browser, elsewhere, raw = sign_in(alice), sign_in(alice), key_for(alice)
    export = exports.request(alice, Origin())
    page = browser.get(URL).text
    for part in ("For 30 days", "Download your data", "Type your email address"):
        assert part in page
    with heard(account_closed) as told:
        closed = confirmed(browser, long_ago(browser).post(URL, {"email": " ALICE@example.com"}))
    assert "Your account is closed" in closed.text
    assert told == [alice]
    assert not is_signed_in(browser) and not is_signed_in(elsewhere)
    refused = Client().get("/api/v1/posts", headers={"X-API-Key": raw})
    assert (refused.status_code, api_keys.current(alice).exists()) == (401, False)
    assert list(exports.write(export.pk)) == []
    assert kinds_of(alice)[-1] == "deletion_requested"
    alice.refresh_from_db()
    assert alice.delete_after and timedelta(days=29) < alice.delete_after - timezone.now() < closing.GRACE
    (message,) = mailed()
    assert (message.to, message.subject) == ([alice.email], "Your Blog AI account is closed")
    assert f"{alice.delete_after:%B %-d, %Y}" in message.body
    assert f"{alice.delete_after:%B %-d, %Y}" in closed.text


@pytest.mark.parametrize("typed", ["", "alice", "mallory@example.com", "alice@example.com\x00"])
def test_what_is_not_ones_address_deletes_nothing(alice: User, typed: str) -> None:
    browser = sign_in(alice)
    page = long_ago(browser).post(URL, {"email": typed})
    assert page.status_code == 422, "it says so before it asks for the password"
    assert "Not deleted" in page.text
    assert is_signed_in(browser)


def test_without_the_password_nothing_is_deleted(alice: User) -> None:
    browser = sign_in(alice)
    asked = long_ago(browser).post(URL, {"email": alice.email})
    assert confirmed(browser, asked, "a guess").status_code == 200
    assert is_signed_in(browser)


def test_another_site_deletes_nothing(alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    assert browser.post(URL, {"email": alice.email}).status_code == 403
    assert User.objects.get().is_active


def test_what_is_not_ones_own_cannot_be_deleted(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    for user in (User.objects.get(pk=alice.pk), demo_user()):
        browser = Client()
        browser.force_login(user)
        page = browser.get(URL).text
        assert escape(closing.why_not(user)) in page and "<form method" not in page.partition("<main")[2]
        with pytest.raises(Conflict):
            close(user)
        assert User.objects.get(pk=user.pk).is_active


def test_signing_in_offers_to_keep_it_and_goes_on(alice: User) -> None:
    browser = sign_in(alice)
    close(alice)
    browser = sign_in(alice)
    assert browser.reply.headers["Location"] == "/keep-account"
    assert "alice@example.com" in browser.get("/keep-account").text
    assert not is_signed_in(browser)
    with heard(account_reopened) as told:
        assert browser.post("/keep-account").headers["Location"] == "/new"
    assert told == [alice]
    assert is_signed_in(browser)
    assert kinds_of(alice)[-2:] == ["deletion_cancelled", "signed_in"]
    assert browser.post("/keep-account").headers["Location"] == "/sign-in"


def test_what_staff_closed_only_staff_open(alice: User, key_for: Callable[..., str]) -> None:
    browser, raw = sign_in(alice), key_for(alice)
    export = exports.request(alice, Origin())
    with heard(account_closed) as told:
        closing.close_by_staff(alice)
    assert told == [alice]
    assert not is_signed_in(browser)
    assert Client().get("/api/v1/posts", headers={"X-API-Key": raw}).status_code == 401
    assert list(exports.write(export.pk)) == []
    assert alice.delete_after is None and not closing.may_be_kept().exists()
    with pytest.raises(NotFound):
        closing.keep(alice, Origin())
    with pytest.raises(Conflict, match="already closed"):
        closing.close_by_staff(alice)
    with heard(account_reopened) as told:
        closing.reopen_by_staff(alice)
    assert told == [alice]
    assert Client().get("/api/v1/posts", headers={"X-API-Key": raw}).status_code == 401, "it stays revoked"
    with pytest.raises(Conflict, match="isn’t closed"):
        closing.reopen_by_staff(alice)
    assert kinds_of(alice)[-2:] == ["account_closed", "account_reopened"]
    messages = mailed()
    assert [(message.subject, message.to) for message in messages] == [
        ("We closed your Blog AI account", [alice.email]),
        ("Your Blog AI account is open again", [alice.email]),
    ]
    assert "/contact\n" in messages[0].body


def test_staff_open_what_its_owner_closed_until_it_is_deleted(alice: User) -> None:
    close(alice)
    closing.reopen_by_staff(alice)
    assert alice.is_active and alice.delete_after is None
    close(alice)
    after_the_grace(alice)
    with pytest.raises(Conflict, match="being deleted"):
        closing.reopen_by_staff(alice)
    assert not User.objects.get().is_active


def test_with_a_wrong_password_nobody_learns_that_it_is_closed(alice: User) -> None:
    close(alice)
    page = sign_in(alice, password="a guess").reply
    assert "That email and password" in page.text


def test_the_offer_is_for_a_quarter_of_an_hour(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    close(alice)
    browser = sign_in(alice)
    assert alice.email not in str(dict(browser.session)), "the session may outlive the account"
    monkeypatch.setattr("accounts.closing_pages.KEEP_WITHIN", -1)
    assert browser.post("/keep-account").headers["Location"] == "/sign-in"
    assert not User.objects.get().is_active


def test_nobody_keeps_an_account_without_signing_in(alice: User) -> None:
    close(alice)
    assert Client().post("/keep-account").headers["Location"] == "/sign-in"
    assert not User.objects.get().is_active


def test_the_link_in_the_mail_keeps_it_and_signs_nobody_in(alice: User) -> None:
    close(alice)
    link, browser = link_in(mailed()[0], "keep-account"), Client()
    assert "alice@example.com" in browser.get(link).text
    assert not User.objects.get().is_active, "a program that follows links keeps nothing"
    assert browser.post(link).headers["Location"] == "/sign-in"
    assert "open again" in browser.get("/sign-in").text
    assert not is_signed_in(browser)
    assert is_signed_in(sign_in(alice))
    assert browser.post(link).status_code == 404


def test_of_no_use_are_links_of_an_earlier_closing_forged_and_late_ones(alice: User) -> None:
    earlier = closing.token_for(close(alice))
    closing.keep(alice, Origin())
    late = closing.token_for(close(alice))
    for token in (earlier, signing.dumps(signing.loads(late, salt="accounts.closing")), "made-up"):
        assert Client().post(f"/keep-account/{token}").status_code == 404
    after_the_grace(alice)
    for ask in (Client().get, Client().post):
        assert "no longer works" in ask(f"/keep-account/{late}").text
    assert not User.objects.get().is_active


def test_what_had_ended_stays_ended_when_it_is_kept(alice: User, key_for: Callable[..., str]) -> None:
    browser, raw = sign_in(alice), key_for(alice)
    close(alice)
    late = key_for(alice)  # of a request that had begun before
    closing.keep(alice, Origin())
    assert not is_signed_in(browser)
    for key in (raw, late):
        assert Client().get("/api/v1/posts", headers={"X-API-Key": key}).status_code == 401
    assert is_signed_in(sign_in(alice))


def test_an_account_that_staff_closed_is_not_opened_by_its_owner(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert sign_in(alice).reply.headers["Location"] == "/closed-account"
    with pytest.raises(NotFound):
        closing.keep(alice, Origin())


def test_signing_up_with_the_address_meanwhile_is_as_with_any_account(
    alice: User, mallory: User, settings: Any
) -> None:
    settings.EMAIL_VERIFICATION = "mandatory"
    close(alice)
    mailed()
    replies = []
    for email in (alice.email, mallory.email, "nobody@example.com"):
        reply = Client().post("/sign-up", {"email": email, "password1": "correct horse battery"})
        replies.append((reply.status_code, reply.headers["Location"]))
    assert len(set(replies)) == 1
    assert ["already have an account" in message.body for message in mailed()] == [True, True, False]
    assert User.objects.filter(email__iexact=alice.email).count() == 1


def test_a_forgotten_password_of_a_closed_account_is_answered_with_the_way_back(alice: User) -> None:
    close(alice)
    mailed()
    known = Client().post("/forgotten-password", {"email": "ALICE@example.com"})
    unknown = Client().post("/forgotten-password", {"email": "nobody@example.com"})
    assert known.headers["Location"] == unknown.headers["Location"]
    closed, nobody = mailed()
    assert (closed.subject, closed.to) == ("Your account is closed", ["alice@example.com"])
    assert "no account uses this address" in nobody.body
    assert Client().post(link_in(closed, "keep-account")).status_code == 302
    assert User.objects.get().is_active


def test_after_the_grace_it_is_gone_for_good(alice: User, mallory: User) -> None:
    close(alice)
    assert erasure.defer_due() == 0
    assert not erasure.erase_some(alice.pk)
    assert User.objects.filter(pk=alice.pk).exists()
    after_the_grace(alice)
    assert erasure.defer_due() == 1
    run_jobs("erase_account")
    assert list(User.objects.all()) == [mallory]
    audit = Erasure.objects.get()
    assert (audit.account_id, audit.erased_at is not None) == (alice.pk, True)
    assert "alice" not in str(vars(audit))
    assert sign_in(alice).reply.status_code == 200, "as for an address that was never here"
    assert mailed() == [], "what was still to be mailed is about nobody"


def test_an_erasure_goes_on_where_it_was_killed(alice: User) -> None:
    parts = [{"posts": 20}, {"posts": 3, "runs": 2}]

    def erase(user: User, **_: object) -> dict[str, int]:
        return parts.pop(0) if parts else {}

    close(alice)
    after_the_grace(alice)
    erase_data.connect(erase)
    try:
        assert erasure.erase_some(alice.pk)  # and then the worker is killed
        assert Erasure.objects.get().erased_at is None
        defer = erasure.defer_due()
        run_jobs("erase_account")
    finally:
        erase_data.disconnect(erase)
    assert (defer, Erasure.objects.get().rows) == (1, {"posts": 23, "runs": 2})
    assert not User.objects.exists()


def test_closing_while_an_archive_is_written_and_erasing_deletes_the_file(
    alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    ready = exports.request(alice, Origin())
    list(exports.write(ready.pk))
    writing = exports.request(alice, Origin())
    steps = exports.write(writing.pk)
    for number in range(120):
        record(alice, Kind.KEY_REVOKED, name=str(number))
    next(steps)
    close(alice)
    with pytest.raises(exports.LeaseLost):
        list(steps)
    ready.refresh_from_db()
    assert exports.storage().exists(ready.file)
    after_the_grace(alice)
    with django_capture_on_commit_callbacks(execute=True):
        run_erasure(alice)
    assert not exports.storage().exists(ready.file)
    assert not DataExport.objects.exists()


def run_erasure(user: User) -> None:
    while erasure.erase_some(user.pk):
        pass


@pytest.mark.django_db(transaction=True)
def test_closing_twice_at_once_is_once(alice: User) -> None:
    def close_it(_: int) -> bool:
        try:
            closing.close(User.objects.get(), Origin())
        except Conflict:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(close_it, range(3))) == [False, False, True]
    assert kinds_of(alice) == ["deletion_requested"]


@pytest.mark.django_db(transaction=True)
def test_keeping_it_at_the_last_moment_wins_over_erasing_it(alice: User) -> None:
    """The erasure has found it due, and waits for the row that is being kept."""
    close(alice)
    User.objects.update(delete_after=timezone.now() + timedelta(seconds=1))
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            closing.keep(alice, Origin())
            until("SELECT clock_timestamp() > now() + interval '1 second'")
            erasing = pool.submit(erase_in_another_thread, alice)
            until("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        assert erasing.result() is False
    assert User.objects.get().is_active


def until(condition: str) -> None:
    with connection.cursor() as cursor:
        while not cursor.execute(condition).fetchone()[0]:
            pass


def erase_in_another_thread(user: User) -> bool:
    try:
        return erasure.erase_some(user.pk)
    finally:
        connection.close()


def test_every_session_has_ended_before_an_account_is_erased() -> None:
    """They hold an id and an address, and are deleted once they have ended."""
    assert closing.GRACE.total_seconds() > django_settings.SESSION_COOKIE_AGE


def test_the_password_of_a_closed_account_is_still_its_own(alice: User) -> None:
    close(alice)
    closing.keep(alice, Origin())
    assert User.objects.get().check_password(PASSWORD)
