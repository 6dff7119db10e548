"""A wrong variable stops the start with an error that names it; variables can be read from files."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.worker

PROJECT = Path(__file__).resolve().parent.parent.parent
LONG = "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": LONG,
    "API_KEY_PEPPER": LONG,
    "DATABASE_URL": "postgresql://blogai@database.example.org/blogai",
    "PUBLIC_URL": "https://blog.example.org",
    "ALLOWED_HOSTS": "blog.example.org,api.example.org",
    "TRUSTED_PROXY_HOPS": "1",
}

WRONG: list[tuple[dict[str, str], str]] = [
    ({"PORT": "eighty"}, "PORT"),
    ({"PORT": "99999"}, "PORT"),
    ({"ENVIRONMENT": "prod"}, "ENVIRONMENT"),
    ({"SENTRY_DSN": "https://sentry.io/canary"}, "SENTRY_DSN must look like https://key@host/1"),
    ({"SENTRY_TRACES_SAMPLE_RATE": "10"}, "SENTRY_TRACES_SAMPLE_RATE must be between 0 and 1"),
    ({"LOG_FORMAT": "xml"}, "LOG_FORMAT must be one of json, console"),
    ({"HTTPS_REDIRECT_ENABLED": "perhaps"}, "HTTPS_REDIRECT_ENABLED"),
    ({"DATABASE_URL": "mysql://nowhere"}, "DATABASE_URL"),
    (
        {**PRODUCTION, "DATABASE_URL_DIRECT": "postgres://db/x?sslmode=disable"},
        "DATABASE_URL_DIRECT sends pass",
    ),
    ({"REDIS_URL": "http://nowhere"}, "REDIS_URL"),
    ({"DATABASE_URL": "postgres://blogai:canary/1@nowhere/blogai"}, "DATABASE_URL isn't a valid address"),
    ({"EMAIL_URL": "smtp://blogai:canary#1@nowhere:25"}, "EMAIL_URL isn't a valid address"),
    ({"LLM_PROVIDER_ORDER": "openai,skynet"}, "LLM_PROVIDER_ORDER"),
    ({"LLM_IDLE_TIMEOUT": "nan"}, "LLM_IDLE_TIMEOUT"),
    ({"LLM_PRICES": "gpt-5.2=1.75"}, "LLM_PRICES isn't valid JSON"),
    ({"LLM_PRICES": "[1]"}, "LLM_PRICES must be a JSON object"),
    ({"LLM_PRICES": '{"m": 1}'}, "LLM_PRICES: m must look like"),
    ({"LLM_PRICES": '{"m": {"input": "1"}}'}, "LLM_PRICES: m must look like"),
    ({"LLM_PRICES": '{"m": {"input": "1", "output": "2", "currency": "EUR"}}'}, "LLM_PRICES: m must look"),
    ({"LLM_PRICES": '{"m": {"input": "1", "output": "cheap"}}'}, "LLM_PRICES: a price of m"),
    ({"LLM_PRICES": '{"m": {"input": "nan", "output": 1}}'}, "LLM_PRICES: a price of m"),
    ({"LLM_PRICES": '{"m": {"input": true, "output": 1}}'}, "LLM_PRICES: a price of m"),
    ({"LLM_PRICES": '{"m": {"input": -1, "output": 1}}'}, "LLM_PRICES: a price of m"),
    ({"LLM_PRICES": '{"m": {"input": 1, "output": 1, "context": "8k"}}'}, "LLM_PRICES: the context of m"),
    ({"LLM_PRICES_FILE": "/no/such/file"}, "LLM_PRICES_FILE"),
    ({"LLM_COLD_START_TIMEOUT": "-1"}, "LLM_COLD_START_TIMEOUT"),
    ({"OPENAI_API_TYPE": "aws"}, "OPENAI_API_TYPE"),
    ({"OPENAI_EXTRA_HEADERS": "X-Title"}, "OPENAI_EXTRA_HEADERS"),
    ({"OPENAI_EXTRA_HEADERS": "X Title: Blog AI"}, "OPENAI_EXTRA_HEADERS"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY"),
    ({"SECRET_KEY_FALLBACKS": f"{LONG},canary"}, "Each secret in SECRET_KEY_FALLBACKS must have"),
    ({"API_KEY_PEPPER_NEXT": "canary"}, "API_KEY_PEPPER_NEXT must have"),
    ({"GOOGLE_CLIENT_ID": "x"}, "Set both GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET, or neither"),
    ({"GITHUB_CLIENT_SECRET": "canary"}, "Set both GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET, or neither"),
    ({"SUPABASE_SERVICE_ROLE_KEY": "canary"}, "Set both SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY"),
    ({**PRODUCTION, "SUPABASE_URL": "http://x.supabase.co"}, "SUPABASE_URL must start with https://"),
    ({"STAFF_SECOND_FACTOR": "perhaps"}, "STAFF_SECOND_FACTOR"),
    ({"VERIFIED_EMAIL_REQUIRED": "perhaps"}, "VERIFIED_EMAIL_REQUIRED"),
    ({"DISPOSABLE_EMAIL_DOMAINS_FILE": "/no/such/file"}, "DISPOSABLE_EMAIL_DOMAINS_FILE"),
    ({"OPENAI_API_KEY_FILE": "/no/such/file"}, "OPENAI_API_KEY"),
    ({**PRODUCTION, "SECRET_KEY": ""}, "SECRET_KEY"),
    ({**PRODUCTION, "API_KEY_PEPPER": ""}, "API_KEY_PEPPER"),
    ({**PRODUCTION, "DATABASE_URL": ""}, "DATABASE_URL"),
    ({**PRODUCTION, "ALLOWED_ORIGINS": "*"}, "ALLOWED_ORIGINS"),
    ({**PRODUCTION, "ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
    ({**PRODUCTION, "ALLOWED_HOSTS": "blog.example.org,*"}, "ALLOWED_HOSTS"),
    ({**PRODUCTION, "ALLOWED_HOSTS": "example.org"}, "the host of PUBLIC_URL, blog.example.org"),
    ({**PRODUCTION, "TRUSTED_PROXY_HOPS": ""}, "TRUSTED_PROXY_HOPS to the number of proxies"),
    ({**PRODUCTION, "TRUSTED_PROXY_HOPS": "0"}, "HTTPS_REDIRECT_ENABLED=false"),
    ({**PRODUCTION, "DEV_MODE": "true"}, "DEV_MODE"),
    ({"ENVIRONMENT": "staging", "SECRET_KEY": LONG, "API_KEY_PEPPER": LONG, "DEV_MODE": "1"}, "DEV_MODE"),
    ({"SECURITY_CONTACT": "security"}, "SECURITY_CONTACT"),
    ({"SUPPORT_EMAIL": "support"}, "SUPPORT_EMAIL must be one email address"),
    ({"SUPPORT_EMAIL": "a@example.org, b@example.org"}, "SUPPORT_EMAIL must be one email address"),
    ({"SUPPORT_EMAIL": "Help <help@example.org>"}, "SUPPORT_EMAIL must be one email address"),
    ({"STRIPE_SECRET_KEY": "pk_test_1"}, "STRIPE_SECRET_KEY must be a secret"),
    ({"STRIPE_SECRET_KEY": "sk_live_canary"}, "live key, but ENVIRONMENT is development"),
    ({**PRODUCTION, "STRIPE_SECRET_KEY": "rk_test_canary"}, "test key, but ENVIRONMENT is production"),
    ({"STRIPE_WEBHOOK_SECRET": "whsec_1,canary"}, "STRIPE_WEBHOOK_SECRET lists"),
    ({"STRIPE_PRICE_ID_PRO": "price_1", "STRIPE_PRICE_ID_STARTER": "price_1"}, "STRIPE_PRICE_ID_"),
    ({**PRODUCTION, "STRIPE_API_BASE": "http://stripe.example"}, "STRIPE_API_BASE"),
    ({**PRODUCTION, "STRIPE_SIMULATED": "true"}, "STRIPE_SIMULATED would give plans away"),
    ({"STRIPE_SIMULATED": "1", "STRIPE_SECRET_KEY": "sk_test_canary"}, "unset STRIPE_SECRET_KEY"),
    ({"STRIPE_SIMULATED": "1", "STRIPE_PRICE_ID_PRO": "price_1"}, "unset STRIPE_PRICE_ID_PRO"),
    ({"UVICORN_WORKERS": "two"}, "UVICORN_WORKERS"),
    ({"EGRESS_ALLOW": "hooks.example:443"}, "EGRESS_ALLOW"),
    ({"EGRESS_ALLOW": "10.0.0.7"}, "EGRESS_ALLOW"),
    ({**PRODUCTION, "EGRESS_ALLOW": "127.0.0.1:9000"}, "EGRESS_ALLOW"),
]


def check(tmp_path: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "diffsettings"],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "DATA_DIR": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(("variables", "name"), WRONG, ids=lambda value: str(value)[:40])
def test_a_wrong_value_is_one_sentence_that_names_it(
    tmp_path: Path, variables: dict[str, str], name: str
) -> None:
    done = check(tmp_path, variables)
    assert done.returncode == 1
    assert name in done.stderr
    assert "canary" not in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr


@pytest.mark.parametrize(
    "variables",
    [
        {"STRIPE_SIMULATED": "true"},
        {"STRIPE_SECRET_KEY": "sk_test_1"},
        {"STRIPE_SECRET_KEY": "rk_live_1", "STRIPE_ALLOW_MODE_MISMATCH": "true"},
        {**PRODUCTION, "STRIPE_SECRET_KEY": "sk_live_1"},
        {**PRODUCTION, "STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_ALLOW_MODE_MISMATCH": "true"},
    ],
)
def test_a_key_of_stripe_that_belongs_here_is_taken(tmp_path: Path, variables: dict[str, str]) -> None:
    assert check(tmp_path, variables).returncode == 0


@pytest.mark.parametrize(
    ("variables", "origins"),
    [
        ({}, []),
        (
            {"STRIPE_SECRET_KEY": "sk_test_1"},
            ["https://checkout.stripe.com", "https://billing.stripe.com"],
        ),
        (
            {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_API_BASE": "http://127.0.0.1:12111/v"},
            ["http://127.0.0.1:12111"],
        ),
    ],
)
def test_forms_lead_to_this_site_and_to_where_one_pays(
    tmp_path: Path, variables: dict[str, str], origins: list[str]
) -> None:
    policy = re.search(r"^SECURE_CSP = (.*)$", check(tmp_path, variables).stdout, re.MULTILINE)
    assert policy
    assert re.search(r"'form-action': \[<CSP.SELF: .*?>(.*?)\]", policy[1])[1] == "".join(  # type: ignore[index]
        f", '{origin}'" for origin in origins
    )


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(LONG)
    variables = {**PRODUCTION, "SECRET_KEY_FILE": str(tmp_path / "secret")}
    del variables["SECRET_KEY"]
    assert check(tmp_path, variables).returncode == 0


def test_every_value_of_the_example_is_accepted(tmp_path: Path) -> None:
    """Uncommented, as a copy of it would be; what stands behind a value is part of it."""
    example = (PROJECT / ".env.example").read_text()
    variables = dict(re.findall(r"^#([A-Z][A-Z0-9_]*)=(.*)$", example, re.MULTILINE))
    done = check(tmp_path, {**variables, "DATA_DIR": str(tmp_path)})
    assert (done.returncode, done.stderr) == (0, "")


def test_prices_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "prices.json").write_text('{"my-model": {"input": 0.2, "output": "0.80", "context": 32768}}')
    done = check(tmp_path, {"LLM_PRICES_FILE": str(tmp_path / "prices.json")})
    listed = "Listing(input=Decimal('0.2'), output=Decimal('0.80'), context=32768, version='own')"
    assert f"LLM_PRICES = {{'my-model': {listed}}}" in done.stdout


def test_a_list_of_domains_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "domains.txt").write_text("Trashmail.com\n\nmailinator.com, yopmail.com\n")
    done = check(tmp_path, {"DISPOSABLE_EMAIL_DOMAINS_FILE": str(tmp_path / "domains.txt")})
    (line,) = re.findall(r"^DISPOSABLE_EMAIL_DOMAINS = frozenset\((.*?)\)", done.stdout, re.MULTILINE)
    assert set(re.findall(r"'([^']*)'", line)) == {"trashmail.com", "mailinator.com", "yopmail.com"}


def test_a_provider_that_is_set_up_may_be_sent_a_form(tmp_path: Path) -> None:
    variables = {"GITHUB_CLIENT_ID": "x", "GITHUB_CLIENT_SECRET": "y"}
    assert "'https://github.com'" in check(tmp_path, variables).stdout.partition("'form-action'")[2][:80]
    assert "github.com" not in check(tmp_path, {}).stdout.partition("'form-action'")[2][:80]


def test_what_production_asks_of_accounts(tmp_path: Path) -> None:
    for variables, asked in ((PRODUCTION, "True"), ({}, "False")):
        said = check(tmp_path, variables).stdout
        assert f"STAFF_SECOND_FACTOR = {asked}" in said
        assert f"VERIFIED_EMAIL_REQUIRED = {asked}" in said


def test_extra_headers_are_read_as_pairs(tmp_path: Path) -> None:
    done = check(
        tmp_path, {"OPENAI_EXTRA_HEADERS": "X-Title: Blog AI; HTTP-Referer: https://blog.example.org;"}
    )

    pairs = "(('X-Title', 'Blog AI'), ('HTTP-Referer', 'https://blog.example.org'))"
    assert f"OPENAI_EXTRA_HEADERS = {pairs}" in done.stdout


def test_the_first_host_is_the_sites_unless_public_url_names_another(tmp_path: Path) -> None:
    done = check(tmp_path, {**PRODUCTION, "PUBLIC_URL": ""})
    assert "PUBLIC_URL = 'https://blog.example.org'" in done.stdout
    done = check(tmp_path, {**PRODUCTION, "PUBLIC_URL": "https://api.example.org"})
    assert "PUBLIC_URL = 'https://api.example.org'" in done.stdout


@pytest.mark.parametrize(("direct", "host"), [("true", "postgres.example.org"), ("", "pooler.example.org")])
def test_commands_connect_directly_and_web_processes_through_the_pooler(
    tmp_path: Path, direct: str, host: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(settings.DATABASES)"],
        cwd=PROJECT,
        env={
            "PATH": "/usr/bin:/bin",
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "blogai.settings",
            "DATABASE_URL": "postgresql://blogai@pooler.example.org:6543/blogai",
            "DATABASE_URL_DIRECT": "postgresql://blogai@postgres.example.org/blogai",
            "DATABASE_DIRECT": direct,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert f"'HOST': '{host}'" in done.stdout
    assert f"'DISABLE_SERVER_SIDE_CURSORS': {not direct}" in done.stdout


def test_a_private_network_may_do_without_tls(tmp_path: Path) -> None:
    plain = {
        **PRODUCTION,
        "DATABASE_URL": "postgres://db/x?sslmode=disable",
        "DATABASE_TLS_REQUIRED": "false",
    }
    assert "'sslmode': 'disable'" in check(tmp_path, plain).stdout


def test_manage_py_is_such_a_command(tmp_path: Path) -> None:
    addresses = {
        "DATABASE_URL": "postgresql://blogai@pooler.example.org:6543/blogai",
        "DATABASE_URL_DIRECT": "postgresql://blogai@postgres.example.org/blogai",
    }
    assert "'HOST': 'postgres.example.org'" in check(tmp_path, addresses).stdout
