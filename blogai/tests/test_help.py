"""The help pages: every article can be read and found, links lead somewhere, and what they say is so."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from accounts import closing, exports
from accounts.form_limits import BY_ADDRESS
from billing.entitlements import GRACE
from billing.models import Notice
from billing.tiers import SEEDS
from blogai import changelog
from blogai.core.ratelimit.base import Rate
from blogai.help.articles import FOLDER, Article, articles
from blogai.help.search import MAX_QUERY, find
from generation.api.generate_blog import WAIT_AT_MOST
from generation.exports.formats import FORMATS
from generation.notifications.schedule import MAX_ATTEMPTS
from generation.pipeline.types import (
    MAX_KEYWORDS,
    MAX_SECTIONS,
    MAX_TOPIC,
    MAX_WORDS,
    MIN_WORDS,
    TONES,
    WORDS_PER_SECTION,
    Brief,
)
from generation.posts.purge import RETENTION
from generation.posts.services import IN_TRASH
from generation.posts.sharing import DEFAULT_DAYS, MOST
from generation.runs.checkpoints import REVIEW_TIMEOUT

ARTICLES = list(articles())
"""Read without a database, as everything in this file: the help is there while the database is not."""
EACH = pytest.mark.parametrize("article", ARTICLES, ids=[article.slug for article in ARTICLES])


def of(slug: str) -> str:
    """The article's text, each paragraph on one line."""
    return " ".join((FOLDER / f"{slug}.md").read_text().split())


def test_it_works(client: Client) -> None:
    page = client.get("/help").text
    for article in ARTICLES:
        assert f'<a href="/help/{article.slug}">{article.question}</a>' in page
    assert page.count("<h2") > 4


@EACH
def test_an_article_answers_its_question(client: Client, article: Article) -> None:
    page = client.get(f"/help/{article.slug}").text
    assert f"<title>{article.question} · Help · Blog AI</title>" in page
    assert page.count("<h1>") == 1 and f"<h1>{article.question}</h1>" in page
    assert article.question.endswith("?")
    assert f'<meta name="description" content="{article.summary}">' in page.replace("&quot;", '"')
    assert 'href="/contact"' in page


@EACH
def test_its_summary_is_a_sentence_for_search_engines(article: Article) -> None:
    assert 40 <= len(article.summary) <= 160
    assert not re.search(r"[*`\[\]_<>#]", article.summary)


def test_the_index_has_every_article_once() -> None:
    slugs = [article.slug for article in ARTICLES]
    assert sorted(slugs) == sorted(path.stem for path in FOLDER.glob("*.md"))


@pytest.mark.parametrize(
    ("name", "html"),
    [*((article.slug, article.html) for article in ARTICLES), ("changelog", changelog._html())],
)
def test_links_lead_somewhere(name: str, html: str) -> None:
    slugs = {article.slug for article in ARTICLES}
    for address in re.findall(r'<a href="([^"]*)"', html):
        if address.startswith("https://"):
            continue
        path = address.partition("#")[0]
        try:
            resolve(path)
        except Resolver404:
            pytest.fail(f"{name} links to {address}")
        if path.startswith("/help/"):
            assert path.removeprefix("/help/") in slugs, address
    assert "<a>" not in html, "the sanitiser has removed an address"


def test_there_is_no_other_article(client: Client) -> None:
    reply = client.get("/help/nothing", headers={"Accept": "text/html"})
    assert reply.status_code == 404
    assert "find that help article." in reply.text


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("how do i start", "first-post"),
        ("REFUND", "what-counts"),
        ("do i get charged for failed posts?", "what-counts"),
        ("can't log in", "sign-in-problems"),
        ("I forgot my password", "change-password"),
        ("download as word", "take-a-post-with-you"),
        ("export posts", "take-a-post-with-you"),
        ("dark mode", "time-zone-and-theme"),
        ("delete account", "your-data"),
        ("api token", "api-key"),
        ("429", "api-limits"),
        ("citations", "facts-and-sources"),
        ("post is stuck", "failed-posts"),
        ("cancelled", "stop-and-resume"),
        ("is it down", "is-it-down"),
        ("cancel my subscription", "change-or-cancel-a-plan"),
        ("upgrade", "change-or-cancel-a-plan"),
        ("card declined", "payments-and-invoices"),
        ("unsubscribe from mails", "emails"),
        ("2fa", "two-step-sign-in"),
        ("lost my phone", "two-step-sign-in"),
        ("log out everywhere", "where-am-i-signed-in"),
        ("webhook signatures", "webhooks"),
    ],
)
def test_it_is_found_in_plain_words(client: Client, question: str, slug: str) -> None:
    assert slug in [article.slug for article in find(question)][:2]
    page = client.get("/help", {"q": question}).text
    assert re.search(rf'help-found.*href="/help/{slug}"', page, re.DOTALL)
    assert 'rel="canonical"' not in page


@pytest.mark.parametrize("query", ["zebra", "?!", "q" * 10_000, "%_\\", "'; --", "🌊", "the zebra of"])
def test_what_is_not_there_is_not_found(client: Client, query: str) -> None:
    reply = client.get("/help", {"q": query})
    assert reply.status_code == 200
    assert "Nothing found for" in reply.text
    assert "help-topics" in reply.text
    assert "q" * (MAX_QUERY + 1) not in reply.text


def test_an_empty_search_shows_everything(client: Client) -> None:
    assert client.get("/help", {"q": "   "}).text == client.get("/help").text


@pytest.mark.parametrize("path", ["/help", "/help/first-post", "/contact"])
def test_what_is_typed_into_an_address_stays_text(client: Client, path: str, settings: Any) -> None:
    hostile = '"><script>alert(1)</script>'
    page = client.get(path, {"q": hostile, "request_id": hostile}).text
    assert "<script>alert" not in page
    assert 'request_id="' not in page


def test_the_id_of_a_failed_request_goes_on_to_the_contact_form(client: Client) -> None:
    for path in ("/help", "/help/first-post"):
        assert 'href="/contact?request_id=ab12"' in client.get(path, {"request_id": "ab12"}).text
    found = client.get("/help", {"q": "refund", "request_id": "ab12"}).text
    assert 'type="hidden" name="request_id" value="ab12"' in found


def test_nul_is_refused(client: Client) -> None:
    assert client.get("/help?q=%00").status_code == 400


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("first-post", f"up to {MAX_TOPIC} characters"),
        ("a-better-post", f"1 to {MAX_SECTIONS}, and {Brief(topic='').sections} unless you choose otherwise"),
        ("a-better-post", f"{MIN_WORDS} to {MAX_WORDS:,}"),
        ("a-better-post", f"about {WORDS_PER_SECTION} words"),
        ("a-better-post", f"up to {MAX_KEYWORDS}, with commas"),
        ("a-better-post", f"{', '.join(TONES[:-1])} or {TONES[-1]}"),
        ("review-the-outline", f"up to {MAX_SECTIONS}"),
        ("share-a-post", f"{DEFAULT_DAYS} days, unless you say otherwise. A post can have {MOST} links"),
        ("delete-a-post", f"after {RETENTION.days} days nothing"),
        ("your-data", f"For {closing.GRACE.days} days you can sign in and keep it"),
        ("your-data", f"You can download it for {exports.LIFETIME.days} days"),
        ("change-password", "at least 10 characters"),
        ("first-api-call", f"longer than {WAIT_AT_MOST:.0f} seconds"),
    ],
)
def test_its_numbers_are_those_of_the_code(slug: str, said: str) -> None:
    assert said in of(slug)


def test_what_it_says_in_words_is_so(settings: Any) -> None:
    """Whoever changes one of these has to change an article too."""
    assert "waits for seven days" in of("review-the-outline") and REVIEW_TIMEOUT.days == 7
    assert "[trash](/posts/trash) for 30 days" in of("delete-a-post") and IN_TRASH.days == 30
    assert "works once, for three days" in of("change-password")
    assert settings.PASSWORD_RESET_TIMEOUT == 3 * 86_400
    assert "up to eight attempts" in of("webhooks") and MAX_ATTEMPTS == 8
    assert all(each.label in of("take-a-post-with-you") for each in FORMATS.values())
    assert [each.label for each in FORMATS.values() if each.free] == ["Markdown", "Web page", "JSON"]
    assert next(seed.tier for seed in SEEDS if "export_formats" in seed.features) == "starter"
    assert "for seven days while you sort it out" in of("payments-and-invoices") and GRACE.days == 7
    assert "from Starter on" in of("webhooks")
    assert next(seed.tier for seed in SEEDS if "webhooks" in seed.features) == "starter"
    assert "80% and one when you have used 100%" in of("emails")
    assert {"POSTS_80", "POSTS_100"} <= set(Notice.Kind.names)
    assert "After ten tries within a minute" in of("sign-in-problems")
    assert BY_ADDRESS["sign-in"][0] == Rate(10)
