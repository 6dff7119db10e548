"""A wrong variable stops the start with one sentence that names it; a right one in a file is read."""

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
}

WRONG: list[tuple[dict[str, str], str]] = [
    ({"PORT": "eighty"}, "PORT"),
    ({"PORT": "99999"}, "PORT"),
    ({"ENVIRONMENT": "prod"}, "ENVIRONMENT"),
    ({"HTTPS_REDIRECT_ENABLED": "perhaps"}, "HTTPS_REDIRECT_ENABLED"),
    ({"DATABASE_URL": "mysql://nowhere"}, "DATABASE_URL"),
    ({"REDIS_URL": "http://nowhere"}, "REDIS_URL"),
    ({"LLM_PROVIDER_ORDER": "openai,skynet"}, "LLM_PROVIDER_ORDER"),
    ({"LLM_IDLE_TIMEOUT": "nan"}, "LLM_IDLE_TIMEOUT"),
    ({"LLM_COLD_START_TIMEOUT": "-1"}, "LLM_COLD_START_TIMEOUT"),
    ({"OPENAI_API_TYPE": "aws"}, "OPENAI_API_TYPE"),
    ({"OPENAI_EXTRA_HEADERS": "X-Title"}, "OPENAI_EXTRA_HEADERS"),
    ({"OPENAI_EXTRA_HEADERS": "X Title: Blog AI"}, "OPENAI_EXTRA_HEADERS"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY"),
    ({"OPENAI_API_KEY_FILE": "/no/such/file"}, "OPENAI_API_KEY"),
    ({**PRODUCTION, "SECRET_KEY": ""}, "SECRET_KEY"),
    ({**PRODUCTION, "API_KEY_PEPPER": ""}, "API_KEY_PEPPER"),
    ({**PRODUCTION, "DATABASE_URL": ""}, "DATABASE_URL"),
    ({**PRODUCTION, "ALLOWED_ORIGINS": "*"}, "ALLOWED_ORIGINS"),
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
    assert done.stderr.count("\n") == 1, done.stderr


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(LONG)
    variables = {**PRODUCTION, "SECRET_KEY_FILE": str(tmp_path / "secret")}
    del variables["SECRET_KEY"]
    assert check(tmp_path, variables).returncode == 0


def test_extra_headers_are_read_as_pairs(tmp_path: Path) -> None:
    done = check(
        tmp_path, {"OPENAI_EXTRA_HEADERS": "X-Title: Blog AI; HTTP-Referer: https://blog.example.org;"}
    )

    pairs = "(('X-Title', 'Blog AI'), ('HTTP-Referer', 'https://blog.example.org'))"
    assert f"OPENAI_EXTRA_HEADERS = {pairs}" in done.stdout
