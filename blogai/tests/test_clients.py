"""The client packages in clients/: their own tests, all of which ask one running server."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from blogai.tests.folders import open_folder
from blogai.tests.processes import PROJECT, manage, serving
from generation.llm import simulated

pytestmark = pytest.mark.worker

TYPESCRIPT = PROJECT / "clients" / "typescript"
PYTHON_TESTS = (sys.executable, "-m", "pytest", "clients/python/tests", "-q")
TYPESCRIPT_TESTS = ("node", "--test", "--test-concurrency=1")

MAKE_KEYS = """
from accounts import api_keys
from billing.tiers import set_tier

for name in ("python", "typescript"):
    for tier in ("business", "free"):
        user = User.objects.create_user(email=f"{name}-{tier}@example.com")
        set_tier(user=user, tier=tier)
        print(api_keys.issue(user, "a test's", ("read", "generate"))[1])
"""


@pytest.fixture
def environments() -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """For each client, what names a running server, a key that may do anything, and one on the free plan."""
    with (
        open_folder() as folder,
        simulated.serve(tokens_per_second=400) as model,
        serving(folder, OPENAI_BASE_URL=model.openai_url) as serve,
    ):
        url = serve.url()
        made = manage("shell", "--verbosity", "0", "--command", MAKE_KEYS, data_dir=folder)
        assert made.returncode == 0, made.stderr
        keys = made.stdout.split()
        yield environment(url, *keys[:2]), environment(url, *keys[2:])


def environment(url: str, key: str, free_key: str) -> dict[str, str]:
    return {**os.environ, "BLOG_AI_URL": url, "BLOG_AI_KEY": key, "BLOG_AI_FREE_KEY": free_key}


def test_their_own_tests_pass(environments: tuple[dict[str, str], dict[str, str]]) -> None:
    for_python, for_typescript = environments
    with ThreadPoolExecutor() as side_by_side:
        python = side_by_side.submit(run, PYTHON_TESTS, PROJECT, for_python)
        if is_built():
            files = sorted(str(path) for path in TYPESCRIPT.glob("dist/test/*.test.js"))
            printed = run((*TYPESCRIPT_TESTS, *files), TYPESCRIPT, for_typescript)
            assert re.search(r"^# pass [1-9]", printed, re.M), printed
            assert re.search(r"^# skipped 0$", printed, re.M), printed
        assert re.search(r"^\d+ passed in ", python.result(), re.M), python.result()


def is_built() -> bool:
    """Whether the TypeScript client can be tested: `make test` builds it where there is npm."""
    built = (TYPESCRIPT / "dist" / "built").exists() and shutil.which("node") is not None
    assert built or not os.environ.get("CI"), "CI is set, but there is no node, or `make test` built nothing."
    return built


def run(command: tuple[str, ...], folder: Path, environment: dict[str, str]) -> str:
    """What it prints. Fails with that if the command fails."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
