"""/posts/{id}/edit: the form that saves a text without scripts, and the preview."""

import re
from typing import Any

import pytest

from accounts.models import User
from generation.editing.services import save_text, text_of
from generation.models import Post
from generation.posts.first_post import store_sample
from generation.posts.tests.posts import a_post

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")


def test_it_works(browser: Any, alice: User) -> None:
    post = a_post(alice)
    page = browser.get(f"/posts/{post.pk}/edit")
    assert '<textarea class="prose" id="text" name="text"' in page.text
    assert "Twice a day the sea comes in.\n\n## The pull of the moon\n\nThe moon pulls" in page.text
    assert f'href="/posts/{post.pk}/edit"' in browser.get(f"/posts/{post.pk}").text
    reply = send(browser, post, base=1, text="Once a day.\r\n\r\n## The pull\r\n\r\nIt pulls.")
    assert reply.redirect_chain == [(f"/posts/{post.pk}", 302)]
    assert "Saved." in reply.text
    assert text_now(post) == "Once a day.\n\n## The pull\n\nIt pulls."


def test_title_and_details_are_saved_with_the_text(browser: Any, alice: User) -> None:
    post = a_post(alice)
    form = {
        "title": "Tides",
        "description": "Why they come.",
        "slug": "tides",
        "tags": "sea, , moon",
        "base": 1,
    }
    reply = send(browser, post, text=f"Low water.\n\n{text_now(post)}", **form)
    assert "Saved." in reply.text
    post = Post.objects.get(pk=post.pk)
    assert (post.title, post.description, post.slug, post.tags) == (
        "Tides",
        "Why they come.",
        "tides",
        ["sea", "moon"],
    )
    assert text_now(post).startswith("Low water.")


def test_a_mistake_in_one_field_saves_none_of_them(browser: Any, alice: User) -> None:
    post = a_post(alice)
    form = {"base": 1, "title": "", "slug": "not one word", "tags": "sea", "text": "Low water."}
    reply = browser.post(f"/posts/{post.pk}/edit", form)
    assert reply.status_code == 422
    for name in ("title", "slug"):
        assert re.search(rf'id="{name}-error">.*<span>[A-Z]', reply.text)
    for typed in ("Low water.</textarea>", 'value="not one word"', 'value="sea"'):
        assert typed in reply.text
    assert Post.objects.get(pk=post.pk).head == 1


def test_a_text_that_was_changed_elsewhere_meanwhile_is_merged(browser: Any, alice: User) -> None:
    post = a_post(alice)
    before = text_of(post).text
    save_text(alice, post.pk, base=1, text=before.replace("Twice a day", "Every day"))
    reply = send(browser, post, base=1, text=before.replace("the **sea**", "the **ocean**"))
    assert "we brought both together" in reply.text
    assert "Every day" in text_now(post)
    assert "ocean" in text_now(post)


def test_of_two_texts_for_one_sentence_none_is_lost(browser: Any, alice: User) -> None:
    post = a_post(alice)
    before = text_of(post).text
    save_text(
        alice, post.pk, base=1, text=before.replace("Twice a day the sea comes in.", "It comes and goes.")
    )
    sent = before.replace("Twice a day the sea comes in.", "Nobody knows why it comes.")
    reply = send(browser, post, base=1, text=sent)
    assert "The post has those; yours are kept." in reply.text
    assert "It comes and goes." in text_now(post)


@pytest.mark.parametrize("base", ["", "-1", "x", "9" * 40, "٣"])
def test_a_base_that_no_page_has_sent_loses_nothing(browser: Any, alice: User, base: str) -> None:
    post = a_post(alice)
    send(browser, post, base=base, text="High water.")
    assert text_now(post) == "High water."


@pytest.mark.parametrize(
    ("text", "status", "sentence"),
    [("a\x00b", 422, "a character we can’t store"), ("é" * 1_000_001, 413, "up to 2 MB of text")],
)
def test_what_cannot_be_saved_is_still_there(
    browser: Any, alice: User, text: str, status: int, sentence: str
) -> None:
    post = a_post(alice)
    reply = browser.post(f"/posts/{post.pk}/edit", {"base": 1, "text": text})
    assert reply.status_code == status
    assert re.search(rf'id="text-error">.*{sentence}', reply.text)
    assert text[-1000:] in reply.text
    assert Post.objects.get(pk=post.pk).head == 1


def test_the_sample_is_ours(browser: Any, alice: User) -> None:
    store_sample(alice)
    sample = Post.objects.get(owner=alice, is_sample=True)
    assert browser.get(f"/posts/{sample.pk}/edit").status_code == 404
    assert "/edit" not in browser.get(f"/posts/{sample.pk}").text


HOSTILE = "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>"


def test_script_in_every_field_is_text(browser: Any, alice: User) -> None:
    post = a_post(alice, HOSTILE, text=HOSTILE, language='en"><script>alert(1)</script>')
    page = browser.get(f"/posts/{post.pk}/edit").text
    assert page.count("<script") == page.count('<script type="module"') + page.count(
        '<script src="/static/vendor/htmx'
    ) + page.count('<script src="/static/js/site.js"') + page.count(
        '<script id="sentences" type="application/json"'
    )
    assert "<img" not in page
    shown = browser.post(f"/posts/{post.pk}/edit/preview", {"text": f"**Tides** {HOSTILE}"}).text
    assert "<strong>Tides</strong>" in shown
    assert "<script" not in shown
    assert "<img" not in shown


def send(browser: Any, post: Post, **form: Any) -> Any:
    return browser.post(f"/posts/{post.pk}/edit", form, follow=True)


def text_now(post: Post) -> str:
    return text_of(Post.objects.get(pk=post.pk)).text
