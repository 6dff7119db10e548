"""Fixtures for all tests: users and clients, a database, no network, and a fast password hasher.

The environment is set before the settings are read, so that neither `.env` nor a developer's variables affect
the tests. The exception is DATABASE_URL: without it, the tests start the embedded Postgres under
`.data/test`.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from blogai.tests.network import allow_only_loopback

if TYPE_CHECKING:
    from accounts.models import User
    from blogai.tests.clients import ApiClient
    from blogai.tests.clocks import Clock
    from blogai.tests.redis import Redis

ROOT = Path(__file__).parent
UNSET = (
    *("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "GEMINI_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"),
    *("OPENAI_API_TYPE", "OPENAI_API_VERSION", "OPENAI_EXTRA_HEADERS", "OPENAI_ORGANIZATION"),
    *("GEMINI_BASE_URL", "LLM_COLD_START_TIMEOUT", "LLM_PROVIDER_ORDER"),
    *("ALLOWED_HOSTS", "ALLOWED_ORIGINS", "API_KEY_PEPPER", "ENVIRONMENT", "HOST", "PORT", "PUBLIC_URL"),
    *("AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_SECRET_ACCESS_KEY"),
    *("BACKUP_RECIPIENTS", "BACKUP_TO"),
    *("API_KEY_PEPPER_NEXT", "API_KEY_PEPPER_PREVIOUS", "SECRET_KEY_FALLBACKS"),
    *("DATABASE_DIRECT", "DATABASE_POOL_MODE", "DATABASE_TLS_REQUIRED", "DATABASE_URL_DIRECT"),
    *("DB_IDLE_IN_TRANSACTION_TIMEOUT", "DB_LOCK_TIMEOUT", "DB_STATEMENT_TIMEOUT"),
    *("DEV_MODE", "HTTPS_REDIRECT_ENABLED", "SECURITY_CONTACT", "SECURITY_HSTS_ENABLED"),
    *("DEFAULT_FROM_EMAIL", "EMAIL_URL", "EMAIL_VERIFICATION", "REDIS_URL", "SECRET_KEY"),
    "SUPPORT_EMAIL",
    *(
        "DB_MAX_CONNECTIONS",
        "DISPOSABLE_EMAIL_DOMAINS",
        "DRAIN_SECONDS",
        "EGRESS_ALLOW",
        "EXPORT_DIR",
        "FRONTEND_PORT",
        "GITHUB_CLIENT_ID",
        "GITHUB_CLIENT_SECRET",
        "GOOGLE_CLIENT_ID",
        "GOOGLE_CLIENT_SECRET",
        "LLM_PRICES",
        "LOG_FORMAT",
        "LOG_LEVEL",
        "MAINTENANCE_MODE",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_SERVICE_NAME",
        "METRICS_TOKEN",
        "RATE_LIMIT_GENERAL",
        "RATE_LIMIT_GENERATION",
        "SENTRY_DSN",
        "SENTRY_ENVIRONMENT",
        "SENTRY_PROFILES_SAMPLE_RATE",
        "SENTRY_RELEASE",
        "SENTRY_TRACES_SAMPLE_RATE",
        "STAFF_SECOND_FACTOR",
        "STRIPE_ALLOW_MODE_MISMATCH",
        "STRIPE_API_BASE",
        "STRIPE_API_VERSION",
        "STRIPE_AUTOMATIC_TAX",
        "STRIPE_PRICE_ID_BUSINESS",
        "STRIPE_PRICE_ID_BUSINESS_YEARLY",
        "STRIPE_PRICE_ID_PRO",
        "STRIPE_PRICE_ID_PRO_YEARLY",
        "STRIPE_PRICE_ID_STARTER",
        "STRIPE_PRICE_ID_STARTER_YEARLY",
        "STRIPE_SECRET_KEY",
        "STRIPE_SENDS_RECEIPTS",
        "STRIPE_SIMULATED",
        "STRIPE_WEBHOOK_SECRET",
        "SUPABASE_SERVICE_ROLE_KEY",
        "SUPABASE_URL",
        "TRUSTED_PROXY_HOPS",
        "UVICORN_WORKERS",
        "VERIFIED_EMAIL_REQUIRED",
        "WORKER_ALIVE_FILE",
    ),
)

# xdist's workers have read their settings already, from the environment that they inherited.
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ.update(dict.fromkeys(UNSET, ""))
    os.environ.update({"LLM_RETRY_FOR": "1", "LLM_RATE_LIMIT_PER_MINUTE": "10000"})
    os.environ["RATE_LIMIT_ENABLED"] = "false"  # tests of limits switch them on
    os.environ["DATA_DIR"] = str(Path(os.environ.get("DATA_DIR") or ROOT / ".data", "test"))
    # Not in pyproject.toml, because it must come after the lines above.
    os.environ["DJANGO_SETTINGS_MODULE"] = "blogai.settings"


def pytest_configure() -> None:
    from django.conf import settings

    allow_only_loopback()
    assert settings.DATABASES  # reads the settings, so that pytest-django sets up Django


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """After failures: what a crash of the tests' own Postgres left in its log."""
    log = Path(os.environ["DATA_DIR"], "postgres.log")
    if not terminalreporter.stats.keys() & {"failed", "error"} or not log.exists():
        return
    lines = log.read_text(errors="replace").splitlines()
    crashes = [
        number for number, line in enumerate(lines) if "PANIC" in line or "terminated by signal" in line
    ]
    if crashes:
        terminalreporter.section("the embedded Postgres crashed")
        terminalreporter.write_line("\n".join(lines[max(0, crashes[0] - 10) : crashes[0] + 30]))


@pytest.fixture(scope="session", autouse=True)
def _fast_hasher() -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def _archives_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> None:
    from django.conf import settings

    storages: Any = settings.STORAGES
    storages["exports"]["OPTIONS"]["location"] = tmp_path_factory.mktemp("exports")


@pytest.fixture(scope="session", autouse=True)
def _replies_as_described() -> Iterator[None]:
    """Every reply of the API, in whatever test, is what /openapi.json says."""
    from blogai.tests.contract import every_reply_checked

    with every_reply_checked():
        yield


@pytest.fixture
def no_lazy_fetches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A GET request that loads a related object or a deferred field on its own raises FieldFetchBlocked.

    In a list, that would be a query for each row.
    """
    from django.db.models import FETCH_RAISE
    from django.test import Client

    get = Client.get

    def guarded(self: Client, *args: Any, **kwargs: Any) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.db.models.query.DEFAULT_FETCH_MODE", FETCH_RAISE)
            return get(self, *args, **kwargs)

    monkeypatch.setattr(Client, "get", guarded)


@pytest.fixture(autouse=True)
def _no_maintenance_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests do not query maintenance mode, so that queries can be counted, except in its own tests."""
    from blogai import maintenance

    monkeypatch.setattr(maintenance.state, "_is_check_due", lambda: False)


@pytest.fixture(autouse=True)
def _no_requests_counted() -> None:
    """No test is refused for the requests of another one."""
    from blogai.core.ratelimit import configured

    configured.forget_requests()


@pytest.fixture(scope="session")
def redis_server() -> Iterator["Redis"]:
    """A Redis that nobody else uses. Tests share it, so each has keys of its own."""
    from blogai.tests.redis import Redis

    server = Redis()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture
def redis_url(redis_server: "Redis", monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Its address, for limiters that wait long for it: the machine may have much else to do."""
    from blogai.core import redis_client

    monkeypatch.setattr(redis_client, "READ_TIMEOUT", 30)
    monkeypatch.setattr(redis_client, "CONNECT_TIMEOUT", 30)
    redis_client.client_for.cache_clear()
    yield redis_server.url
    redis_client.client_for.cache_clear()


@pytest.fixture
def rate_limits(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator["Clock"]:
    """Requests are limited, and none has come yet; the clock stands still unless the test moves it."""
    from django.core.cache import caches

    from accounts import form_limits, ratelimit
    from billing import limits
    from blogai.core.ratelimit.memory import MemoryLimiter
    from blogai.tests.clocks import Clock

    clock = Clock()
    counted = MemoryLimiter(clock)
    settings.RATE_LIMIT_ENABLED = True
    monkeypatch.setattr(ratelimit, "limiter", lambda: counted)
    monkeypatch.setattr(form_limits, "outage_limiter", MemoryLimiter(clock))
    monkeypatch.setattr(limits, "_remembered", {})
    cache = caches["default"]  # that of the test may be another by its end
    cache.clear()
    yield clock
    cache.clear()  # forms are counted in every test


@pytest.fixture(scope="session")
def database_url(django_db_blocker: Any) -> Iterator[str]:
    """The URL of the test database, for tests that start processes."""
    from django.conf import settings

    from blogai import embedded
    from blogai.tests.database import cloned_database, flushing_in_milliseconds

    with ExitStack() as stack, django_db_blocker.unblock():
        if settings.EMBEDDED_DATABASE:
            stack.enter_context(embedded.database(settings.DATA_DIR))
        settings.DATABASE_URL = settings.DATABASE_URL_DIRECT = stack.enter_context(cloned_database())
        stack.enter_context(flushing_in_milliseconds())
        with django_db_blocker.block():
            yield settings.DATABASE_URL


@pytest.fixture(scope="session")
def django_db_setup(database_url: str) -> None:
    """Replaces pytest-django's fixture, which would migrate in every run."""


@pytest.fixture
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of sockets: Channels closes connections between messages, which would end the transaction."""

    async def nothing() -> None: ...

    monkeypatch.setattr("channels.db.close_old_connections", lambda **kwargs: None)
    monkeypatch.setattr("channels.consumer.aclose_old_connections", nothing)


@pytest.fixture
def alice(db: None) -> "User":
    """The owner of the objects in a test."""
    return _person("alice")


@pytest.fixture
def bob(db: None) -> "User":
    """A user invited by alice, where something can be shared."""
    return _person("bob")


@pytest.fixture
def mallory(db: None) -> "User":
    """A stranger with the largest plan, so that no refusal is because of her plan."""
    from billing.tiers import set_tier

    user = _person("mallory")
    set_tier(user=user, tier="business")
    return user


@pytest.fixture
def key_for() -> Callable[..., str]:
    """A raw API key of the user: `key_for(alice, "read", "generate")`; by default with all permissions."""
    from accounts import api_keys

    def make(user: "User", *permissions: str) -> str:
        return api_keys.issue(user, "a test's", permissions or ("read", "generate", "manage"))[1]

    return make


@pytest.fixture
def client_for(
    request: pytest.FixtureRequest, db: None, key_for: Callable[..., str]
) -> Callable[..., "ApiClient"]:
    """A JSON client with a key of the user: `client_for("mallory")`, `client_for(alice, "read")`.

    `None` gives a client without a key, "revoked" one with a revoked key of alice's.
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
