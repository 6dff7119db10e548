"""A deployment as operators check it: with curl, jq and the script that we ship."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from blogai.tests.folders import open_folder
from blogai.tests.processes import PROJECT, serving

pytestmark = pytest.mark.worker

SCRIPT = PROJECT / "docker" / "scripts" / "post-deploy-verify.sh"
CODE = 'curl -s -o /dev/null -w "%{http_code}"'
CHECKLIST = [
    (f'{CODE} "$API_URL/health"', "200"),
    ("curl -s \"$API_URL/health/db\" | jq -r '.database.connected'", "true"),
    (f'{CODE} "$FRONTEND_URL"', "200"),
    (f'{CODE} "$API_URL/docs"', "200"),
    ("curl -s \"$API_URL/health\" | jq -r '.status'", "healthy"),
    ("curl -s \"$API_URL/health\" | jq -r '.services.database.status'", "up"),
    ("curl -s \"$API_URL/health/db\" | jq '.database.latency_ms | type'", '"number"'),
    ("curl -s \"$API_URL/health/stripe\" | jq -r '.stripe.connected'", "false"),
    ("curl -s \"$API_URL/health/stripe\" | jq '.stripe.webhook_configured'", "false"),
    ("curl -s \"$API_URL/health/sentry\" | jq -r '.sentry.active'", "false"),
    ("curl -s \"$API_URL/health/cache\" | jq -r '.caches.default.connected'", "true"),
]
"""Commands of deployment checklists, with their expected output if Stripe and Sentry are not configured."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with open_folder() as folder, serving(folder) as serve:
        yield serve.url()


def shell(command: str | Path, url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", str(command)],
        env={**os.environ, "API_URL": url, "FRONTEND_URL": url},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(("command", "printed"), CHECKLIST)
def test_a_check_of_the_checklist_passes(url: str, command: str, printed: str) -> None:
    assert shell(command, url).stdout.strip() == printed


def test_our_script_finds_nothing_that_failed(url: str) -> None:
    done = shell(SCRIPT, url)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAIL" not in done.stdout
    verdicts = {line[:16].strip(): line[16:].strip() for line in done.stdout.splitlines() if " PASS" in line}
    assert {"Ready", "Database", "Tables", "Worker", "Pages", "API docs"} <= verdicts.keys()


def test_our_command_finds_only_what_development_is_for(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("verify_deploy", url)
    printed = capsys.readouterr().out.splitlines()
    assert "Debug routes     FAIL: /config-status is HTTP 200, not 404" in printed
    assert {"Socket           PASS", "Headers          PASS", "Worker           PASS"} <= set(printed)
    assert printed[-1] == "1 failed."


def test_our_script_makes_every_check_of_what_is_not_there() -> None:
    done = shell(SCRIPT, "http://127.0.0.1:9")
    assert done.returncode == 1
    assert "Database         FAIL" in done.stdout
    assert "API docs         FAIL: HTTP 000" in done.stdout
