"""`manage.py check_config`: a good installation passes each line, and each mistake is told by its own."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import Error, Tags, run_checks

from blogai.configuration import checklist, env_file, spelling
from blogai.configuration.checklist import State
from blogai.mail import mailer
from blogai.tests.processes import PROJECT
from blogai.tests.test_settings import LONG

DATABASE = "postgresql://blogai@database.blog.test/blogai"
PRIVATE = "postgres://blogai@postgres/blogai"
GOOD: dict[str, Any] = {
    "ENVIRONMENT": "production",
    "DEVELOPMENT": False,
    "DEV_MODE": False,
    "SECRET_KEY": LONG,
    "API_KEY_PEPPER": LONG[::-1],
    "PUBLIC_URL": "https://blog.test",
    "ALLOWED_ORIGINS": ["https://blog.test"],
    "CORS_ALLOW_ALL_ORIGINS": False,
    "ALLOWED_HOSTS": ["blog.test", "localhost"],
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "TRUSTED_PROXY_HOPS": 1,
    "RATE_LIMIT_ENABLED": True,
    "STAFF_SECOND_FACTOR": True,
    "EMAIL_VERIFICATION": "mandatory",
    "VERIFIED_EMAIL_REQUIRED": True,
    "EMBEDDED_DATABASE": False,
    "DATABASE_URL": DATABASE,
    "DATABASE_URL_DIRECT": DATABASE,
    "DATABASE_TLS_REQUIRED": True,
    "REDIS_URL": "redis://redis:6379/0",
    "MAILERS": {"default": mailer("smtp+tls://mail.blog.test")},
    "DEFAULT_FROM_EMAIL": "Blog AI <hello@blog.test>",
    "SUPPORT_EMAIL": "help@blog.test",
    "OPENAI_API_KEY": "key",
    "STRIPE_SIMULATED": False,
    "STRIPE_SECRET_KEY": "sk_live_1",
    "STRIPE_LIVE_MODE": True,
    "STRIPE_WEBHOOK_SECRETS": ["whsec_1"],
    "STRIPE_PRICE_IDS": {"starter": "price_1", "pro": "price_2", "pro_yearly": ""},
    "SENTRY_DSN": "https://key@sentry.test/1",
    "SENTRY_ENVIRONMENT": "production",
    "LOG_FORMAT": "json",
    "LOG_LEVEL": "INFO",
    "MAINTENANCE_MODE": False,
}
E, W = State.ERROR, State.WARNING
BAD: list[tuple[Mapping[str, Any], str, State, str]] = [
    ({"ENVIRONMENT": "staging"}, "environment", E, "ENVIRONMENT is staging"),
    ({"DEV_MODE": True}, "dev_mode", E, "DEV_MODE lets requests"),
    ({"DEBUG": True}, "debug_routes", E, "error pages show variables"),
    ({"DEVELOPMENT": True}, "debug_routes", E, "/config-status answer"),
    ({"CORS_ALLOW_ALL_ORIGINS": True}, "origins", E, "any site"),
    ({"ALLOWED_ORIGINS": ["http://blog.test"]}, "origins", E, "http://blog.test"),
    ({"ALLOWED_HOSTS": ["*"]}, "hosts", E, "'*'"),
    ({"ALLOWED_HOSTS": ["api.yourdomain.com"]}, "hosts", E, "only an example"),
    ({"ALLOWED_HOSTS": [".blog.test"]}, "hosts", W, "every name below it"),
    ({"PUBLIC_URL": "http://blog.test"}, "public_url", E, "don't use HTTPS"),
    ({"SECURE_SSL_REDIRECT": False}, "https_redirect", W, "only if the proxy redirects"),
    ({"SECURE_HSTS_SECONDS": 0}, "hsts", W, "only if the proxy sends"),
    ({"TRUSTED_PROXY_HOPS": 0}, "proxies", W, "share its rate limits"),
    ({"SECURE_CSP": {}}, "content_security_policy", E, "no Content-Security-Policy"),
    ({"SECURE_CSP": {"script-src": ["'unsafe-inline'"]}}, "content_security_policy", E, "'unsafe-inline'"),
    ({"SECURE_CSP": {"object-src": ["'none'"]}}, "content_security_policy", E, "no default-src"),
    ({"RATE_LIMIT_ENABLED": False}, "rate_limits", E, "guessing passwords"),
    ({"SECRET_KEY": "change-me" * 6}, "secrets", E, "SECRET_KEY looks made up"),
    ({"API_KEY_PEPPER": "ab" * 30}, "secrets", E, "API_KEY_PEPPER looks made up"),
    ({"API_KEY_PEPPER": LONG}, "secrets", E, "are the same"),
    ({"STAFF_SECOND_FACTOR": False}, "second_factor", E, "password alone"),
    ({"VERIFIED_EMAIL_REQUIRED": False}, "confirmed_addresses", W, "isn't theirs"),
    ({"EMBEDDED_DATABASE": True}, "database_tls", E, "for laptops"),
    ({"DATABASE_TLS_REQUIRED": False}, "database_tls", E, "DATABASE_URL leads out of your network"),
    (
        {"DATABASE_TLS_REQUIRED": False, "DATABASE_URL": PRIVATE, "DATABASE_URL_DIRECT": PRIVATE},
        "database_tls",
        W,
        "a network nobody else",
    ),
    ({"REDIS_URL": ""}, "redis", E, "2 web processes need it"),
    ({"REDIS_URL": "", "WEB_PROCESSES": 1}, "redis", W, "only one web process"),
    ({"REDIS_URL": "redis://redis.blog.test"}, "redis", E, "Use rediss://"),
    ({"MAILERS": {"default": mailer("")}}, "mail", E, "EMAIL_URL isn't set"),
    ({"MAILERS": {"default": mailer("smtp://mail.blog.test")}}, "mail", W, "clear text"),
    ({"DEFAULT_FROM_EMAIL": "Blog AI <hello@blog-ai.localhost>"}, "mail", E, "mail servers refuse"),
    ({"SUPPORT_EMAIL": ""}, "mail", W, "/contact has no form"),
    ({"OPENAI_API_KEY": ""}, "models", E, "no post can be written"),
    ({"STRIPE_SIMULATED": True}, "stripe", E, "gives plans away"),
    ({"STRIPE_SECRET_KEY": ""}, "stripe", W, "nobody can buy"),
    ({"STRIPE_LIVE_MODE": False}, "stripe", E, "test key"),
    ({"STRIPE_WEBHOOK_SECRETS": []}, "stripe", E, "up to an hour late"),
    ({"STRIPE_PRICE_IDS": {"pro": "", "pro_yearly": ""}}, "stripe", W, "No price for pro:"),
    ({"SENTRY_DSN": ""}, "sentry", W, "only in the log"),
    ({"SENTRY_ENVIRONMENT": "staging"}, "sentry", W, "not production"),
    ({"LOG_LEVEL": "DEBUG"}, "log", W, "fills disks"),
    ({"LOG_FORMAT": "console"}, "log", W, "collectors"),
    ({"MAINTENANCE_MODE": True}, "is_open", W, "starts closed"),
]


def judged(settings: Any, changes: Mapping[str, Any]) -> dict[str, checklist.Finding]:
    for name, value in {**GOOD, **changes}.items():
        setattr(settings, name, value)
    return {each.judge.__name__: each.judge() for each in checklist.LINES}


def test_a_good_installation_passes_every_line(settings: Any) -> None:
    findings = judged(settings, {})
    assert {name: found.sentence for name, found in findings.items() if found.state != State.OK} == {}
    assert {each.state for each in checklist.results()} == {State.OK}  # Django's own checks too


@pytest.mark.parametrize(("changes", "name", "state", "sentence"), BAD, ids=lambda value: str(value)[:40])
def test_a_mistake_is_told_by_its_line(
    settings: Any, changes: Mapping[str, Any], name: str, state: State, sentence: str
) -> None:
    found = judged(settings, changes)[name]
    assert (found.state, sentence in found.sentence) == (state, True), found.sentence


def test_every_mistake_has_a_line_and_every_line_a_mistake() -> None:
    always = {"hashed_keys"}  # no setting decides it
    assert {each.judge.__name__ for each in checklist.LINES} - always == {name for _, name, *_ in BAD}


def test_personal_data_at_sentry_is_an_error(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from blogai import sentry

    options = sentry.options()
    for change in ({"send_default_pii": True}, {"before_send": None}, {"include_local_variables": True}):
        monkeypatch.setattr(sentry, "options", lambda change=change: {**options, **change})
        assert judged(settings, {})["sentry"].state == State.ERROR


def test_a_table_with_whole_keys_is_an_error(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blogai.configuration.access.KEY_COLUMNS", {"digest", "salt"})
    assert judged(settings, {})["hashed_keys"].state == State.ERROR


def test_the_same_list_is_part_of_djangos_checks(settings: Any) -> None:
    judged(settings, {"RATE_LIMIT_ENABLED": False})
    messages = run_checks(tags=[Tags.security], include_deployment_checks=True)
    (message,) = (each for each in messages if not each.is_silenced())
    assert isinstance(message, Error)
    assert (message.id, "https://blog.test/" in str(message.hint)) == ("blogai.rate_limits", True)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("NEXT_PUBLIC_API_URL", "does nothing. There's no separate frontend"),
        ("NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY", "STRIPE_SECRET_KEY is enough"),
        ("NEXT_PUBLIC_ELSE", "isn't a variable of Blog AI."),
        ("STRIPE_CURRENCY", "isn't a variable of Blog AI."),
        ("RATE_LIMIT_ENABLE", "Did you mean RATE_LIMIT_ENABLED?"),
    ],
)
def test_a_variable_that_does_nothing_is_named(name: str, sentence: str) -> None:
    (advice,) = spelling.advice([name, "REDIS_PORT", "GITHUB_TOKEN", "PATH"])
    assert advice.startswith(f"{name} ")
    assert sentence in advice


def test_in_a_file_of_ours_every_name_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ".env.production"
    path.write_text("# COMMENT=1\nPORT=8000\nCOLOR=red\nHOST='::'\nLOG_LEVEL=INFO # or DEBUG\nPORT=8001\n")
    monkeypatch.setenv("ENV_FILE", str(path))
    assert [sentence for sentence in env_file.advice() if not sentence.startswith("RATE")] == [
        "HOST has quotes around its value, and Docker keeps them.",
        "LOG_LEVEL has a comment after its value, which becomes part of it.",
        "PORT stands there twice; the last one counts.",
        "COLOR isn't a variable of Blog AI.",
    ]


@pytest.mark.worker
def test_the_command_reads_a_file_and_says_what_keeps_it_from_starting(tmp_path: Path) -> None:
    path = tmp_path / ".env.production"
    path.write_text("ENVIRONMENT=production\nALLOWED_HOST=blog.test\n")
    done = subprocess.run(
        [sys.executable, "manage.py", "check_config", "--json", f"--env-file={path}"],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (1, "")
    refused, misspelt = json.loads(done.stdout)
    assert (refused["state"], misspelt["state"]) == ("error", "warning")
    assert "ALLOWED_HOSTS must name the hosts" in refused["sentence"]
    assert "Did you mean ALLOWED_HOSTS?" in misspelt["sentence"]
