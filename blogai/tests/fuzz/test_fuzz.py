"""Schemathesis asks a real server what /openapi.json allows, and what it does not.

It finds the routes by itself. If it complains of one, its curl line says what was asked: either the route or
its description is wrong.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from blogai.tests.folders import open_folder
from blogai.tests.processes import PROJECT, Serve, manage, serving
from generation.llm import simulated

pytestmark = [pytest.mark.worker, pytest.mark.timeout(400)]

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
PEOPLE = ("alice", "mallory")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


@pytest.fixture
def server(data_dir: Path) -> Iterator[tuple[Serve, str]]:
    """A server with a model that answers at once, and its address."""
    variables = {"RATE_LIMIT_ENABLED": "false"}  # nearly every reply would be 429
    with (
        simulated.serve() as model,
        serving(data_dir, OPENAI_BASE_URL=model.openai_url, **variables) as serve,
    ):
        yield serve, serve.url()
        assert len(model.calls) > 50, "hardly a post was written, so hardly anything was looked at"


@pytest.fixture
def users(data_dir: Path, server: object) -> Path:
    """The file in which Schemathesis finds a key of each, on a plan that is large enough."""
    file = data_dir / "users.json"
    file.write_text(json.dumps({"auth": [_user(name, data_dir) for name in PEOPLE]}))
    return file


def test_every_reply_is_as_described_whatever_is_asked(server: tuple[Serve, str], users: Path) -> None:
    serve, url = server
    asked = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION)),
            *("run", f"{url}/openapi.json", "--checks", "all", "--no-color"),
        ],
        cwd=PROJECT,
        env={**os.environ, "BLOG_AI_USERS": str(users), "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
    )
    assert asked.returncode == 0, asked.stdout + asked.stderr
    assert set(re.findall(r"✅ +(Examples|Coverage|Fuzzing|Stateful) \(", asked.stdout)) == {
        *("Examples", "Coverage", "Fuzzing", "Stateful")
    }
    errors = [n for n, line in enumerate(serve.printed) if "Traceback" in line or " ERROR " in line]
    assert not errors, "\n".join(serve.printed[errors[0] : errors[0] + 60])


def _user(name: str, data_dir: Path) -> dict[str, object]:
    account = ("--email", f"{name}@example.com")
    may = ("--create-user", "--permissions", "read,generate,manage")
    key = manage("create_api_key", *account, *may, data_dir=data_dir).stdout.strip()
    manage("set_tier", *account, "business", data_dir=data_dir)
    return {"name": name, "fixedHeaders": [{"name": "X-API-Key", "value": key}]}
