"""Where somebody is signed in: the list, signing out there, and what that costs a request."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import AsyncClient, Client
from django.utils import timezone

from accounts import devices, sessions
from accounts.authentication import revoked_callers
from accounts.callers import session_caller
from accounts.models import Session, User
from accounts.tests.acting import kinds_of, long_ago
from accounts.tests.signing_in import PASSWORD, is_signed_in, sign_in

pytestmark = pytest.mark.django_db

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/26.0 Mobile/15E148 Safari/604.1"
)
PAGE = "/settings"


def browser(agent: str, address: str = "203.0.113.7") -> Client:
    """One in which alice is signed in."""
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    sign_in(client)
    return client


def row_of(client: Client) -> Session:
    return Session.objects.get(pk=client.session.session_key)


def listed(client: Client) -> str:
    """The section of the page with the sessions."""
    return client.get(PAGE).text.partition('id="sessions"')[2].partition("</section>")[0]


def handles_on(page: str) -> list[str]:
    return re.findall(rf'action="{PAGE}/sessions/(\w+)/end"', page)


def seen_before(client: Client, minutes: int) -> None:
    Session.objects.filter(pk=client.session.session_key).update(
        last_seen_at=timezone.now() - timedelta(minutes=minutes)
    )


def test_it_works(alice: User) -> None:
    here, phone = browser(CHROME), browser(IPHONE, "2001:db8::7")
    page = listed(here)
    assert page.index("Chrome on Windows") < page.index("This browser") < page.index("Safari on iOS")
    assert "from 2001:db8::7" in page
    (handle,) = handles_on(page)
    assert "Safari on iOS is signed out." in here.post(f"{PAGE}/sessions/{handle}/end", follow=True).text
    assert phone.get(PAGE).headers.get("Location") is not None
    assert "Safari on iOS" not in listed(here)
    assert is_signed_in(here)


def test_everywhere_else_is_signed_out_at_once(alice: User, bob: User) -> None:
    here, others = browser(CHROME), [browser(FIREFOX), browser(IPHONE)]
    stranger = Client()
    stranger.force_login(bob)
    assert here.post(f"{PAGE}/sessions/end-others").headers["Location"] == f"{PAGE}#sessions"
    assert here.get(PAGE).status_code == 200
    assert stranger.get(PAGE).status_code == 200
    for other in others:
        assert other.get(PAGE).status_code == 302
        assert other.get("/api/v1/posts").status_code == 401
    assert "Sign out everywhere else" not in here.get(PAGE).text


def test_a_password_that_is_hashed_anew_ends_no_session(
    alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Django has more rounds with each release, and hashes anew what somebody types rightly."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1)
    alice.set_password(PASSWORD)
    alice.save()
    here, phone = browser(CHROME), browser(IPHONE)
    for iterations, type_it in (
        (2, lambda: browser(CHROME)),
        (3, lambda: here.post("/sign-in-again", {"password": PASSWORD})),
        (4, lambda: here.post("/settings/password", {"oldpassword": PASSWORD, "password1": "x"})),
    ):
        monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", iterations)
        type_it()
        alice.refresh_from_db()
        assert alice.password.startswith(f"pbkdf2_sha256${iterations}$")
        assert here.get(PAGE).status_code == phone.get(PAGE).status_code == 200
        assert not revoked_callers([session_caller(alice, phone.session.session_key)])
    assert set(kinds_of(alice)) <= {"signed_in", "new_device"}


def test_a_password_that_is_changed_while_the_old_one_is_hashed_anew_stays_changed(alice: User) -> None:
    alice.set_password(PASSWORD)
    alice.save()
    late = User.objects.get(pk=alice.pk)
    alice.set_password("changed on the phone")
    alice.save()
    late._rehash(PASSWORD)
    assert User.objects.get(pk=alice.pk).check_password("changed on the phone")


def test_a_session_ends_two_weeks_after_it_was_seen_and_four_after_signing_in(alice: User) -> None:
    here = browser(CHROME)
    now, row = timezone.now(), row_of(here)
    assert timedelta(days=13) < row.expire_date - now <= timedelta(days=14)
    assert here.cookies["sessionid"]["max-age"] == 28 * 86_400
    for since, left in ((10, 14), (20, 8), (27, 1)):
        Session.objects.update(signed_in_at=now - timedelta(days=since))
        seen_before(here, minutes=6)
        here.get(PAGE)
        ends = row_of(here).expire_date - now
        assert timedelta(days=left) <= ends < timedelta(days=left, minutes=5), since
    Session.objects.update(expire_date=now)
    assert here.get(PAGE).status_code == 302
    assert revoked_callers([session_caller(alice, row.session_key)])


def test_ending_one_asks_who_it_is(alice: User) -> None:
    here, phone = browser(CHROME), browser(IPHONE)
    (handle,) = handles_on(here.get(PAGE).text)
    long_ago(here)
    for path in (f"{PAGE}/sessions/{handle}/end", f"{PAGE}/sessions/end-others"):
        assert here.post(path).headers["Location"].startswith("/sign-in-again")
        assert is_signed_in(phone)
    here.post("/sign-in-again", {"password": PASSWORD, "next": f"{PAGE}/sessions/end-others"})
    assert not is_signed_in(phone)


def test_the_sockets_of_an_ended_session_are_closed(alice: User) -> None:
    """What is looked at every three seconds for all that are open."""
    here, phone = browser(CHROME), browser(IPHONE)
    callers = [session_caller(alice, client.session.session_key) for client in (here, phone)]
    assert revoked_callers(callers) == set()
    here.post(f"{PAGE}/sessions/end-others")
    assert revoked_callers(callers) == {callers[1]}


def test_a_page_names_no_session_by_its_key(alice: User) -> None:
    here, phone = browser(CHROME), browser(IPHONE)
    page = here.get(PAGE).text
    for client in (here, phone):
        assert str(client.session.session_key) not in page


def test_a_strangers_session_is_none(alice: User, bob: User) -> None:
    here = browser(CHROME)
    stranger = Client()
    stranger.force_login(bob)
    handle = sessions.handle_of(row_of(here))
    for path in (
        f"{PAGE}/sessions/{handle}/end",
        f"{PAGE}/sessions/{'0' * 32}/end",
        f"{PAGE}/sessions/{here.session.session_key}/end",
    ):
        assert stranger.post(path).status_code == 404
    assert here.get(PAGE).status_code == 200


def test_ended_sessions_are_not_listed(alice: User) -> None:
    here, expired, before_the_change = browser(CHROME), browser(FIREFOX), browser(IPHONE)
    Session.objects.filter(pk=expired.session.session_key).update(expire_date=timezone.now())
    sent = {"oldpassword": "a password", "password1": "correct horse battery"}
    assert here.post("/settings/password", sent).status_code == 302
    page = here.get(PAGE).text
    assert "This browser" in page
    assert handles_on(page) == []
    assert before_the_change.get(PAGE).status_code == 302


def test_nobodys_sessions_have_no_user_and_no_device(client: Client) -> None:
    client.get("/sign-in/passkey", headers={"Accept": "application/json", "User-Agent": CHROME})
    row = row_of(client)
    assert (row.user_id, row.user_agent, row.address, row.signed_in_at) == (None, "", "", None)


def test_the_list_costs_one_query_however_long(alice: User, django_assert_num_queries: Any) -> None:
    here = browser(CHROME)
    here.get(PAGE)
    for number in (1, 4):
        for _ in range(number):
            browser(FIREFOX)
        # The session, the user, the meter; the list of sessions, and five of other sections.
        with django_assert_num_queries(3 + 6):
            here.get(PAGE)


def test_being_seen_is_written_every_five_minutes_and_costs_nothing_between(
    alice: User, django_assert_num_queries: Any
) -> None:
    client = browser(CHROME)
    client.get("/posts")
    with django_assert_num_queries(4):  # the session, the user, the posts, the meter
        client.get("/posts")
    seen_before(client, minutes=4)
    with django_assert_num_queries(4):
        client.get("/posts")
    seen_before(client, minutes=6)
    with django_assert_num_queries(4 + 1):
        client.get("/posts", REMOTE_ADDR="198.51.100.9")
    row = row_of(client)
    assert timezone.now() - row.last_seen_at < timedelta(minutes=1)
    assert row.address == "198.51.100.9"
    with django_assert_num_queries(4):
        client.get("/posts")


def test_storing_the_session_loses_nothing_of_its_device(alice: User) -> None:
    client = browser(CHROME)
    before = row_of(client)
    seen_before(client, minutes=6)
    client.get("/posts", REMOTE_ADDR="198.51.100.9")
    client.post("/settings/sessions/end-others")  # which stores a message
    after = row_of(client)
    assert (after.user_id, after.user_agent, after.address) == (alice.pk, CHROME, "198.51.100.9")
    assert after.signed_in_at == before.signed_in_at
    assert after.last_seen_at > before.last_seen_at


def test_a_request_that_was_under_way_does_not_bring_an_ended_session_back(alice: User) -> None:
    client = browser(CHROME)
    store = client.session
    assert store["_auth_user_id"]
    sessions.end_all(alice)
    store.seen("203.0.113.7")  # type: ignore[attr-defined]
    assert not Session.objects.exists()


@pytest.mark.parametrize("agent", ["", "x" * 5_000, "\N{PILE OF POO}", "() { :; }; <script>", "a;" * 150])
def test_whatever_a_browser_calls_itself(alice: User, agent: str) -> None:
    here, odd = browser(CHROME), browser(agent.encode().decode("latin-1"))
    page = listed(here)
    assert "Unknown browser" in page
    assert "<script>" not in page
    assert len(row_of(odd).user_agent) <= 300


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (CHROME, "Chrome on Windows"),
        (f"{CHROME} Edg/141.0.0.0", "Edge on Windows"),
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iOS"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/26.0 Safari/605.1.15",
            "Safari on macOS",
        ),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/141.0.0.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
    ],
)
def test_browsers_have_plain_names(agent: str, name: str) -> None:
    assert devices.name_of(agent) == name


@pytest.mark.django_db(transaction=True)
async def test_under_asgi_too(alice: User) -> None:
    client, typed = AsyncClient(), {"login": alice.email, "password": "a password"}
    await client.post("/sign-in", typed, headers={"User-Agent": CHROME})
    key = client.cookies["sessionid"].value
    longer_ago = timezone.now() - timedelta(minutes=6)
    await Session.objects.filter(pk=key).aupdate(last_seen_at=longer_ago)
    assert (await client.get("/posts")).status_code == 200
    row = await Session.objects.aget(pk=key)
    assert row.user_agent == CHROME
    assert row.last_seen_at > longer_ago
