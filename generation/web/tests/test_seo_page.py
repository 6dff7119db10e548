"""/posts/{id}/seo: what search engines make of a post."""

from typing import Any

import pytest

from accounts.models import User
from generation.posts.tests.posts import a_post

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")


def test_it_works(browser: Any, alice: User) -> None:
    post = a_post(alice)
    assert f'href="/posts/{post.pk}/seo"' in browser.get(f"/posts/{post.pk}").text
    page = browser.get(f"/posts/{post.pk}/seo").text
    assert "Type the keyword, and we’ll check where it stands." in page
    page = browser.get(f"/posts/{post.pk}/seo", {"keyword": 'tides "<b>'}).text
    assert 'value="tides &quot;&lt;b&gt;"' in page
    assert "Keyword in the title" in page


def test_keywords_of_the_brief_are_offered(browser: Any, alice: User) -> None:
    post = a_post(alice)
    post.scores["keywords_missing"] = ["low & high"]
    post.save()
    page = browser.get(f"/posts/{post.pk}/seo").text
    assert '<a href="?keyword=low%20%26%20high" dir="auto">low &amp; high</a>' in page
