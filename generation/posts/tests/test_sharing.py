"""/shared/{token}: what strangers with a link see, and when they see nothing."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import closing
from accounts.models import User
from accounts.origins import UNKNOWN
from blogai.core.errors import Conflict
from generation.models import Post, Share
from generation.posts import services, sharing
from generation.posts.tests.posts import a_post

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")


def address(share: Share) -> str:
    return f"/shared/{share.token}"


def test_it_works(client: Client, alice: User) -> None:
    post = a_post(alice, "How the <tide> turns")
    share = sharing.share(alice, post.pk)
    reply = client.get(address(share))
    assert reply.status_code == 200
    assert "<h1" in reply.text and "How the &lt;tide&gt; turns" in reply.text
    assert "the <strong>sea</strong> follows" in reply.text
    for mine in (alice.email, str(alice.pk), str(post.pk), "scripted", "csrf", "<script", "/posts/"):
        assert mine not in reply.text, mine
    assert not reply.cookies
    assert (reply["Referrer-Policy"], reply["Cache-Control"]) == ("no-referrer", "private, no-cache")
    assert reply["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert '<meta name="robots" content="noindex' in reply.text
    assert 'rel="canonical"' not in reply.text


def test_it_shows_the_newest_text_in_its_direction(client: Client, alice: User) -> None:
    post = a_post(alice, "كيف يعمل المد والجزر", language="ar")
    share = sharing.share(alice, post.pk)
    Post.objects.filter(pk=post.pk).update(title="المد")
    page = client.get(address(share)).text
    assert '<html lang="ar" dir="rtl">' in page
    assert "<title>المد</title>" in page


def test_a_public_page_may_be_found_and_its_data_cannot_be_broken_out_of(client: Client, alice: User) -> None:
    post = a_post(alice, "Tides </script><script>alert(1)</script> & <!--")
    share = sharing.share(alice, post.pk, public=True)
    assert share.expires_at is None
    reply = client.get(address(share))
    assert "noindex" not in reply.text
    assert "X-Robots-Tag" not in reply.headers
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{address(share)}">' in reply.text
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', reply.text)
    assert (json.loads(data)["@type"], json.loads(data)["headline"]) == ("BlogPosting", post.title)
    assert reply.text.count("<script") == 1


def expire(share: Share) -> None:
    Share.objects.filter(pk=share.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def turn_off(share: Share) -> None:
    sharing.unshare(share.owner, share.pk)


def delete_post(share: Share) -> None:
    services.delete(share.owner, share.post_id)


def close_account(share: Share) -> None:
    closing.close(share.owner, UNKNOWN)


def close_by_staff(share: Share) -> None:
    User.objects.filter(pk=share.owner_id).update(is_active=False)


@pytest.mark.parametrize("end", [expire, turn_off, delete_post, close_account, close_by_staff])
def test_a_link_that_ended_is_like_one_that_never_was(
    client: Client, alice: User, end: Callable[[Share], None]
) -> None:
    share = sharing.share(alice, a_post(alice).pk)
    assert client.get(address(share)).status_code == 200
    end(share)
    replies = [client.get(path) for path in (address(share), "/shared/never-existed")]
    assert [reply.status_code for reply in replies] == [404, 404]
    ended, never = (re.sub(r"[0-9a-f]{32}", "…", reply.text).replace(share.token, "…") for reply in replies)
    assert sharing.UNUSABLE in ended
    assert ended == never.replace("never-existed", "…")


def test_a_restored_post_has_its_links_again(client: Client, alice: User) -> None:
    share = sharing.share(alice, a_post(alice).pk)
    services.delete(alice, share.post_id)
    assert list(sharing.shares_of(alice)) == []
    services.restore(alice, share.post_id)
    assert client.get(address(share)).status_code == 200


def test_a_post_has_ten_links_at_most_and_expired_ones_do_not_count(alice: User) -> None:
    post = a_post(alice)
    shares = [sharing.share(alice, post.pk) for _ in range(sharing.MOST)]
    assert len({share.token for share in shares}) == sharing.MOST
    assert min(len(share.token) for share in shares) >= 22, "128 bits in base64"
    with pytest.raises(Conflict, match="Turn one off first"):
        sharing.share(alice, post.pk)
    expire(shares[0])
    sharing.share(alice, post.pk)


def test_expired_ones_are_forgotten_after_a_month(alice: User) -> None:
    post = a_post(alice)
    old, expired, open = [sharing.share(alice, post.pk, days=1) for _ in range(3)]
    public = sharing.share(alice, post.pk, public=True)
    expire(expired)
    Share.objects.filter(pk=old.pk).update(expires_at=timezone.now() - sharing.RETENTION)
    assert sharing.purge() == 1
    assert set(sharing.shares_of(alice)) == {expired, open, public}


def test_the_activity_says_so(browser: Any, alice: User) -> None:
    share = sharing.share(alice, a_post(alice, "On tides").pk)
    sharing.unshare(alice, share.pk)
    page = browser.get("/settings/activity").text
    assert "Post shared" in page
    assert "Post no longer shared" in page
    assert share.token not in page
