"""The people of the tests, and the house they live in: a database of their own, no network, a fast hasher.

Everything is set before the settings are read, so that no `.env` and no variable of a developer decides a
test. Only DATABASE_URL counts: without it the tests start the embedded Postgres under `.data/test`.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from blogai.tests.network import refuse_the_world

if TYPE_CHECKING:
    from accounts.models import User
    from blogai.tests.clients import ApiClient

ROOT = Path(__file__).parent
EMPTY = (
    *("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "GEMINI_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"),
    *("ALLOWED_HOSTS", "ALLOWED_ORIGINS", "API_KEY_PEPPER", "ENVIRONMENT", "HOST", "PORT", "PUBLIC_URL"),
    *("DEFAULT_FROM_EMAIL", "EMAIL_URL", "EMAIL_VERIFICATION", "REDIS_URL", "SECRET_KEY"),
    *("DRAIN_SECONDS", "EGRESS_ALLOW", "MAINTENANCE_MODE", "METRICS_TOKEN", "TRUSTED_PROXY_HOPS"),
)

if "PYTEST_XDIST_WORKER" not in os.environ:  # whose settings are read before this, from what it inherited
    os.environ.update(dict.fromkeys(EMPTY, ""))
    os.environ.update({"LLM_RETRY_FOR": "1", "LLM_RATE_LIMIT_PER_MINUTE": "10000"})
    os.environ["DATA_DIR"] = str(Path(os.environ.get("DATA_DIR") or ROOT / ".data", "test"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "blogai.settings"  # not in pyproject.toml: after the lines above


def pytest_configure() -> None:
    from django.conf import settings

    refuse_the_world()
    assert settings.DATABASES  # reads the settings; pytest-django sets Django up when they are there


@pytest.fixture(scope="session", autouse=True)
def _fast_hasher() -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def _replies_as_described() -> Iterator[None]:
    """Every reply of the API, in whatever test, is what /openapi.json says."""
    from blogai.tests.contract import every_reply_checked

    with every_reply_checked():
        yield


@pytest.fixture(autouse=True)
def _open(monkeypatch: pytest.MonkeyPatch) -> None:
    """No request looks whether there is maintenance, so that queries can be counted. Its own tests do."""
    from blogai import maintenance

    monkeypatch.setattr(maintenance.state, "_is_check_due", lambda: False)


@pytest.fixture(scope="session")
def database_url(django_db_blocker: Any) -> Iterator[str]:
    """The address of the tests' database, for tests that start processes."""
    from django.conf import settings

    from blogai import embedded
    from blogai.tests.database import cloned_database, repair_after_flush

    with ExitStack() as stack, django_db_blocker.unblock():
        if settings.EMBEDDED_DATABASE:
            stack.enter_context(embedded.database(settings.DATA_DIR))
        settings.DATABASE_URL = settings.DATABASE_URL_DIRECT = stack.enter_context(cloned_database())
        repair_after_flush()
        with django_db_blocker.block():
            yield settings.DATABASE_URL


@pytest.fixture(scope="session")
def django_db_setup(database_url: str) -> None:
    """Takes the place of pytest-django's, which would migrate for every run."""


@pytest.fixture
def alice(db: None) -> "User":
    """The owner of what a test is about."""
    return _person("alice")


@pytest.fixture
def bob(db: None) -> "User":
    """Invited by alice, where something can be shared."""
    return _person("bob")


@pytest.fixture
def mallory(db: None) -> "User":
    """A stranger who pays, so that no refusal is about her plan."""
    from billing.tiers import set_tier

    user = _person("mallory")
    set_tier(user=user, tier="business")
    return user


@pytest.fixture
def key_for() -> Callable[..., str]:
    """A raw API key of the user: `key_for(alice, "read", "generate")`; with no permission named, all."""
    from accounts import api_keys

    def make(user: "User", *permissions: str) -> str:
        return api_keys.issue(user, "a test's", permissions or ("read", "generate", "manage"))[1]

    return make


@pytest.fixture
def client_for(
    request: pytest.FixtureRequest, db: None, key_for: Callable[..., str]
) -> Callable[..., "ApiClient"]:
    """A client that speaks JSON with the person's key: `client_for("mallory")`, `client_for(alice, "read")`.

    `None` has no key; "revoked" has one of alice's that she revoked.
    """
    from blogai.tests.clients import client_with, revoked_key

    def make(who: "User | str | None", *permissions: str) -> "ApiClient":
        if who is None:
            return client_with(None)
        if who == "revoked":
            return client_with(revoked_key(request.getfixturevalue("alice")))
        user = request.getfixturevalue(who) if isinstance(who, str) else who
        return client_with(key_for(user, *permissions))

    return make


def _person(name: str) -> "User":
    from accounts.models import User

    return User.objects.create_user(email=f"{name}@example.com", password="a password", name=name.title())
