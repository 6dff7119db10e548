"""The corpus of attacks where a post isn't finished, is worked on, or leaves the site; without our policy."""

import asyncio
import json
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from generation.posts.tests.attacks import ATTACKS
from generation.tests.e2e.attacked import Attacked

if TYPE_CHECKING:
    from accounts.models import User
    from generation.models import Run
    from generation.runs.frames import Frame

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

ALL = "\n\n".join(ATTACKS)
SHORT = "<img src=x onerror=canary()>"
SIZE = 170
"""Characters of a frame: attacks are cut in two, and their frames are soon through."""
PASTE = """
([html, plain]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  clipboardData.setData("text/plain", plain);
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  document.querySelector("#editor").shadowRoot.querySelector(".cm-content").dispatchEvent(event);
}
"""
READ = """
async (paths) => {
  const read = [];
  for (const path of paths) {
    const page = new DOMParser().parseFromString(await (await fetch(path)).text(), "text/html");
    const meta = (name) => page.querySelector(`meta[property="og:${name}"]`)?.content;
    const { headline, description } = JSON.parse(page.querySelector("[type='application/ld+json']").text);
    const heading = page.querySelector("h1").textContent;
    read.push([page.title, heading, meta("title"), headline, meta("description"), description]);
  }
  return read;
}
"""


@pytest.fixture
def attacked(session: str, window: Callable[..., Any]) -> Attacked:
    """Alice's page."""
    return Attacked(window(session, service_workers="block"))


@pytest.fixture
def run(alice: "User", settings: Any) -> "Run":
    """A run that its worker is at, of nothing but attacks: planned, with an introduction half written."""
    from django.utils import timezone

    from generation.models import Run, RunStep
    from generation.pipeline.types import Brief, Outline, SectionPlan
    from generation.runs.start import RunOptions, start_run

    settings.OPENAI_API_KEY = "never used"
    plans = tuple(SectionPlan(heading=attack, purpose=attack, claims=(attack,)) for attack in ATTACKS[:12])
    outline = Outline(
        **{"title": " ".join(ATTACKS[:24]), "slug": SHORT, "description": ALL, "tags": tuple(ATTACKS[:8])},
        **{"introduction": ALL, "sections": plans, "conclusion_heading": SHORT, "conclusion": ALL},
        **{"faq_heading": ATTACKS[20], "questions": tuple(ATTACKS[:8])},
    )
    brief = Brief(topic=SHORT, keywords=(SHORT,), audience=SHORT, sections=12)
    run = start_run(alice, RunOptions(brief=brief, conversation="attacks"), queue=False)
    now = timezone.now()
    Run.objects.filter(pk=run.pk).update(
        **{"status": "running", "started_at": now, "outline": outline.model_dump(mode="json")},
        **{"lease_until": now + timedelta(hours=1), "deadline_at": now + timedelta(hours=1)},
    )
    RunStep.objects.filter(run=run, name="introduction").update(state="writing", attempt=1, text=ALL)
    run.refresh_from_db()
    return run


def test_while_a_post_is_written(attacked: Attacked, run: "Run") -> None:
    from generation.models import Run

    with ThreadPoolExecutor(1) as elsewhere:  # Playwright has an event loop in this thread
        sent = elsewhere.submit(asyncio.run, dressed(frames_of(run))).result()
    sockets: list[Any] = []
    attacked.page.route_web_socket("**/ws/**", lambda socket: sockets.append(socket))  # only ours
    attacked.goto(f"/posts/{run.post_id}")
    attacked.page.wait_for_function("document.querySelector('#introduction').innerText.includes('canary')")
    for frame in sent:
        sockets[-1].send(json.dumps(frame))
    attacked.page.locator("[data-part=section-1][data-state=done]").wait_for()
    attacked.page.locator("#section-2", has_text="stylesheet").wait_for()
    attacked.unharmed("frames")
    Run.objects.filter(pk=run.pk).update(
        **{"status": "failed", "error_code": "provider_error", "error_detail": f"{SHORT} {ALL}"},
        finished_at=run.started_at,
    )
    sockets[-1].send(json.dumps({"type": "run.failed", "run": str(run.pk), "code": SHORT, "detail": ALL}))
    attacked.page.locator("#ending", has_text="canary").wait_for()
    attacked.unharmed("the end")
    attacked.goto(f"/posts/{run.post_id}")
    attacked.end()


def test_an_outline_the_library_and_addresses(attacked: Attacked, run: "Run", alice: "User") -> None:
    from generation.models import Post, Run
    from generation.posts.saved_filters import save_filter
    from generation.posts.tests.posts import a_post

    Run.objects.filter(pk=run.pk).update(status="waiting", lease_until=None)
    for attack in ATTACKS[:30]:
        save_filter(alice, attack[:60], {"q": attack, "tag": attack})
    for attack in ATTACKS[::6]:
        found = a_post(alice, attack, text=f"Here is the needle {attack}")
        Post.objects.filter(pk=found.pk).update(tags=[attack])
    shows = {f"/posts/{run.post_id}": "Outline ready", "/posts?q=needle": "Here is the needle"}
    for path in (*shows, "/posts", "/posts/views", "/llms.txt"):
        attacked.goto(path)
        assert shows.get(path, "") in attacked.page.locator("body").inner_text(), path
    for attack in (SHORT, *ATTACKS[15:60:9]):
        told = quote(attack, safe="")
        attacked.goto(f"/posts?q={told}&tag={told}&state={told}")
        attacked.goto(f"/new?topic={told}&keywords={told}&audience={told}&tone={told}")
    for attack in (SHORT, ATTACKS[15]):
        attacked.goto(f"/nothing/{quote(attack, safe='')}?{attack}", 404)
    attacked.end()


def test_titles_on_the_page_that_anybody_reads(attacked: Attacked, alice: "User") -> None:
    from generation.models import Post
    from generation.posts.sharing import share
    from generation.posts.tests.posts import a_post

    paths = []
    for attack in ATTACKS:
        post = a_post(alice)
        Post.objects.filter(pk=post.pk).update(title=attack, description=attack)
        paths.append(f"/shared/{share(alice, post.pk, public=True).token}")
    attacked.goto("/llms.txt")
    read = attacked.page.evaluate(READ, paths)
    assert [[_words(text) for text in texts] for texts in read] == [[_words(each)] * 6 for each in ATTACKS]


def test_in_the_editor(attacked: Attacked, alice: "User") -> None:
    from generation.posts.tests.posts import a_post

    page, post = attacked.page, a_post(alice, SHORT, text=ALL)
    attacked.goto(f"/posts/{post.pk}/edit")
    page.locator("[data-editor=ready]").wait_for(state="attached")
    page.locator("#preview-toggle").click()
    page.locator("#preview .prose", has_text="canary").wait_for()
    attacked.unharmed("preview")
    page.get_by_label("Title").fill(" ".join(ATTACKS)[:200])
    page.locator("#editor .cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type(f"## Typed {SHORT}\n\nNew {SHORT}")
    for attack in ATTACKS:
        page.evaluate(PASTE, [f"<p>Pasted {attack}</p>", attack])
    page.evaluate(PASTE, [f"<h2>Pasted whole</h2>{ALL}", ALL])
    page.locator("#preview .prose", has_text="Pasted whole").wait_for()
    page.locator("#outline", has_text="Typed").wait_for(state="attached")
    attacked.unharmed("typed and pasted")
    attacked.end()


def test_what_staff_read(attacked: Attacked, alice: "User", bob: "User", run: "Run") -> None:
    from generation.models import Post, Run
    from generation.posts.tests.posts import a_post

    type(alice).objects.update(name=SHORT)
    type(alice).objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    post = a_post(bob, text=ALL, notes=tuple(ATTACKS))
    parts = [{**part, "heading": ATTACKS[place]} for place, part in enumerate(post.parts)]
    Post.objects.filter(pk=post.pk).update(
        title=" ".join(ATTACKS), description=ALL, slug=SHORT, tags=ATTACKS[:8], parts=parts
    )
    Run.objects.update(
        **{"owner": bob, "status": "failed", "error_code": "provider_error", "error_detail": ALL},
        finished_at=run.started_at,
    )
    Run.objects.update(provider=SHORT, model=SHORT)
    for path in (
        *("generation/post/", f"generation/post/{post.pk}", f"generation/post/?q={quote(SHORT)}"),
        *("generation/run/", f"generation/run/{run.pk}", f"accounts/user/{bob.pk}"),
        *(f"actions/return_unit/{run.pk}", f"actions/read_post/{post.pk}"),
    ):
        attacked.goto(f"/admin/{path}")
    attacked.page.get_by_label("Reason").fill(f"Ticket 4711 {SHORT}")
    attacked.page.get_by_role("button", name="Read this post").click()
    attacked.page.get_by_text("Twice a day the sea").wait_for()
    attacked.unharmed("read_post")
    for path in ("staff/staffaction/", ""):
        attacked.goto(f"/admin/{path}")
    attacked.end()


@pytest.mark.parametrize("edited", [False, True])
def test_files_on_another_site(window: Callable[..., Any], alice: "User", edited: bool) -> None:
    from generation.editing.services import save_text
    from generation.exports.edition import edition_of
    from generation.exports.epub import epub
    from generation.exports.web_page import web_page
    from generation.posts.tests.posts import a_post

    post = a_post(alice, " ".join(ATTACKS), text=ALL)
    post.tags, post.description, post.slug = ATTACKS, " ".join(ATTACKS), SHORT
    post.save()
    if edited:
        save_text(alice, post.pk, base=1, text=f"Twice a day. {ALL}")
        post.refresh_from_db()
    edition = edition_of(post, lambda path: f"https://blog.example{path}")
    files = {"page.html": ("text/html; charset=utf-8", web_page(edition))}
    with zipfile.ZipFile(BytesIO(epub(edition))) as book:
        for name in ("contents.xhtml", "post.xhtml"):
            files[name] = ("application/xhtml+xml", book.read(f"EPUB/{name}"))
    page = window()
    attacked = Attacked(page)
    for name, (kind, body) in files.items():
        page.route(
            f"http://elsewhere.example/{name}",
            lambda route, kind=kind, body=body: route.fulfill(content_type=kind, body=body),
        )
        attacked.goto(f"http://elsewhere.example/{name}")
        assert page.locator("parsererror").count() == 0, name
        assert "canary" in page.locator("body").inner_text()
    attacked.end()


def frames_of(run: "Run") -> list["Frame"]:
    """One part is finished, another grows and begins anew, and the page joins in the middle of both."""
    from generation.pipeline.types import Outline, Part
    from generation.runs import frames

    outline = Outline.model_validate(run.outline)
    names = ("introduction", "section-1", "section-2")
    states = [{"part": name, "state": "writing", "attempt": 1, "text": f"{ALL}\n\n"} for name in names]
    done = Part(name="section-1", heading=SHORT, text=ALL, notes=tuple(ATTACKS))
    return [
        frames.drafted(run.pk, outline.title, [section.heading for section in outline.sections]),
        {**frames.outlined(run.pk, outline, names), "seq": 1},
        {
            **{"type": "run.snapshot", "run": str(run.pk), "status": "running", "seq": 1},
            **{"outline": run.outline, "parts": [{**each, "heading": SHORT} for each in states]},
        },
        {"type": "run.waiting", "run": str(run.pk), "step": SHORT, "seconds": 1, "reason": SHORT},
        {**frames.part_done(run.pk, done, attempt=1), "seq": 2},
        frames.reset(run.pk, "section-2", attempt=2, reason=SHORT),
        *(
            frames.delta(run.pk, "section-2", attempt=2, offset=at, text=ALL[at : at + SIZE])
            for at in range(0, len(ALL), SIZE)
        ),
    ]


async def dressed(sent: list["Frame"]) -> list["Frame"]:
    from generation.live.rendering import PageFrames

    connection = PageFrames()
    return [await connection.dress(frame) for frame in sent]


def _words(text: str) -> str:
    """As a browser gives a title: one line, with a blank for what can't be seen."""
    return " ".join(text.replace("\x01", " ").split())
