"""A real server, the simulated model behind it, and Chromium in front, whose complaints fail a test."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from django.conf import settings

from blogai.tests import chromium as browser
from generation.llm import simulated
from generation.llm.simulated import Server
from generation.tests.e2e.site import SECONDS, Site

if TYPE_CHECKING:
    from accounts.models import User  # at run time Django may not be set up yet

AXE = settings.BASE_DIR / "blogai/tests/vendor/axe.min.js"
SHOTS = settings.BASE_DIR / "artefacts" / "screenshots"

LOOKS = [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]

EDGES = """() => {
  const heading = document.querySelector("main h1");
  const beside = innerWidth > 900 && heading.closest(".settings, .reading, .guide");
  const both = [document.querySelector(".bar-name"), beside || heading];
  return both.map((each) => each.getBoundingClientRect().left);
}"""
"""The left edges of the header and of the main heading. Where links stand beside that, theirs counts."""

COUNT_SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      const moved = entry.sources.map(({ node, previousRect: from, currentRect: to }) => [
        node?.id || node?.className || node?.nodeName, from.y, to.y, from.x, to.x,
      ]);
      window.shifts.push([entry.value, JSON.stringify(moved)]);
    }
  }).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(scope="session")
def model() -> Iterator[Server]:
    with simulated.serve(first_token=0.2, tokens_per_second=120) as server:
        yield server


@pytest.fixture(scope="session")
def site(database_url: str, model: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp("site"), database_url, model.openai_url)
    try:
        running.start()
        yield running
    finally:
        running.close()


@pytest.fixture
def another_site(site: Site, database_url: str, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """`another_site(OPENAI_API_KEY="…")`: replaces the usual site, with no model but those named.

    The usual site is stopped meanwhile, as both would take jobs from the same queue.
    """
    running: list[Site] = []

    def start(**environment: str) -> Site:
        site.stop()
        running.append(Site(tmp_path, database_url, **environment))
        running[0].start()
        return running[0]

    yield start
    for each in running:
        each.close()
    if running:
        site.start()


@pytest.fixture(scope="session", autouse=True)
def _patient_flush() -> Iterator[None]:
    """Tables are emptied behind each test, and the site may be at them: a deadlock is nobody's fault."""
    from django.core.management import CommandError
    from django.core.management.commands.flush import Command
    from django.db import OperationalError

    flush = Command.handle

    def handle(self: Command, **options: Any) -> None:
        for pause in (0.5, 1, 2):
            try:
                return flush(self, **options)
            except CommandError as error:
                if not isinstance(error.__cause__, OperationalError):
                    raise
                time.sleep(pause)
        return flush(self, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Command, "handle", handle)
        yield


@pytest.fixture(autouse=True)
def _as_written(model: Server) -> Iterator[None]:
    """No rule of one test reaches the next."""
    yield
    model.script.clear()


@pytest.fixture
def session(transactional_db: None, alice: "User") -> str:
    """Alice's session cookie. She has just shown once more that it is her."""
    from django.test import Client

    from accounts.tests.signing_in import confirmed

    client = Client()
    client.force_login(alice)
    confirmed(client, alice)
    return client.cookies["sessionid"].value


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """One for all tests: each would wait seconds for its own. Contexts keep them apart.

    Playwright's event loop is in this thread, where Django would refuse all work with the database.
    """
    with pytest.MonkeyPatch.context() as patch, browser.chromium() as running:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield running


@pytest.fixture
def maintenance(site: Site) -> Iterator[Callable[[str], None]]:
    """`maintenance("on")`: back when the site knows it. Off after the test."""

    def turn(state: str) -> None:
        site.manage("maintenance", state)
        until = time.monotonic() + SECONDS
        while httpx.get(f"{site.url}/terms").status_code != {"on": 503, "off": 200}[state]:
            assert time.monotonic() < until
            time.sleep(0.1)

    yield turn
    turn("off")


@pytest.fixture
def complaints() -> list[str]:
    """What the console complains of, a violation of the policy among it."""
    return []


@pytest.fixture
def window(
    transactional_db: None, chromium: Any, site: Site, complaints: list[str]
) -> Iterator[Callable[..., Any]]:
    """Opens a page in a context of its own: `window(session, viewport=…)`; without a session, nobody's.

    `at`: on another site than the usual one.
    """
    contexts = []

    def open_for(session: str = "", at: "Site | Named" = site, **options: Any) -> Any:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = chromium.new_context(base_url=at.url, **options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.add_init_script(COUNT_SHIFTS)
        if session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": at.url}])
        context.on("page", lambda page: listen(page, complaints))
        return context.new_page()

    yield open_for
    for context in contexts:
        context.close()


@pytest.fixture
def page(session: str, window: Callable[..., Any]) -> Any:
    """Alice's."""
    return window(session)


@pytest.fixture
def with_passkeys(window: Callable[..., Any], site: Site) -> Callable[[str], Any]:
    """Opens a page whose device makes and keeps passkeys: `with_passkeys(session)`; "" for nobody's session.

    By the name localhost: browsers offer none at an address without a name.
    """

    def open_for(session: str) -> Any:
        page = window(session, at=Named(site.url.replace("127.0.0.1", "localhost")))
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        options = {
            **{"protocol": "ctap2", "transport": "internal", "hasResidentKey": True},
            **{"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True},
        }
        device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return page

    return open_for


@pytest.fixture
def look(complaints: list[str]) -> Callable[..., None]:
    """`look(page, "library")`: its picture in both schemes and widths, and nothing that axe finds in them."""

    def shoot(page: Any, name: str, *, whole: bool = True) -> None:
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": 844 if width < 600 else 900})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.wait_for_timeout(150)
            page.screenshot(path=SHOTS / f"{name}-{width}-{scheme}.png", full_page=whole)
            assert violations(page) == [], f"{name} at {width} px, {scheme}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            if page.locator(".bar").count():  # staff's pages have their own
                name_at, heading_at = page.evaluate(EDGES)
                assert abs(name_at - heading_at) < 1, f"{name} at {width} px: {name_at}, {heading_at}"
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, f"{name} at 320 px"
        assert complaints == []

    return shoot


@dataclass(frozen=True)
class Named:
    """A site by another of its names."""

    url: str


def listen(page: Any, complaints: list[str]) -> None:
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))


def shift(page: Any) -> float:
    """The layout shift so far; what moved is printed."""
    shifts: list[tuple[float, str]] = page.evaluate("window.shifts")
    for value, moved in shifts:
        print(f"{value:.4f} {moved}")
    return sum(value for value, _ in shifts)


def violations(page: Any) -> list[str]:
    """What axe finds wrong with the page, best practices among it."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {each['help']}: " + "; ".join(node["html"][:160] for node in each["nodes"][:3])
        for each in found["violations"]
    ]
