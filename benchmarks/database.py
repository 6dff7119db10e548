"""The Postgres of the benchmarks: a database with accounts and keys, and a copy of it for each server."""

import itertools
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

import psycopg

if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper

PEOPLE = 60
PLAN = "benchmarks"
"""Has no limits, so that no quota interferes with the benchmarks."""


def choose_environment(folder: Path) -> None:
    """Set the environment of this process and its children, overriding a developer's `.env`."""
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "blogai.settings",
            "DATA_DIR": str(folder),
            "SECRET_KEY": secrets.token_urlsafe(48),
            "API_KEY_PEPPER": secrets.token_urlsafe(48),
            "OPENAI_API_KEY": "simulated",
            "LLM_PROVIDER_ORDER": "openai,anthropic",
            "LLM_RATE_LIMIT_PER_MINUTE": "100000",
            "LOG_LEVEL": "WARNING",
            "RATE_LIMIT_ENABLED": "true",  # counting is part of what a request costs
            "RATE_LIMIT_GENERAL": "1000000",
            **dict.fromkeys(("DATABASE_URL", "REDIS_URL", "ENVIRONMENT", "HOST", "PORT", "PUBLIC_URL"), ""),
            **dict.fromkeys(("DATABASE_DIRECT", "DATABASE_POOL_MODE", "DATABASE_URL_DIRECT"), ""),
            **dict.fromkeys(("ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL"), ""),
        }
    )


@dataclass(frozen=True, slots=True)
class Person:
    email: str
    key: str
    session: str
    """The session cookie of a signed-in browser."""


@dataclass(frozen=True, slots=True)
class Database:
    folder: Path
    sockets: str
    people: tuple[Person, ...]
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def copy(self) -> str:
        """The URL of a new copy of the database."""
        from django.db import connection

        name = f"copy_{next(self._numbers)}"
        connection.close()
        cast("DatabaseWrapper", connection).close_pool()  # a template must have no connections
        with psycopg.connect(self._address("postgres"), autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE blogai")
        return self._address(name)

    def _address(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?{urlencode({'host': self.sockets, 'port': 5432})}"


@contextmanager
def prepared_database(folder: Path) -> Iterator[Database]:
    """The database that Django in this process uses, migrated and with accounts."""
    import django
    from django.conf import settings

    from blogai import embedded

    django.setup()
    with embedded.database(folder):
        from blogai.serving import database

        database.prepare()
        yield Database(folder, str(settings.DATABASES["default"]["HOST"]), tuple(_people()))
        database.close_connections()


def _people() -> Iterator[Person]:
    from django.conf import settings
    from django.test import Client

    from accounts import api_keys
    from accounts.models import User
    from billing.models import TierLimit
    from billing.tiers import set_tier

    plan = TierLimit.objects.get(tier="business")
    plan.tier, plan.position = PLAN, 100
    plan.posts_per_month = plan.posts_per_day = None
    plan.concurrent_runs = plan.requests_per_minute = plan.requests_per_hour = 1_000_000
    plan.save(force_insert=True)
    for number in range(PEOPLE):
        user = User.objects.create_user(email=f"bench-{number}@example.org")
        set_tier(user=user, tier=PLAN)
        browser = Client()
        browser.force_login(user)
        _, key = api_keys.issue(user, "benchmarks", ("read", "generate"))
        yield Person(user.email, key, cast(str, browser.cookies[settings.SESSION_COOKIE_NAME].value))
