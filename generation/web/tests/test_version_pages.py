"""The pages of a post's history: its versions, what changed, who wrote what, and going back."""

from typing import Any

import pytest

from accounts.models import User
from generation.editing.services import save_text, text_of
from generation.exports.edition import edition_of
from generation.models import Post
from generation.posts.tests.posts import a_post

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")


@pytest.fixture
def post(alice: User) -> Post:
    post = a_post(alice)
    text = text_of(post).text
    save_text(alice, post.pk, base=1, text=text.replace("Twice a day", "Twice <i>each</i> day"))
    post.refresh_from_db()
    return post


def test_it_works(browser: Any, post: Post) -> None:
    assert f'href="/posts/{post.pk}/versions"' in browser.get(f"/posts/{post.pk}").text
    page = browser.get(f"/posts/{post.pk}/versions").text
    assert page.index("Version 2</a>") < page.index("Version 1</a>")
    assert "Words: 2 added, 1 removed" in page
    assert page.count("Your post now") == 1


def test_nobody_has_edited_it(browser: Any, alice: User) -> None:
    post = a_post(alice)
    page = browser.get(f"/posts/{post.pk}/versions").text
    assert "Version 1</a>" in page and "What changed" not in page
    assert "These two are the same." in browser.get(f"/posts/{post.pk}/compare").text


def test_one_of_them(browser: Any, post: Post) -> None:
    page = browser.get(f"/posts/{post.pk}/versions/1").text
    assert "<p>Twice a day the sea comes in.</p>" in page and "<h2>The pull of the moon</h2>" in page
    assert browser.get(f"/posts/{post.pk}/versions/9").status_code == 404


@pytest.mark.parametrize("view", ["", "beside"])
def test_what_changed(browser: Any, post: Post, view: str) -> None:
    page = browser.get(f"/posts/{post.pk}/compare", {"from": 1, "to": 2, "view": view}).text
    assert "<ins>&lt;i&gt;each&lt;/i&gt; </ins>" in page
    assert "<del>a </del>" in page
    assert browser.get(f"/posts/{post.pk}/compare", {"from": "x"}).status_code == 404


def test_who_wrote_what(browser: Any, post: Post) -> None:
    page = browser.get(f"/posts/{post.pk}/authors").text
    assert page.index("You, version 2") < page.index("each") < page.index("version 1</a>")


def test_restore(browser: Any, post: Post) -> None:
    reply = browser.post(f"/posts/{post.pk}/versions/1/restore", follow=True)
    assert "The post is version 1 again, as version 3." in reply.text
    assert "<p>Twice a day the sea comes in.</p>" in reply.text


def test_pages_of_versions(browser: Any, alice: User, post: Post) -> None:
    for number in range(2, 24):
        save_text(alice, post.pk, base=number, text=f"Text {number}.")
    page = browser.get(f"/posts/{post.pk}/versions")
    assert "?before=5" in page.text and "Version 4<" not in page.text
    older = browser.get(f"/posts/{post.pk}/versions?before=5").text
    assert "Version 4<" in older and "Older" not in older


def test_links_are_shown_once_a_person_has_edited_it(browser: Any, alice: User) -> None:
    post = a_post(alice, text="[the tide](https://example.com/tide)")
    assert "example.com/tide" not in browser.get(f"/posts/{post.pk}").text
    text = "[Mine](https://example.com) [bad](javascript:alert(1)) [here](/sign-out)[^1]\n\n"
    text += "## More\n\n[^1]: Note."
    save_text(alice, post.pk, base=1, text=text)
    page = browser.get(f"/posts/{post.pk}").text
    assert '<a href="https://example.com" rel="nofollow noopener">Mine</a>' in page
    assert 'href="javascript' not in page and 'href="/sign-out"' not in page.partition("<article")[2]
    assert "<sup>1</sup>" in page, "a footnote may be defined in another section"


def test_so_are_those_in_files(alice: User) -> None:
    post = a_post(alice, text="[the tide](https://example.com/tide)")
    assert "example.com" not in edition_of(post, str).html
    text = "[Mine](https://example.com) [bad](javascript:alert(1)) [here](/sign-out) ![x](http://e.org/x.png)"
    save_text(alice, post.pk, base=1, text=text)
    post.refresh_from_db()
    html = edition_of(post, str).html
    assert '<a href="https://example.com">Mine</a>' in html
    assert 'href="j' not in html and 'href="/' not in html and "e.org" not in html
