"""The corpus of attacks in every field of a post, through every page that shows one, without our policy.

Pages are taken from the table of routes, so a new one with a post's id is visited too, or the test fails.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from generation.posts.tests.attacks import ATTACKS
from generation.tests.e2e.attacked import Attacked

if TYPE_CHECKING:
    from accounts.models import User

pytestmark = pytest.mark.e2e

DOWNLOADS = {"posts/<uuid:post_id>/markdown", "posts/<uuid:post_id>/export/<slug:format>"}
UNFINISHED = {"posts/<uuid:post_id>/figures"}
"""A download is no page of ours; the others are about a post that isn't finished."""
TITLES = 24
"""Attacks that share a title, so that all of them are one in a dozen posts."""


@pytest.mark.timeout(300)
def test_nothing_runs(
    transactional_db: None, alice: "User", session: str, window: Callable[..., Any], site: Any
) -> None:
    from blogai.tests.test_routes import PAGES
    from generation.editing.services import save_text
    from generation.editing.tests.proposed import part_of, propose
    from generation.models import Post
    from generation.posts.sharing import share
    from generation.posts.tests.posts import a_post

    everything = "\n\n".join(ATTACKS)
    post = a_post(alice, "</title><script>canary()</script>", text=everything, notes=tuple(ATTACKS))
    post.parts = [{**part, "heading": ATTACKS[place]} for place, part in enumerate(post.parts)]
    post.tags, post.faq = ATTACKS, [{"question": attack, "answer": attack} for attack in ATTACKS]
    post.description = post.slug = ""
    post.description, post.slug = " ".join(ATTACKS), '"><svg onload=canary()>'
    post.save()
    save_text(alice, post.pk, base=1, text=f"Twice a day. {everything}")
    post.refresh_from_db()
    proposal = propose(post, part_of(post, "introduction"), everything)
    given = {"<uuid:post_id>": str(post.pk), "<int:number>": "1", "<uuid:proposal_id>": str(proposal.pk)}
    for start in range(0, len(ATTACKS), TITLES):
        Post.objects.filter(pk=a_post(alice).pk).update(
            title=" ".join(ATTACKS[start : start + TITLES]), description=" ".join(ATTACKS)
        )
    paths = [f"/shared/{share(alice, post.pk, public=public).token}" for public in (True, False)]
    for page in PAGES:
        shows = "<uuid:post_id>" in page.route and page.method == "get" and page.owner == 200
        if shows and page.route not in DOWNLOADS | UNFINISHED:
            paths.append("/" + _filled(page.route, given))
    keyword = "%22%3E%3Cimg%20src%3Dx%20onerror%3Dcanary()%3E"
    paths += [f"/posts/{post.pk}/seo?keyword={keyword}", "/posts", f"/posts?q={keyword}", "/posts?q=canary"]
    twin = a_post(alice, " ".join(ATTACKS), text=everything)
    paths += [f"/posts/compare?a={post.pk}", f"/posts/compare?a={post.pk}&b={twin.pk}"]
    other = a_post(alice, " ".join(ATTACKS), text=everything)
    paths += ["/posts/import", "/settings/sharing", "/settings/activity", f"/posts/compare?a={post.pk}"]
    paths.append(f"/posts/compare?a={post.pk}&b={other.pk}")

    attacked = Attacked(window(session, service_workers="block"))  # a worker would fetch pages past the route
    for path in paths:
        attacked.goto(path)
    attacked.end()


def _filled(route: str, given: dict[str, str]) -> str:
    for name, value in given.items():
        route = route.replace(name, value)
    assert "<" not in route, (
        f"{route}: say in `given` what to fill in, or why it is no page that shows a post"
    )
    return route
