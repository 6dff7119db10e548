"""`manage.py write`: a post in the terminal."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import User
from blogai.tests.folders import open_folder
from generation.llm import simulated
from generation.llm.simulated import Failure, Server
from generation.models import Post, Run

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with simulated.serve() as server:
        monkeypatch.setattr(settings, "OPENAI_API_KEY", "simulated")
        monkeypatch.setattr(settings, "OPENAI_BASE_URL", server.openai_url)
        yield server


def write(topic: str, *options: str) -> str:
    out = io.StringIO()
    call_command("write", topic, *options, stdout=out)
    return out.getvalue()


def test_it_prints_the_post_and_plain_progress(provider: Server, capsys: pytest.CaptureFixture[str]) -> None:
    text = write("How tides work", "--sections", "2")
    post = Post.objects.get(is_sample=False)
    assert text == f"{post.content_markdown}\n"
    progress = capsys.readouterr().err.splitlines()
    assert progress[0] == "Planning the outline"
    assert progress[1] == f"Outline: {post.title} (2 sections)"
    assert progress[-1] == "Finished"


def test_json_is_the_reply_of_the_api(provider: Server) -> None:
    reply = json.loads(write("How tides work", "--json", "--sections", "1", "--no-faq"))
    assert (reply["status"], len(reply["sections"]), reply["faq"]) == ("success", 1, [])


def test_output_goes_to_a_file(provider: Server, tmp_path: Path) -> None:
    assert write("How tides work", "--output", str(tmp_path / "post.md")) == ""
    assert (tmp_path / "post.md").read_text().startswith("# ")


REFUSED: list[tuple[tuple[str, ...], str]] = [
    (("",), "topic"),
    (("x" * 501,), "topic"),
    (("Tides", "--sections", "13"), "sections"),
    (("Tides", "--language", "english!"), "language"),
    (("Tides", "--provider", "skynet"), "isn’t set up here"),
    (("Tides", "--email", "nobody@example.org"), "No account has the address nobody@example.org"),
    (("Tides", "--output", "/no/such/folder/post.md"), "doesn't exist"),
]


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED)
def test_a_wrong_option_is_one_sentence(provider: Server, arguments: Any, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        write(*arguments)
    assert not Run.objects.exists() and provider.calls == []


def test_a_failing_model_is_a_sentence_too(provider: Server, caplog: pytest.LogCaptureFixture) -> None:
    provider.script.add(Failure(401), times=None)
    with pytest.raises(CommandError, match="OpenAI rejected this site’s API key"):
        write("Tides")
    assert "OPENAI_API_KEY" in caplog.text  # for the operator, who reads the log
    assert Run.objects.get().status == Run.Status.FAILED


def test_the_post_belongs_to_whoever_is_named(provider: Server) -> None:
    alice = User.objects.create_user(email="alice@example.com")
    write("Tides", "--email", "ALICE@example.com", "--sections", "1")
    assert Post.objects.get().owner == alice


def test_the_demo_model_writes_a_whole_post_on_a_fresh_machine() -> None:
    """Without any variables set: the embedded Postgres and the demo model, in their own processes."""
    with open_folder() as folder:
        done = subprocess.run(
            [sys.executable, "manage.py", "write", "How tides work", "--sections", "2", "--json"],
            cwd=settings.BASE_DIR,
            env={"PATH": "/usr/bin:/bin", "DATA_DIR": str(folder), "HOME": str(folder)},
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    reply = json.loads(done.stdout)
    assert reply["run"]["model"] == "local demo model"
    assert reply["title"].strip() and len(reply["sections"]) == 2
    assert all(section["markdown"].strip() for section in reply["sections"])
    assert len({section["heading"] for section in reply["sections"]}) == 2
