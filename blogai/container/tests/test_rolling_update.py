"""`docker/scripts/rolling-update.sh`: an old container stops only after new ones are ready."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from blogai.tests.processes import PROJECT

pytestmark = pytest.mark.worker

FAKE = Path(__file__).with_name("fake_docker.py")


class Docker:
    """A fake docker with two web containers and a worker of version 1."""

    def __init__(self, folder: Path) -> None:
        self._state = folder / "state.json"
        self._state.write_text(
            json.dumps({"containers": {"blog-ai-1-a": 9, "blog-ai-1-b": 9, "worker-1-a": 9}, "asked": []})
        )
        program = folder / "docker"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} {FAKE} "$@"\n')
        program.chmod(0o755)
        self._path = f"{folder}:{os.environ['PATH']}"

    def update(self, version: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PROJECT / "docker/scripts/rolling-update.sh"],
            env={"PATH": self._path, "FAKE_DOCKER": str(self._state), "VERSION": version, **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )

    @property
    def containers(self) -> set[str]:
        return set(json.loads(self._state.read_text())["containers"])

    @property
    def asked(self) -> list[str]:
        return [
            words.replace("compose -f docker-compose.prod.yml ", "")
            for words in json.loads(self._state.read_text())["asked"]
            if " ps " not in words and "version" not in words
        ]


@pytest.fixture
def docker(tmp_path: Path) -> Docker:
    return Docker(tmp_path)


def test_new_ones_are_ready_before_old_ones_stop(docker: Docker) -> None:
    done = docker.update("2")
    assert done.returncode == 0, done.stderr
    assert docker.asked == [
        "build blog-ai",
        "up -d --no-recreate redis",
        "run --rm --no-deps migrate",
        "up -d --no-deps --no-recreate --scale blog-ai=4 blog-ai",
        "stop -t 60 blog-ai-1-a blog-ai-1-b",
        "rm blog-ai-1-a blog-ai-1-b",
        "up -d --no-deps --no-recreate --scale worker=2 worker",
        "stop -t 60 worker-1-a",
        "rm worker-1-a",
        "up -d --no-recreate --no-deps nginx",
    ]
    assert docker.containers == {"blog-ai-2-0", "blog-ai-2-1", "worker-2-0"}


def test_a_version_that_never_gets_ready_leaves_the_old_one_alone(docker: Docker) -> None:
    done = docker.update("broken", READY_WITHIN="1")
    assert done.returncode == 1
    assert "The old version goes on" in done.stderr
    assert not any(words.startswith("stop") for words in docker.asked)
    assert docker.containers == {"blog-ai-1-a", "blog-ai-1-b", "worker-1-a"}


def test_a_migration_that_fails_changes_nothing(docker: Docker) -> None:
    done = docker.update("2", MIGRATION_FAILS="yes", BUILD="no")
    assert done.returncode == 1
    assert "build" not in docker.asked[0]
    assert docker.containers == {"blog-ai-1-a", "blog-ai-1-b", "worker-1-a"}


def test_the_version_must_be_said(docker: Docker) -> None:
    done = docker.update("")
    assert done.returncode != 0
    assert "Set VERSION to the tag of the new image" in done.stderr
