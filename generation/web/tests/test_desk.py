"""/posts: favorites, tags, filters and saved views; what is done to many; the trash; copies."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from generation.models import Post, Run, SavedFilter
from generation.pipeline.types import Brief
from generation.posts import marks, saved_filters
from generation.posts.purge import purge
from generation.posts.services import IN_TRASH
from generation.posts.tests.posts import a_post
from generation.runs import control, trash
from generation.runs.start import RunOptions, start_run
from generation.web import selected
from generation.web.tests.test_library_page import titles

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")


@pytest.fixture(autouse=True)
def _model(settings: Any) -> None:
    settings.OPENAI_API_KEY = "never used: no worker takes the run"


def a_stopped_run(owner: User, topic: str) -> Run:
    run = start_run(owner, RunOptions(brief=Brief(topic=topic)))
    return control.cancel(owner, run.pk)


def do(browser: Any, what: str, *posts: Post | Run, **more: Any) -> Any:
    ids = [str(post.pk if isinstance(post, Post) else post.post_id) for post in posts]
    return browser.post("/posts/selected", {"do": what, "post": ids, **more}, follow=True)


def test_each_filter_narrows(browser: Any, alice: User) -> None:
    german = a_post(alice, "Gezeiten", language="de")
    tagged = a_post(alice, "Tides")
    marks.star(alice, [german.pk], True)
    marks.add_tag(alice, [tagged.pk], "sea & <moon>")
    a_stopped_run(alice, "Stopped")
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    for query, expected in (
        ({"favourite": "1"}, ["Gezeiten"]),
        ({"tag": "sea & <moon>"}, ["Tides"]),
        ({"tag": "sea"}, []),
        ({"language": "de"}, ["Gezeiten"]),
        ({"language": "de", "tag": "sea & <moon>"}, []),
        ({"since": str(today)}, ["Stopped", "Tides", "Gezeiten"]),
        ({"until": str(yesterday)}, []),
        ({"since": str(yesterday), "until": str(today), "q": "moon"}, ["Tides", "Gezeiten"]),
    ):
        page = browser.get("/posts", query)
        assert titles(page) == expected, query
        assert "Save this view" in page.text


@pytest.mark.parametrize(
    "query",
    [
        {"since": "0001-01-01", "until": "9999-12-31"},
        {"since": "yesterday", "language": "<script>", "tag": " ", "q": " ", "favourite": "perhaps"},
        {"tag": "x" * 5000, "q": '"' * 100},
    ],
)
def test_a_filter_that_makes_no_sense_is_left_out(browser: Any, alice: User, query: dict[str, str]) -> None:
    a_post(alice)
    assert browser.get("/posts", query).status_code == 200


def test_stars_and_tags_are_changed_for_many(browser: Any, alice: User, mallory: User) -> None:
    mine, other, hers = a_post(alice, "Mine"), a_post(alice, "Other"), a_post(mallory, "Hers")
    assert "Added 2 posts to your favorites" in do(browser, "star", mine, other, hers).text
    assert "Tagged 2 posts “sea”" in do(browser, "tag", mine, other, hers, add_tag=" sea ").text
    do(browser, "tag", mine, add_tag="sea")  # it has it already
    do(browser, "unstar", other)
    do(browser, "untag", other, add_tag="sea")
    rows = dict(Post.objects.values_list("title", "tags"))
    assert rows == {"Mine": ["sea"], "Other": [], "Hers": []}
    assert list(Post.objects.filter(is_favorite=True)) == [mine]
    for tag, sentence in (("", "Type a tag"), ("a,b", "no comma"), ("x" * 51, "up to 50 characters")):
        assert sentence in do(browser, "tag", mine, add_tag=tag).text
    assert "Tick the posts first" in do(browser, "star").text
    assert "Tick the posts first" in do(browser, "star", add_tag="", post="not-an-id").text


def test_a_post_has_room_for_so_many_tags(alice: User) -> None:
    post = a_post(alice)
    Post.objects.update(tags=[str(number) for number in range(marks.MAX_TAGS)])
    assert marks.add_tag(alice, [post.pk], "one more") == 0
    post.refresh_from_db()
    assert len(post.tags) == marks.MAX_TAGS


def test_all_that_match_up_to_a_limit(browser: Any, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        a_post(alice, f"Tides {number}")
    a_post(alice, "Cliffs", text="No water.")
    monkeypatch.setattr(selected, "MAX_MATCHING", 2)
    assert "nothing was changed" in do(browser, "star", all="1", q="tides").text
    monkeypatch.setattr(selected, "MAX_MATCHING", 3)
    do(browser, "star", all="1", q="tides")
    assert titles(browser.get("/posts?favourite=1")) == ["Tides 2", "Tides 1", "Tides 0"]
    monkeypatch.setattr(selected, "MAX_TICKED", 2)
    assert "Tick up to 2 posts" in do(browser, "delete", *Post.objects.all()).text
    assert Post.objects.filter(deleted_at=None).count() == 4


def test_the_star_on_a_row_and_on_the_page(browser: Any, alice: User) -> None:
    post = a_post(alice)
    reply = browser.post(f"/posts/{post.pk}/star", headers={"HX-Request": "true"})
    assert 'aria-pressed="true"' in reply.text and "<html" not in reply.text
    assert 'aria-pressed="true"' in browser.get(f"/posts/{post.pk}").text
    assert browser.post(f"/posts/{post.pk}/star", {"off": "1", "q": "tides"}).url == "/posts?q=tides"
    post.refresh_from_db()
    assert not post.is_favorite


def test_deleted_posts_are_in_the_trash_and_nowhere_else(
    browser: Any, alice: User, mallory: User, client_for: Any
) -> None:
    post, run, hers = a_post(alice, "Tides"), a_stopped_run(alice, "Stopped"), a_post(mallory, "Hers")
    writing = start_run(alice, RunOptions(brief=Brief(topic="Under way")))
    assert "Moved 2 posts to the trash" in do(browser, "delete", post, run, hers, writing).text
    assert titles(browser.get("/posts")) == ["Under way"]
    assert titles(browser.get("/posts?q=moon")) == []
    assert browser.get(f"/posts/{post.pk}").status_code == 404
    assert client_for("alice").get("/api/v1/posts").json()["results"] == []
    assert re.findall(r'class="entry-title"[^>]*>([^<]*)<', browser.get("/posts/trash").text) == [
        "Stopped", "Tides"
    ]  # fmt: skip
    reply = browser.post("/posts/trash", {"do": "restore", "post": [post.pk, run.post_id]}, follow=True)
    assert "Restored 2 posts" in reply.text and "The trash is empty" in reply.text
    assert titles(browser.get("/posts")) == ["Under way", "Stopped", "Tides"]


def test_what_is_deleted_for_good_is_asked_about_and_then_gone(browser: Any, alice: User) -> None:
    posts = [a_post(alice, f"Post {number}") for number in range(3)]
    do(browser, "delete", *posts)
    erase = {"do": "erase", "post": [posts[0].pk]}
    assert "You can’t restore 1 post after this" in browser.post("/posts/trash", erase).text
    assert trash.in_trash(alice) == 3
    assert "Deleted 1 post for good" in browser.post("/posts/trash", erase | {"sure": "1"}, follow=True).text
    browser.post(f"/posts/{posts[0].pk}/restore")
    assert (trash.in_trash(alice), purge(), Post.objects.count()) == (2, 1, 2)
    assert "restore 2 posts" in browser.post("/posts/trash", {"do": "empty"}).text
    browser.post("/posts/trash", {"do": "empty", "sure": "1"})
    assert (trash.in_trash(alice), purge(), Post.objects.count()) == (0, 2, 0)


def test_the_trash_has_pages_and_forgets_after_thirty_days(
    browser: Any, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trash, "PAGE_SIZE", 2)
    posts = [a_post(alice, f"Post {number}") for number in range(5)]
    do(browser, "delete", *posts)  # at the same moment
    Post.objects.filter(pk=posts[0].pk).update(deleted_at=timezone.now() - IN_TRASH - timedelta(seconds=1))
    seen, address = [], "/posts/trash"
    while address:
        page = browser.get(address).text
        seen += re.findall(r'class="entry-title"[^>]*>([^<]*)<', page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        address = f"/posts/trash{found[1]}" if found else ""
    assert seen == ["Post 4", "Post 3", "Post 2", "Post 1"]


def test_a_view_is_saved_renamed_and_deleted(
    browser: Any, alice: User, mallory: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.post("/posts/views", {"name": "Sea", "q": "tides", "sort": "title", "nonsense": "x"})
    saved = SavedFilter.objects.get(owner=alice)
    assert (saved.name, saved.query) == ("Sea", {"q": "tides", "sort": "title"})
    assert 'href="/posts?q=tides&amp;sort=title"' in browser.get("/posts?q=x").text
    browser.post("/posts/views", {"name": "Sea", "q": "moon"})  # the same name: saved again
    assert SavedFilter.objects.get().query == {"q": "moon"}
    browser.post("/posts/views", {"name": "Moon", "favourite": "1"})
    taken = browser.post(f"/posts/views/{saved.pk}", {"name": "Moon"}, follow=True)
    assert "Another saved view has this name" in taken.text
    browser.post(f"/posts/views/{saved.pk}", {"name": "High water"})
    assert list(saved_filters.saved_filters_of(alice).values_list("name", flat=True)) == [
        "High water", "Moon"
    ]  # fmt: skip
    hers = saved_filters.save_filter(mallory, "Hers", {"q": "x"})
    assert browser.post(f"/posts/views/{hers.pk}", {"do": "delete"}).status_code == 404
    browser.post(f"/posts/views/{saved.pk}", {"do": "delete"})
    monkeypatch.setattr(saved_filters, "MAX_SAVED", 1)
    full = browser.post("/posts/views", {"name": "Third", "q": "x"}, follow=True).text
    assert "Delete one to make room" in full
    for name, query in (("", {"q": "x"}), ("x" * 61, {"q": "x"}), ("Nothing", {})):
        browser.post("/posts/views", {"name": name, **query})
    assert SavedFilter.objects.filter(owner=alice).count() == 1


def test_a_copy_is_a_post_of_its_own(browser: Any, alice: User) -> None:
    post = a_post(alice)
    Post.objects.update(slug="s" * 120, tags=["sea"], is_favorite=True)
    page = browser.post(f"/posts/{post.pk}/duplicate", follow=True)
    copy = Post.objects.exclude(pk=post.pk).get()
    assert (copy.title, len(copy.slug), copy.is_favorite, copy.tags) == (
        "Copy of How tides work", 120, False, ["sea"]
    )  # fmt: skip
    assert copy.content_markdown.startswith("# Copy of How tides work\n\nTwice a day")
    assert copy.conversation_id != post.conversation_id and not Run.objects.exists()
    assert "Copy of How tides work" in page.text
