"""Downloading from a page: the menu of a post, and a selection as a zip."""

import zipfile
from email import message_from_string
from io import BytesIO
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from accounts.models import User
from billing.tiers import set_tier
from generation.exports import formats, pdf, services
from generation.models import Post
from generation.posts.tests.posts import a_post

ZIP = "/posts/export"


def names_in(reply: Any) -> list[str]:
    assert reply.status_code == 200, reply.text
    with zipfile.ZipFile(BytesIO(reply.content)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_the_menu_has_what_the_plan_has(browser: Any, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "available", lambda: list(formats.FORMATS.values()))
    post = a_post(alice)
    page = browser.get(f"/posts/{post.pk}").text
    assert f'href="/posts/{post.pk}/export/md"' in page
    assert f"/posts/{post.pk}/export/docx" not in page
    assert '<a href="/pricing">Word <span class="menu-aside">Starter plan</span></a>' in page
    set_tier(user=alice, tier="starter")
    page = browser.get(f"/posts/{post.pk}").text
    assert f'href="/posts/{post.pk}/export/docx"' in page and "Starter plan" not in page


def test_what_this_site_cannot_make_is_not_in_the_menu(
    browser: Any, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "find_library", lambda name: None)
    pdf.available.cache_clear()
    try:
        assert ">PDF <" not in browser.get(f"/posts/{a_post(alice).pk}").text
    finally:
        pdf.available.cache_clear()


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("tides", "tides.md"),
        ("潮汐", "潮汐.md"),
        ("../../etc/x\r\nSet-Cookie: y=1", "etc-x-Set-Cookie-y-1.md"),
        ('x"; filename=x.html', "x-filename-x-html.md"),
        ("con", "post-con.md"),
        ("a" * 120, f"{'a' * 80}.md"),
        ("", "post.md"),
    ],
)
def test_the_file_has_one_harmless_name(browser: Any, alice: User, slug: str, name: str) -> None:
    post = a_post(alice)
    Post.objects.update(slug=slug)
    reply = browser.get(f"/posts/{post.pk}/export/md")
    parsed = message_from_string(f"Content-Disposition: {reply.headers['Content-Disposition']}\n\n")
    assert (parsed.get_content_disposition(), parsed.get_filename()) == ("attachment", name)
    assert parsed.keys() == ["Content-Disposition"]


def test_a_refusal_is_a_page_with_a_way_on(browser: Any, alice: User) -> None:
    reply = browser.get(f"/posts/{a_post(alice).pk}/export/epub")
    assert reply.status_code == 403
    assert "Your free plan doesn’t include this." in reply.text and 'href="/pricing"' in reply.text
    assert browser.get(f"/posts/{a_post(alice).pk}/export/exe").status_code == 404


def test_a_selection_is_a_zip(browser: Any, alice: User) -> None:
    posts = [a_post(alice), a_post(alice), a_post(alice)]
    Post.objects.filter(pk=posts[2].pk).update(slug="other")
    sent = {"format": "html", "post": [str(post.pk) for post in (*posts, posts[0])]}
    reply = browser.post(ZIP, sent)
    assert names_in(reply) == ["how-tides-work.html", "how-tides-work-2.html", "other.html"]
    assert reply.headers["Content-Disposition"] == 'attachment; filename="posts-html.zip"'


def test_nothing_of_a_stranger_is_in_it(browser: Any, browser_for: Any, alice: User, mallory: User) -> None:
    sent = {"format": "md", "post": [str(a_post(mallory).pk), str(a_post(alice).pk)]}
    assert browser.post(ZIP, sent).status_code == 404
    assert browser.post(ZIP, {**sent, "post": [str(uuid7())]}).status_code == 404
    assert browser_for("mallory").post(ZIP, {**sent, "post": sent["post"][:1]}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"format": "md"}, "Choose at least one post."),
        ({"format": "md", "post": ["tides"]}, "One of these isn’t the ID of a post."),
        ({"format": "exe", "post": [str(uuid7())]}, "Choose one of md, html, json"),
        ({"format": "md", "post": [str(uuid7()) for _ in range(101)]}, "You can download 100 posts"),
    ],
)
def test_what_cannot_be_packed_is_a_sentence(
    browser: Any, alice: User, sent: dict[str, Any], sentence: str
) -> None:
    reply = browser.post(ZIP, sent)
    assert reply.status_code == 422 and sentence in reply.text


def test_a_zip_has_a_size(browser: Any, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_BYTES", 100)
    reply = browser.post(ZIP, {"format": "md", "post": [str(a_post(alice).pk)]})
    assert reply.status_code == 413 and "Choose fewer." in reply.text
