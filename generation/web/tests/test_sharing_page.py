"""/posts/{id}/share and /settings/sharing: links, without JavaScript too."""

from typing import Any

import pytest

from accounts.models import User
from generation.models import Post
from generation.posts import sharing
from generation.posts.tests.posts import a_post

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")


def test_it_works(browser: Any, alice: User) -> None:
    post = a_post(alice)
    url = f"/posts/{post.pk}/share"
    assert f'href="{url}"' in browser.get(f"/posts/{post.pk}").text
    assert "They always see the newest version" in browser.get(url).text
    made = browser.post(url, {"days": "90"})
    share = sharing.shares_of(alice).get()
    assert made["Location"] == f"{url}#share-{share.pk}"
    assert f"http://testserver/shared/{share.token}" in browser.get(url).text
    assert f"/shared/{share.token}" in browser.get("/settings/sharing").text
    off = browser.post(f"/settings/sharing/{share.pk}/off", {"back": "post"})
    assert off["Location"] == url
    assert not sharing.shares_of(alice).exists()
    assert "You haven’t shared anything" in browser.get("/settings/sharing").text


@pytest.mark.parametrize(("sent", "said"), [({"days": "8"}, "select"), ({}, "required")])
def test_a_wrong_form_is_refused(browser: Any, alice: User, sent: dict[str, str], said: str) -> None:
    reply = browser.post(f"/posts/{a_post(alice).pk}/share", sent)
    assert reply.status_code == 422
    assert 'aria-invalid="true"' in reply.text
    assert not sharing.shares_of(alice).exists()


def test_an_eleventh_link_is_refused_with_the_way_out(browser: Any, alice: User) -> None:
    post = a_post(alice)
    for _ in range(sharing.MOST):
        sharing.share(alice, post.pk)
    reply = browser.post(f"/posts/{post.pk}/share", {"days": "30"})
    assert reply.status_code == 409
    assert "This post has 10 links already. Turn one off first." in reply.text


def test_the_list_of_all_links_costs_the_same_for_many(
    browser: Any, alice: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        for _ in range(9):
            sharing.share(alice, a_post(alice, f"Post {number}").pk)
    with django_assert_max_num_queries(6):
        first = browser.get("/settings/sharing").text
    assert 'href="?page=2"' in first
    assert first.count('class="entry"') == 50


def test_our_sample_cannot_be_shared(browser: Any, alice: User) -> None:
    post = a_post(alice)
    Post.objects.filter(pk=post.pk).update(is_sample=True)
    assert "/share" not in browser.get(f"/posts/{post.pk}").text
    assert browser.get(f"/posts/{post.pk}/share").status_code == 404
