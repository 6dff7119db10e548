"""/posts/{id} of a finished post: reading, downloading, deleting and restoring."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.utils import timezone

from accounts.models import User
from generation.llm.simulated import Server
from generation.models import Post
from generation.pipeline.types import Brief
from generation.posts.services import IN_TRASH
from generation.posts.tests.posts import a_post
from generation.runs.start import RunOptions, start_run
from generation.worker.execute import execute

pytestmark = pytest.mark.usefixtures("no_lazy_fetches")


def test_it_works(browser: Any, alice: User) -> None:
    post = a_post(alice)
    reply = browser.get(f"/posts/{post.pk}")
    assert reply.status_code == 200
    assert "<title>How tides work · Blog AI</title>" in reply.text
    assert "the <strong>sea</strong> follows" in reply.text
    for name in ("introduction", "section-1", "conclusion", "faq"):
        assert f'href="#{name}"' in reply.text
        assert f'id="{name}"' in reply.text
    assert "1,240 words" in reply.text
    assert "local demo model" not in reply.text


def test_the_demo_models_text_says_so_and_how_to_change_it(browser: Any, alice: User) -> None:
    post = a_post(alice, written_by=("local", "SmolLM2"))
    reply = browser.get(f"/posts/{post.pk}")
    assert "local demo model" in reply.text
    assert 'This demo model is tiny. <a href="/connect">Connect a model</a> for real writing.' in reply.text


def test_what_the_checks_found_is_told(browser: Any, alice: User) -> None:
    found = "the questions and answers: left out: the model wrote no questions and answers"
    page = browser.get(f"/posts/{a_post(alice, notes=(found,)).pk}").text
    assert "The questions and answers: left out: the model wrote" in page
    assert "What the checks found" not in browser.get(f"/posts/{a_post(alice).pk}").text


ATTACKS = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    '<img src=x onerror="alert(1)">',
    "![x](https://example.com/pixel.png)",
    '<p style="position:fixed">x</p>',
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "</title><script>alert(1)</script>",
    "</h2><script>alert(1)</script>",
    "</article></main><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "{{ 7*7 }}{% now %}",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_of_a_model_is_inert(browser: Any, alice: User, attack: str) -> None:
    post = a_post(alice, title=attack, text=attack)
    page = browser.get(f"/posts/{post.pk}").text
    article = page[page.index('id="parts"') :]
    for live in ("<script>alert", 'href="javascript:', "<img", "<p style"):
        assert live not in article
    for around in (page.removesuffix(article), browser.get("/posts").text):
        assert "<script>alert" not in around
        assert "' onmouseover='" not in around


def test_the_title_comes_first_then_its_length(browser: Any, alice: User) -> None:
    page = browser.get(f"/posts/{a_post(alice).pk}").text
    article = page[page.index("<article") :]
    assert article.index("<h1") < article.index("1,240 words · 5 min to read") < article.index("<button")
    assert "tokens" not in article[: article.index('id="receipt"')]


@pytest.mark.parametrize(
    ("language", "counted"), [("zh-Hans", "characters"), ("ja", "characters"), ("ko", "words")]
)
def test_where_characters_are_counted_that_is_said(
    browser: Any, alice: User, language: str, counted: str
) -> None:
    page = browser.get(f"/posts/{a_post(alice, language=language).pk}").text
    assert f"1,240 {counted} · " in page


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("he-IL", "rtl"), ("de", "auto")])
def test_the_contents_are_in_the_language_of_the_post(
    browser: Any, alice: User, language: str, direction: str
) -> None:
    page = browser.get(f"/posts/{a_post(alice, language=language).pk}").text
    assert f'<ol dir="{direction}">' in page
    assert f'<span class="outline-name" lang="{language}" dir="auto">The pull of the moon</span>' in page
    assert f'<div class="part-text" dir="{direction}">' in page


def test_code_and_tables_are_scrolled_by_keyboard(browser: Any, alice: User) -> None:
    text = "| a |\n|---|\n| `<pre>` |\n\n```\n<table>\n```"
    page = browser.get(f"/posts/{a_post(alice, text=text).pk}").text
    assert '<div class="table-frame" tabindex="0" role="group" aria-label="Table"><table>' in page
    assert '<pre tabindex="0" role="group" aria-label="Code"><code>&lt;table&gt;' in page
    assert page.count("table-frame") == page.count("<table>") == page.count("</table></div>") == 1


def test_what_a_website_asks_for_is_there_to_be_copied(browser: Any, alice: User) -> None:
    post = a_post(alice)
    assert "Description" not in browser.get(f"/posts/{post.pk}").text, "there is none"
    Post.objects.update(description="Why the sea comes & goes.", tags=["moon", "sea"])
    page = browser.get(f"/posts/{post.pk}").text
    for value in ("Why the sea comes &amp; goes.", "moon, sea", "how-tides-work"):
        (name,) = re.findall(rf'<dd id="([^"]+)"[^>]*>{value}</dd>', page)
        assert f'data-copy-from="{name}"' in page


def test_another_like_this_has_the_same_choices(browser: Any, alice: User, provider: Server) -> None:
    brief = Brief(
        topic="Tides", keywords=("moon", "sea"), sections=2, tone="casual", language="de", words=700,
        include_faq=False,
    )  # fmt: skip
    run = start_run(alice, RunOptions(brief=brief))
    async_to_sync(execute)(run.pk)
    page = browser.get(f"/posts/{run.post_id}").text
    link, again = re.findall(r'href="(/new[^"]+)">\s*<svg', page)
    form = browser.get(unescape(link)).context["form"]
    chosen = {name: form[name].value() for name in ("topic", "sections", "tone", "language", "words")}
    assert chosen == {"topic": "", "sections": "2", "tone": "casual", "language": "de", "words": "700"}
    assert form["include_faq"].value() is False
    form = browser.get(unescape(again)).context["form"]
    chosen = {name: form[name].value() for name in ("topic", "keywords", "sections", "tone", "words")}
    assert chosen == {
        "topic": "Tides", "keywords": "moon, sea", "sections": "2", "tone": "casual", "words": "700"
    }  # fmt: skip


@pytest.mark.parametrize("title", ["مد وجزر", "潮の満ち引き", "x" * 500, "Tides & <b>time</b> 🌊"])
def test_any_title_is_shown(browser: Any, alice: User, title: str) -> None:
    post = a_post(alice, title=title)
    assert browser.get(f"/posts/{post.pk}").status_code == 200
    assert browser.get("/posts").status_code == 200


def test_it_takes_few_queries(browser: Any, alice: User, django_assert_max_num_queries: Any) -> None:
    post = a_post(alice)
    # the session and its user among them; the formats of the plan; what waits for a decision; the meter
    with django_assert_max_num_queries(1 + 3 + 1 + 1 + 1):
        assert browser.get(f"/posts/{post.pk}").status_code == 200


def test_the_markdown_is_there_to_be_copied(browser: Any, alice: User) -> None:
    post = a_post(alice)
    reply = browser.get(f"/posts/{post.pk}/markdown")
    assert reply.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert reply.headers["Content-Disposition"] == "attachment"
    assert reply.text == post.content_markdown


def test_deleted_is_gone_everywhere_and_can_be_undone(
    browser: Any, alice: User, client_for: Callable[..., Client]
) -> None:
    post = a_post(alice, title="Neap and spring")
    reply = browser.post(f"/posts/{post.pk}/delete")
    assert reply.url == f"/posts?deleted={post.pk}"
    assert browser.get(f"/posts/{post.pk}").status_code == 404
    assert browser.get(f"/posts/{post.pk}/markdown").status_code == 404
    assert post.title not in browser.get("/posts").text
    api = client_for("alice")
    assert api.get(f"/api/v1/posts/{post.pk}").status_code == 404
    assert api.get("/api/v1/posts").json()["results"] == []
    assert f'action="/posts/{post.pk}/restore"' in browser.get(reply.url).text
    assert browser.post(f"/posts/{post.pk}/restore").url == f"/posts/{post.pk}"
    assert browser.get(f"/posts/{post.pk}").status_code == 200
    assert "restore" not in browser.get(reply.url).text


def test_the_api_deletes_the_same_way(alice: User, client_for: Callable[..., Client], browser: Any) -> None:
    post = a_post(alice)
    api = client_for("alice")
    assert api.delete(f"/api/v1/posts/{post.pk}").status_code == 204
    assert api.get(f"/api/v1/posts/{post.pk}").status_code == 404
    assert api.delete(f"/api/v1/posts/{post.pk}").status_code == 404
    assert browser.post(f"/posts/{post.pk}/restore").status_code == 302


def test_undo_has_its_time(browser: Any, alice: User) -> None:
    post = a_post(alice)
    browser.post(f"/posts/{post.pk}/delete")
    Post.objects.update(deleted_at=timezone.now() - IN_TRASH - timedelta(seconds=1))
    assert browser.post(f"/posts/{post.pk}/restore").status_code == 404
    assert "restore" not in browser.get(f"/posts?deleted={post.pk}").text


def test_a_stranger_sees_what_nobody_sees(
    browser: Any, browser_for: Callable[[str], Client], alice: User
) -> None:
    post = a_post(alice)
    stranger = browser_for("mallory")
    assert stranger.post(f"/posts/{post.pk}/delete").status_code == 404
    assert browser.post(f"/posts/{post.pk}/delete").status_code == 302
    assert stranger.post(f"/posts/{post.pk}/restore").status_code == 404
    assert "restore" not in stranger.get(f"/posts?deleted={post.pk}").text
    assert browser.post(f"/posts/{post.pk}/restore").status_code == 302


def test_the_apis_address_of_a_post_is_its_page(alice: User, client_for: Callable[..., Client]) -> None:
    post = a_post(alice)
    assert client_for("alice").get(f"/api/v1/posts/{post.pk}").json()["url"].endswith(f"/posts/{post.pk}")
    assert "/api/" not in client_for("alice").get(f"/api/v1/posts/{post.pk}").json()["url"]
