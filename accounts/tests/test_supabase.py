"""Access tokens of Supabase Auth on the API: whose they are, and which are refused."""

import dataclasses
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.utils import timezone

from accounts import closing, securing, security_events
from accounts.authentication import caller_of_key, revoked_callers
from accounts.models import SecurityEvent, SupabaseIdentity, User
from accounts.origins import Origin
from accounts.services import vouch_for_email
from accounts.supabase import signing_keys, tokens
from accounts.supabase.signing_keys import SigningKeys
from accounts.tests.fake_supabase import SERVICE_KEY, Project, serving

pytestmark = pytest.mark.django_db

URL = "/api/v1/me"
SECRET = "a shared secret that has at least 32 bytes"


@pytest.fixture
def project(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    with serving() as running:
        settings.SUPABASE_URL, settings.SUPABASE_SERVICE_ROLE_KEY = running.url, SERVICE_KEY
        monkeypatch.setattr(tokens, "signing_keys", SigningKeys())
        yield running


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Of the signing keys: its one number is now, in seconds."""
    now = [1000.0]
    clock = SimpleNamespace(monotonic=lambda: now[0])
    monkeypatch.setattr("accounts.supabase.signing_keys.time", clock)
    return now


def ask(token: str, url: str = URL) -> Any:
    return Client().get(url, headers={"Authorization": f"Bearer {token}"})


def test_it_works(project: Project) -> None:
    token = project.token(project.user("carol@example.org"))
    assert ask(token).status_code == ask(token).status_code == 200
    carol = User.objects.get()
    assert (carol.email, carol.has_verified_email, carol.has_usable_password()) == (
        *("carol@example.org", True, False),
    )
    assert ask(token).json()["permissions"] == ["read", "generate"]
    assert len(project.asked) == 2, "the keys and the address, once"
    made = Client().post("/api-keys", {}, "application/json", headers={"Authorization": f"Bearer {token}"})
    assert (made.status_code, made.json()["permission"]) == (403, "manage")


def test_the_address_that_both_have_confirmed_links_them(project: Project, alice: User) -> None:
    vouch_for_email(alice)
    assert ask(project.token(project.user("Alice@example.com"))).json()["email"] == alice.email
    assert SupabaseIdentity.objects.get().user == alice
    assert SecurityEvent.objects.get(user=alice).kind == security_events.Kind.APP_CONNECTED


def test_an_account_that_has_not_confirmed_it_may_be_a_strangers(project: Project, alice: User) -> None:
    refused = ask(project.token(project.user(alice.email)))
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    vouch_for_email(alice)
    User.objects.update(is_staff=True)
    assert ask(project.token(project.user(alice.email))).status_code == 403
    assert not SupabaseIdentity.objects.exists()


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "unsigned": ({"algorithm": "none", "key": ""}, "valid access token"),
    "shared secret": ({"algorithm": "HS256", "key": SECRET}, "asymmetric JWT signing keys"),
    "expired": ({"exp": int(time.time()) - 60}, "has expired"),
    "endless": ({"exp": None}, "valid access token"),
    "of another project": ({"iss": "https://other.supabase.co/auth/v1"}, "another Supabase project"),
    "for somebody else": ({"aud": "other"}, "valid access token"),
    "anonymous": ({"is_anonymous": True}, "Anonymous"),
    "anonymous, oddly": ({"is_anonymous": "true"}, "Anonymous"),
    "service role": ({"role": "service_role"}, "no Supabase user"),
    "no id": ({"sub": "1"}, "valid access token"),
}


@pytest.mark.parametrize(("how", "sentence"), WRONG.values(), ids=WRONG)
def test_other_tokens_are_refused(project: Project, how: dict[str, Any], sentence: str) -> None:
    subject = project.user("carol@example.org")
    claims = {"subject": subject} | how
    if "sub" in claims:
        claims["subject"] = claims.pop("sub")
    if claims.get("algorithm") == "none":
        claims["key"] = None
        token = jwt.encode(
            jwt.decode(project.token(subject), options={"verify_signature": False}), "", "none"
        )
    else:
        token = project.token(**claims)
    refused = ask(token)
    assert (refused.status_code, refused.json()["code"]) == (401, "not_authenticated")
    assert sentence in refused.json()["detail"]
    assert not User.objects.exists()


def test_somebody_elses_key_is_not_the_projects(project: Project) -> None:
    stranger = Project(url=project.url)
    refused = ask(stranger.token(project.user("carol@example.org")))
    assert refused.status_code == 401, "it has the right id, and another signature"


@pytest.mark.parametrize(
    ("user", "status", "code"),
    [
        ({"confirmed": False}, 403, "email_not_verified"),
        ({"is_anonymous": True}, 401, "not_authenticated"),
        ({"banned_until": "2999-01-01T00:00:00Z"}, 401, "not_authenticated"),
    ],
)
def test_the_admin_api_decides_not_the_token(
    project: Project, user: dict[str, Any], status: int, code: str
) -> None:
    refused = ask(project.token(project.user("carol@example.org", **user), email_verified=True))
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert not User.objects.exists()


def test_keys_are_rotated_and_asked_for_rarely(project: Project, clock: list[float]) -> None:
    subject = project.user("carol@example.org")
    before = project.token(subject)
    assert ask(before).status_code == 200
    project.rotate()
    assert ask(project.token(subject)).status_code == 401, "it has just asked"
    clock[0] += signing_keys.PAUSE
    assert ask(project.token(subject)).status_code == 200
    assert ask(before).status_code == 401
    asked = len(project.asked)
    for _ in range(3):
        project.kid = "made-up"
        assert ask(project.token(subject)).status_code == 401
    assert len(project.asked) == asked


def test_without_supabase_known_keys_go_on_and_others_are_a_503(
    project: Project, clock: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    subject = project.user("carol@example.org")
    token = project.token(subject)
    project.down = True
    down = ask(token)
    assert (down.status_code, down.json()["code"]) == (503, "unavailable")
    assert ask(token).status_code == 503, "also while it doesn't ask again"
    project.down, clock[0] = False, clock[0] + signing_keys.PAUSE
    assert ask(token).status_code == 200
    project.down, clock[0] = True, clock[0] + signing_keys.FRESH + 1
    assert ask(token).status_code == 200
    newcomer = ask(project.token(project.user("dave@example.org")))
    assert newcomer.status_code == 503
    clock[0] += signing_keys.USABLE
    assert ask(token).status_code == 503
    assert token not in caplog.text and SERVICE_KEY not in caplog.text


def test_a_project_with_a_shared_secret_has_no_keys_and_is_told(project: Project) -> None:
    project.shares_secret = True
    refused = ask(project.token(project.user("carol@example.org")))
    assert (refused.status_code, "asymmetric" in refused.json()["detail"]) == (401, True)


def test_a_wrong_service_key_is_the_operators_fault(
    project: Project, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SUPABASE_SERVICE_ROLE_KEY = "canary"
    assert ask(project.token(project.user("carol@example.org"))).status_code == 503
    assert "check SUPABASE_SERVICE_ROLE_KEY" in caplog.text
    assert "canary" not in caplog.text


def test_a_closed_account_stays_closed(project: Project) -> None:
    token = project.token(project.user("carol@example.org"))
    assert ask(token).status_code == 200
    closing.close(User.objects.get(), Origin())
    assert ask(token).status_code == ask(project.token(project.user("carol@example.org"))).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_a_socket_ends_with_its_token_and_when_the_owner_objects(project: Project) -> None:
    token = project.token(project.user("carol@example.org"), exp=int(time.time()) + 60)
    caller = async_to_sync(caller_of_key)(token, "127.0.0.1")
    assert caller.expires_at is not None and caller.expires_at > timezone.now()
    assert revoked_callers([caller]) == set()
    event = security_events.record(caller.user, security_events.Kind.APP_CONNECTED)
    securing.secure(securing.token_for(event), Origin())
    assert revoked_callers([caller]) == {caller}
    assert ask(token).status_code == 401
    SupabaseIdentity.objects.update(refused_at=None)
    assert revoked_callers([caller]) == set()
    assert revoked_callers([dataclasses.replace(caller, expires_at=timezone.now())]) != set()


def test_without_a_project_a_token_is_a_wrong_key(project: Project, settings: Any) -> None:
    token = project.token(project.user("carol@example.org"))
    settings.SUPABASE_URL = ""
    assert "isn’t a Blog AI key" in ask(token).json()["detail"]


def test_a_user_has_the_same_limits_as_with_a_key(
    project: Project, settings: Any, rate_limits: Any, alice: User, client_for: Any
) -> None:
    settings.RATE_LIMIT_GENERAL = 2
    vouch_for_email(alice)
    token = project.token(project.user(alice.email))
    assert ask(token).status_code == 200
    assert client_for(alice).get(URL).status_code == 200
    limited = ask(token)
    assert (limited.status_code, limited.json()["scope"]) == (429, "user")
    asked, unconfirmed = len(project.asked), project.token(project.user("dave@example.org", confirmed=False))
    assert [ask(unconfirmed).status_code for _ in range(3)] == [403, 403, 429]
    assert len(project.asked) == asked + 2
