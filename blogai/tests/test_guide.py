"""The guide and the reference at /docs: whole, true to the code, and each link leads somewhere."""

import html
import json
import re
import shlex
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest
from django.test import Client
from django.urls import resolve

from accounts.models import User
from billing.stripe.client import RATE as PAYMENTS
from billing.tiers import SEEDS
from blogai.guide import reference, tables
from blogai.guide.articles import FOLDER, RUN, Article, articles, examples, text_of
from blogai.openapi import ERRORS, METHODS
from blogai.serving.graceful_shutdown import RESTARTING
from generation.api.generate_blog import WAIT_AT_MOST
from generation.api.idempotency import MAX_KEY
from generation.live import connections, consumer
from generation.notifications.schedule import MAX_ATTEMPTS
from generation.pipeline.types import Outline, Part
from generation.runs import frames
from generation.runs.checkpoints import REVIEW_TIMEOUT

pytestmark = pytest.mark.django_db

ARTICLES = list(articles())
PATHS = ["/docs", *(f"/docs/{article.slug}" for article in ARTICLES[1:]), "/docs/reference"]
EACH = pytest.mark.parametrize("article", ARTICLES, ids=[article.slug for article in ARTICLES])
RUN_ID = UUID(int=7)
OUTLINE = Outline.model_validate_json(
    json.dumps(
        {
            **{"title": "T", "slug": "t", "description": "", "tags": [], "introduction": ""},
            **{"sections": [{"heading": "H", "purpose": "", "claims": [], "words": 100}]},
            **{"conclusion_heading": "C", "conclusion": "", "faq_heading": "Q", "questions": []},
        }
    )
)


def of(slug: str) -> str:
    """The article's text, each paragraph on one line."""
    return " ".join((FOLDER / f"{slug}.md").read_text().split())


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    paths = reference.document()["paths"]
    return [
        (path, method, paths[path][method]) for path in paths for method in METHODS if method in paths[path]
    ]


def test_it_works(client: Client) -> None:
    page = client.get("/docs").text
    assert page.count("<h1>") == 1 and "<h1>Blog AI API</h1>" in page
    for article in ARTICLES[1:]:
        assert re.search(rf'<a href="/docs/{article.slug}">{article.title}</a>', page)
    assert '<a href="/docs/reference">API reference</a>' in page


def test_every_operation_is_on_the_first_page_and_in_the_reference(client: Client) -> None:
    first, whole = client.get("/docs").text, client.get("/docs/reference").text
    for path, method, operation in operations():
        assert f"<b>{method.upper()}</b> {path}</code>" in first
        assert f'id="{operation["operationId"]}"' in whole
        assert html.escape(operation["summary"]) in first and html.escape(operation["summary"]) in whole
    assert "csrf" not in whole.lower()


def test_the_reference_says_who_may(client: Client) -> None:
    page = client.get("/docs/reference").text
    for name, needs in (
        ("posts_list", "Needs a key with <code>read</code>."),
        ("posts_delete", "Needs a key with <code>generate</code>."),
        ("webhooks_test", "Needs a key with <code>manage</code>."),
        ("api_keys_read", "Needs a key with <code>manage</code>."),
        ("health_live", "Needs no key."),
    ):
        assert needs in page.partition(f'id="{name}"')[2].partition("<h4>")[0], name


def test_each_example_of_the_reference_is_a_command_with_a_body_as_described() -> None:
    schemas = reference.document()["components"]["schemas"]
    commands = {each.id: each for group in reference.groups() for each in group.operations}
    sent = []
    for path, method, operation in operations():
        if operation["operationId"] not in commands:
            continue
        curl = html.unescape(re.sub("<[^>]+>", "", commands[operation["operationId"]].curl))
        words = shlex.split(curl)
        address = next(word for word in words if word.startswith("http"))
        assert re.fullmatch(re.sub(r"{\w+}", r"\\$[A-Z_]+", path), "/" + address.split("/", 3)[3])
        assert ("-H X-API-Key: $BLOG_AI_KEY" in " ".join(words)) == bool(operation["security"])
        assert ("-X" in words) == (method != "get" and not (method == "post" and "-d" in words))
        if "-d" in words:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            validator = jsonschema_rs.Draft202012Validator({**schema, "components": {"schemas": schemas}})
            body = json.loads(words[words.index("-d") + 1])
            assert body and validator.is_valid(body), (operation["operationId"], body)
            sent.append(operation["operationId"])
    assert {"generate_blog", "runs_outline_edit", "webhooks_test"} <= set(sent)


@EACH
def test_an_article_is_an_answer_with_examples_in_three_languages(client: Client, article: Article) -> None:
    page = client.get("/docs" if article is ARTICLES[0] else f"/docs/{article.slug}").text
    assert page.count("<h1>") == 1 and f"<h1>{article.title}</h1>" in page
    assert 40 <= len(article.summary) <= 160
    assert not re.search(r"[*`\[\]_<>#{}]", article.summary)
    assert not re.search(r"{[a-z_]+}", re.sub(r"<pre.*?</pre>|<code>.*?</code>", "", page, flags=re.DOTALL))
    to_run = [samples for samples in examples(text_of(article.slug)) if samples[0].language in RUN]
    assert to_run
    for samples in to_run:
        languages = tuple(sample.language for sample in samples)
        receives = "webhook-signature" in samples[0].source
        assert languages == (RUN[1:] if receives else RUN)


@pytest.mark.parametrize("path", PATHS)
def test_links_lead_somewhere(client: Client, path: str) -> None:
    page = client.get(path).text
    for address in set(re.findall(r'<a[^>]* href="([^"]*)"', page)):
        if address.startswith("https://"):
            continue
        there, _, anchor = address.partition("#")
        resolve(there.partition("?")[0] or path)
        if anchor and there.partition("?")[0] in ("", *PATHS):
            assert f'id="{anchor}"' in client.get(there or path).text, address
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_there_is_no_other_article_and_the_first_has_one_address(client: Client) -> None:
    reply = client.get("/docs/nothing", headers={"Accept": "text/html"})
    assert reply.status_code == 404
    assert "We can’t find that page in the API guide." in reply.text
    moved = client.get("/docs/quickstart")
    assert (moved.status_code, moved["Location"]) == (301, "/docs")


def test_a_reader_is_told_where_to_get_a_key(client: Client, alice: User) -> None:
    assert 'href="/sign-up">start free</a>' in client.get("/docs").text
    client.force_login(alice)
    page = client.get("/docs/errors").text
    assert 'href="/settings/api-keys">Create or replace a key</a>' in page
    assert not re.search(r"bai_(live|test)_\w", page)


@pytest.mark.parametrize("path", PATHS)
def test_a_page_asks_the_database_only_for_the_plans(
    client: Client, django_assert_num_queries: Any, path: str
) -> None:
    with django_assert_num_queries(1 if path == "/docs/limits" else 0):
        reply = client.get(path)
    assert "Cache-Control" not in reply.headers, "as of any public page"


def test_the_plans_are_those_of_the_table(client: Client) -> None:
    page = client.get("/docs/limits").text
    for seed in SEEDS:
        (row,) = re.findall(rf'<th scope="row">{seed.tier.title()}</th>(.*?)</tr>', page, re.DOTALL)
        limits = (
            *(seed.posts_per_month, seed.posts_per_day, seed.concurrent_runs),
            *(seed.requests_per_minute, seed.requests_per_hour),
        )
        assert re.findall("<td>(.*?)</td>", row) == [
            *("No limit" if limit is None else f"{limit:,}" for limit in limits),
            *(f"${seed.max_cost_usd:,}", f"${seed.monthly_cost_usd:,}"),
        ]


def test_every_code_has_its_status_and_advice(client: Client) -> None:
    page = client.get("/docs/errors").text
    assert {kind.code for kind in ERRORS} == set(tables.ADVICE)
    for kind in ERRORS:
        assert f"<td><code>{kind.code}</code></td>\n<td>{kind.status}</td>" in page


def test_every_frame_has_its_fields_and_a_meaning(client: Client) -> None:
    page = client.get("/docs/streaming").text
    assert set(frames.FIELDS) == set(tables.MEANINGS)
    assert all(f"<td><code>{kind}</code></td>" in page for kind in frames.FIELDS)


@pytest.mark.parametrize(
    "frame",
    [
        frames.queued(RUN_ID),
        frames.started(RUN_ID, kind="post", post_id=RUN_ID, conversation="tides", parts=("introduction",)),
        frames.outlined(RUN_ID, OUTLINE, ("introduction",)),
        frames.review(RUN_ID),
        frames.waiting(RUN_ID, "outline", seconds=1, reason="busy"),
        frames.drafted(RUN_ID, "Tides", ["The moon"]),
        frames.reset(RUN_ID, "introduction", attempt=2, reason="loop"),
        frames.delta(RUN_ID, "introduction", attempt=1, offset=0, text="The moon"),
        frames.part_done(RUN_ID, Part(name="introduction", heading="", text="The moon"), attempt=1),
        frames.completed(RUN_ID, kind="post", post_id=RUN_ID, title="Tides"),
        frames.failed(RUN_ID, ERRORS[0]()),
        frames.cancelled(RUN_ID, ERRORS[0]()),
        frames.saved(RUN_ID, 2),
    ],
    ids=lambda frame: frame["type"],
)
def test_a_frame_has_the_fields_that_are_described(frame: frames.Frame) -> None:
    assert {*frame} == {"type", *frames.FIELDS[frame["type"]].split()} - {"seq"}


def test_every_close_code_is_described() -> None:
    codes = {*consumer.CLOSE_CODES.values(), consumer.MESSAGE_TOO_BIG, consumer.INTERNAL_ERROR, RESTARTING}
    assert codes == set(tables.CLOSE_MEANINGS)


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("writing", f"longer than {WAIT_AT_MOST:.0f} seconds"),
        ("idempotency", f"of 1 to {MAX_KEY} printable"),
        ("limits", f"frame on a socket up to {consumer.MAX_FRAME_BYTES // 1000} KB"),
        ("limits", f"{connections.MAX_SOCKETS} sockets open at once"),
        ("limits", f"send {consumer.FRAMES.rate.count} frames a second"),
        ("websocket", f"within {['five'][int(consumer.AUTH_TIMEOUT) - 5]} seconds"),
    ],
)
def test_its_numbers_are_those_of_the_code(slug: str, said: str) -> None:
    assert said in of(slug)


def test_what_it_says_in_words_is_so(client: Client) -> None:
    """Whoever changes one of these has to change an article too."""
    assert "up to eight times" in of("webhooks") and MAX_ATTEMPTS == 8
    assert "for up to seven days" in of("outline") and REVIEW_TIMEOUT.days == 7
    assert "every plan from Starter on" in of("webhooks")
    assert next(seed.tier for seed in SEEDS if "webhooks" in seed.features) == "starter"
    assert f"{PAYMENTS.count} a minute" in client.get("/docs/limits").text
