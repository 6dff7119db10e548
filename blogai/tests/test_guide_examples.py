"""The examples of the guide, as a reader finds them there, run against a real server."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from blogai.guide.articles import RUN, Sample, articles, examples, text_of
from blogai.tests.folders import open_folder
from blogai.tests.ports import free_port
from blogai.tests.processes import manage, serving, until
from generation.llm import simulated

pytestmark = [pytest.mark.worker, pytest.mark.timeout(300)]

ID = "[0-9a-f]{8}-[0-9a-f-]{27}"
PRINTS = {
    "quickstart": ["# [A-Z]"],
    "authentication": ["business(.|\n)*generate"],
    "writing": ["^completed"],
    "files": [r"^\d{4,} post\.epub$"],
    "importing": ["^How tides work$"],
    "streaming": [r"run\.completed"],
    "websocket": ["ready.*my-thread"],
    "webhooks": [ID, ""],
    "outline": ["queued|running"],
    "editing": ["^2$"],
    "rewriting": ["^completed\n2$"],
    "costs": [r"0\.\d{4}"],
    "idempotency": [f"^({ID})\n\\1$"],
    "errors": ["^validation_error: topic"],
    "limits": [r"\b200\b"],
    "lists": ["^[A-Z]", "^304$"],
}
"""What each example prints, in all of its languages alike. One that prints nothing receives webhooks."""
WSCAT = """#!{python}
# wscat, as far as the guide uses it: prints the first frame.
import argparse
from websockets.sync.client import connect

parser = argparse.ArgumentParser()
parser.add_argument("-c", dest="address")
parser.add_argument("-H", dest="headers", action="append", default=[])
options = parser.parse_args()
headers = dict(header.split(": ", 1) for header in options.headers)
with connect(options.address, additional_headers=headers, proxy=None) as socket:
    print(socket.recv())
"""
MAKE_KEY = """
from accounts import api_keys, webhook_secrets
from billing.tiers import set_tier

user = User.objects.create_user(email="reader@example.com")
set_tier(user=user, tier="business")
print(api_keys.issue(user, "a test's", ("read", "generate", "manage"))[1], webhook_secrets.current(user))
"""


@dataclass(frozen=True)
class Reader:
    """Whoever tries the examples: on which site, with which ports for webhooks and which environment."""

    site: str
    receivers: dict[str, int]
    folder: Path
    environment: dict[str, str]


@pytest.fixture
def reader() -> Iterator[Reader]:
    receivers = {language: free_port() for language in ("python", "javascript")}
    allowed = ",".join(f"127.0.0.1:{port}" for port in receivers.values())
    with (
        open_folder() as folder,
        simulated.serve(tokens_per_second=20_000) as model,
        serving(folder, OPENAI_BASE_URL=model.openai_url, EGRESS_ALLOW=allowed) as serve,
    ):
        site = serve.url()
        made = manage("shell", "--verbosity", "0", "--command", MAKE_KEY, data_dir=folder)
        assert made.returncode == 0, made.stderr
        key, secret = made.stdout.split()
        programs = folder / "programs"
        programs.mkdir()
        (programs / "wscat").write_text(WSCAT.format(python=sys.executable))
        (programs / "wscat").chmod(0o755)
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        keys = {"PATH": path, "BLOG_AI_KEY": key, "BLOG_AI_WEBHOOK_SECRET": secret}
        yield Reader(site, receivers, programs, {**os.environ, **keys})


def test_every_example_does_what_it_says(reader: Reader) -> None:
    found = {article.slug: to_run(article.slug, reader) for article in articles()}
    assert {slug: len(each) for slug, each in found.items()} == {
        slug: len(said) for slug, said in PRINTS.items()
    }
    programs = [
        (f"{slug} {number} {sample.language}", sample, PRINTS[slug][number])
        for slug, several in found.items()
        for number, samples in enumerate(several)
        for sample in samples
        if sample.language != "javascript" or has_node()
    ]
    receivers = [sample for _, sample, said in programs if not said]
    with receiving(receivers[0], reader), ThreadPoolExecutor(4) as side_by_side:
        running = [
            (name, said, side_by_side.submit(output_of, sample, reader, name))
            for name, sample, said in programs
            if said
        ]
        for name, said, printed in running:
            assert re.search(said, printed.result(), re.MULTILINE), f"{name} printed {printed.result()}"
        until(lambda: "delivered" in [each["state"] for each in deliveries(reader)])
    for receiver in receivers:
        with receiving(receiver, reader) as address:
            assert tried(reader, address)["status"] == 204
            assert httpx.post(address, json={"type": "run.completed"}).status_code == 401


def to_run(slug: str, reader: Reader) -> list[tuple[Sample, ...]]:
    """The programs of the article, which call the receiver here in place of the reader's own."""
    text = text_of(slug, reader.site)
    text = text.replace("https://example.com/blog-ai", f"http://127.0.0.1:{reader.receivers['python']}/")
    return [samples for samples in examples(text) if samples[0].language in RUN]


def has_node() -> bool:
    found = shutil.which("node") is not None
    assert found or not os.environ.get("CI"), "CI is set, but there is no node."
    return found


def command_of(sample: Sample, folder: Path, name: str) -> tuple[str, ...]:
    if sample.language == "sh":
        return ("bash", "-euo", "pipefail", "-c", sample.source)
    if sample.language == "python":
        return (sys.executable, "-W", "error", "-c", sample.source)
    module = folder / f"{name.replace(' ', '-')}.mjs"
    module.write_text(sample.source)
    # Node 20 has a WebSocket only by this flag.
    return ("node", "--no-warnings", "--experimental-websocket", str(module))


def output_of(sample: Sample, reader: Reader, name: str) -> str:
    """What it prints. Fails if the program does, or complains."""
    command = command_of(sample, reader.folder, name)
    done = subprocess.run(
        command, cwd=reader.folder, env=reader.environment, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, ""), f"{name}: {done.stdout}{done.stderr}"
    return done.stdout


@contextmanager
def receiving(sample: Sample, reader: Reader) -> Iterator[str]:
    """The address at which the receiver of the guide takes webhooks."""
    port = reader.receivers[sample.language]
    command = command_of(sample, reader.folder, "receiver")
    process = subprocess.Popen(
        command, env={**reader.environment, "PORT": str(port)}, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        until(lambda: answers(address))
        yield address
    finally:
        process.kill()
        process.wait()


def answers(address: str) -> bool:
    try:
        return httpx.post(address, content=b"").status_code == 401
    except httpx.TransportError:
        return False


def tried(reader: Reader, address: str) -> dict[str, object]:
    """What came of a signed test event."""
    headers = {"X-API-Key": reader.environment["BLOG_AI_KEY"]}
    reply = httpx.post(f"{reader.site}/api/v1/webhooks/test", json={"url": address}, headers=headers)
    result: dict[str, object] = reply.json()
    return result


def deliveries(reader: Reader) -> list[dict[str, str]]:
    headers = {"X-API-Key": reader.environment["BLOG_AI_KEY"]}
    results: list[dict[str, str]] = httpx.get(
        f"{reader.site}/api/v1/webhooks/deliveries", headers=headers
    ).json()["results"]
    return results
