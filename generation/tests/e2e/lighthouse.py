"""Lighthouse's marks for the pages that a newcomer sees: `make lighthouse`, which fetches it with npm.

Not part of the tests, which fetch nothing. What it finds beside its marks is under artefacts/lighthouse.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from blogai.tests.chromium import CHROMIUM
from blogai.tests.processes import until
from generation.llm.simulated import Answer, Server
from generation.tests.e2e.site import Site

if TYPE_CHECKING:
    from accounts.models import User

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

LIGHTHOUSE = "lighthouse@12.8.2"  # the last that runs on Node 20
REPORTS = settings.BASE_DIR / "artefacts" / "lighthouse"
CATEGORIES = ("accessibility", "best-practices")
ALL = ("performance", *CATEGORIES, "seo")
"""Performance as on a slow phone and network, which Lighthouse simulates."""


@pytest.fixture
def pages(transactional_db: None, site: Site, alice: "User", model: Server, settings: Any) -> dict[str, str]:
    """The address of each page; the live one's model stays silent."""
    from generation.models import Run
    from generation.pipeline.types import Brief
    from generation.posts.tests.posts import a_post
    from generation.runs.start import RunOptions, start_run

    settings.OPENAI_API_KEY = "simulated"
    model.script.add(Answer(gate=model.gate(), gate_at=60), schema=False, times=None)
    post = a_post(alice, "Why the tides come twice a day")
    live = start_run(alice, RunOptions(brief=Brief(topic="How tides work", sections=3)))
    review = start_run(
        alice, RunOptions(brief=Brief(topic="How waves break", sections=3), review_outline=True)
    )
    until(
        lambda: Run.objects.filter(pk=review.pk, status=Run.Status.WAITING).exists(), "an outline to review"
    )
    return {
        "new": "/new",
        "live": f"/posts/{live.post_id}",
        "review": f"/posts/{review.post_id}",
        "post": f"/posts/{post.pk}",
        "library": "/posts",
    }


@pytest.mark.parametrize("path", ["/", "/sample"])
def test_pages_that_sell(site: Site, path: str) -> None:
    performance, *others = marks(site.url + path, "mobile", categories=ALL)
    assert performance >= 95
    assert others == [100, 100, 100]


@pytest.mark.parametrize("name", ["post", "library"])
def test_pages_that_are_read(site: Site, session: str, pages: dict[str, str], name: str) -> None:
    performance, *others = marks(site.url + pages[name], "mobile", session, name, categories=ALL)
    assert performance >= 95
    assert others == [100, 100, 100]


@pytest.mark.parametrize("form", ["mobile", "desktop"])
def test_pages_for_everybody(site: Site, form: str) -> None:
    assert {path: marks(site.url + path, form) for path in ("/", "/sign-up")} == {
        "/": [100, 100],
        "/sign-up": [100, 100],
    }


@pytest.mark.parametrize("form", ["mobile", "desktop"])
def test_pages_of_a_writer(site: Site, session: str, pages: dict[str, str], form: str) -> None:
    found = {name: marks(site.url + path, form, session, name) for name, path in pages.items()}
    assert found == {name: [100, 100] for name in pages}


def marks(
    url: str, form: str, session: str = "", name: str = "", categories: tuple[str, ...] = CATEGORIES
) -> list[int]:
    """Of each category, 0 to 100; what is wrong is printed."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    report = REPORTS / f"{name or url.rpartition('/')[2] or 'landing'}-{form}.json"
    headers = {"Cookie": f"sessionid={session}"} if session else {}
    command = ["npx", "--yes", LIGHTHOUSE, url, "--quiet", "--chrome-flags=--headless=new --no-sandbox"]
    options = {
        "only-categories": ",".join(categories),
        "skip-audits": "is-crawlable",  # only production is, see robots_txt
        "throttling-method": "simulate" if "performance" in categories else "provided",
        "output": "json",
        "output-path": str(report),
        "extra-headers": json.dumps(headers),
    }
    command += [f"--{option}={value}" for option, value in options.items()]
    command += ["--preset=desktop"] if form == "desktop" else []
    subprocess.run(command, env={**os.environ, "CHROME_PATH": str(CHROMIUM)}, timeout=180, check=True)
    return _read(report, categories)


def _read(report: Path, categories: tuple[str, ...]) -> list[int]:
    found: dict[str, Any] = json.loads(report.read_text())
    for audit in found["audits"].values():
        if audit["score"] is not None and audit["score"] < 1:
            print(
                found["finalDisplayedUrl"],
                audit["id"],
                audit["title"],
                json.dumps(audit.get("details"))[:600],
            )
    return [round(100 * found["categories"][category]["score"]) for category in categories]
