"""In production, what leaves this machine for Postgres is encrypted."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from blogai.database_address import connection_to


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("postgres://db.example.org/blogai", "require"),
        ("postgres://db.example.org/blogai?sslmode=verify-full", "verify-full"),
        ("postgres://127.0.0.1,db.example.org/blogai", "require"),
        ("postgres:///blogai?service=elsewhere", "require"),
        ("postgres://localhost/blogai", None),
        ("postgres://[::1]/blogai", None),
        ("postgres:///blogai?host=/run/postgresql", None),
        ("postgres:///blogai", None),
    ],
)
def test_it_is_unless_it_stays_on_this_machine(url: str, mode: str | None) -> None:
    assert connection_to("DATABASE_URL", url, encrypted=True).get("OPTIONS", {}).get("sslmode") == mode


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer"])
def test_plain_text_is_refused_in_a_sentence_without_the_password(mode: str) -> None:
    url = f"postgres://blogai:canary@db/blogai?sslmode={mode}"
    with pytest.raises(ImproperlyConfigured, match=rf"DATABASE_URL .* sslmode={mode}\. Use .*") as refused:
        connection_to("DATABASE_URL", url, encrypted=True)
    assert "canary" not in str(refused.value)


def test_what_libpq_reads_itself_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLMODE", "verify-ca")
    url = "postgres://db.example.org/blogai"
    assert connection_to("DATABASE_URL", url, encrypted=True)["OPTIONS"]["sslmode"] == "verify-ca"
    monkeypatch.setenv("PGHOST", "db.example.org")
    monkeypatch.setenv("PGSSLMODE", "allow")
    with pytest.raises(ImproperlyConfigured, match="sslmode=allow"):
        connection_to("DATABASE_URL", "postgres:///blogai", encrypted=True)
