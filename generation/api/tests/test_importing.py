"""`POST /api/v1/posts/import`, and the page that does the same."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from accounts.models import User
from blogai.core import cage
from generation.importing import page
from generation.importing.conversion import markdown_of
from generation.importing.tests.files import A_DOCUMENT
from generation.models import Post
from generation.posts.markdown import FOREIGN
from generation.posts.tests.attacks import ATTACKS

IMPORT = "/api/v1/posts/import"
PAGE = (
    "<!doctype html><html><head><title>Tides &amp; more</title><style>p {}</style></head><body>"
    "<p>The <b>sea</b> <a href='https://example.org/'>comes</a><img src=x onerror=canary() alt='A wave'>.</p>"
    "<h2>Why</h2><ul><li>Moon</li></ul><table><tr><th>a</th></tr><tr><td>b</td></tr></table></body></html>"
)

pytestmark = pytest.mark.django_db


def send(client: Client, name: str, content: bytes | str, **fields: Any) -> Any:
    sent = content.encode() if isinstance(content, str) else content
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, sent), **fields}, MULTIPART_CONTENT)


def test_markdown_becomes_a_post_with_its_links(
    client_for: Callable[..., Client], browser: Client, alice: User
) -> None:
    text = "---\ntitle: Ebbe und Flut\nlang: de\n---\n[Mond](https://example.org/)\n\n## Flut\n\nSie kommt."
    text = "\ufeff" + text.replace("\n", "\r\n")
    reply = send(client_for("alice"), "x.md", text)
    assert reply.status_code == 201, reply.content
    post = reply.json()
    assert post["content_markdown"] == (
        "# Ebbe und Flut\n\n[Mond](https://example.org/)\n\n## Flut\n\nSie kommt."
    )
    assert (post["language"], post["version"], post["run"], post["model"]) == ("de", 1, None, "")
    assert reply.headers["Location"] == post["url"]
    assert Post.objects.get(pk=post["id"]).owner == alice
    shown = browser.get(f"/posts/{post['id']}").text
    assert '<a href="https://example.org/"' in shown
    assert "Written by" not in shown


def test_a_web_page_and_a_word_document(client_for: Callable[..., Client]) -> None:
    alice = client_for("alice")
    page = send(alice, "tides.html", PAGE, language="pt-BR").json()
    assert page["content_markdown"] == (
        "# Tides & more\n\nThe **sea** [comes](https://example.org/)A wave.\n\n## Why\n\n- Moon\n\n"
        "| a |\n| --- |\n| b |"
    )
    assert page["language"] == "pt-BR"
    word = send(alice, "x.docx", A_DOCUMENT).json()
    assert word["content_markdown"] == (
        "# How tides work\n\nTwice a day the sea comes in.\n\n## The pull\n\nThe moon pulls \\<b>.\n\n"
        "The moon over the sea"
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Zweimal am Tag kommt das Meer an Land, und niemand an der Küste wundert sich darüber. " * 3),
        (
            "fr",
            "Deux fois par jour, la mer monte au rivage, et personne ne s’en étonne sur place. " * 3,
        ),
        ("sv", "Två gånger om dagen stiger havet upp på land, och ingen vid kusten förvånas över det. " * 3),
        ("en", "Twice a day the sea comes up on the shore, and nobody on the coast is surprised by it. " * 3),
        ("ru", "Дважды в день море выходит на берег, и никто на побережье этому не удивляется."),
        ("pl", "Dwa razy dziennie morze przypływa i nikogo to nie dziwi."),
        ("en", "Ebbe und Flut."),  # too little to tell
    ],
)
def test_the_language_is_told_by_its_words(
    client_for: Callable[..., Client], language: str, text: str
) -> None:
    assert send(client_for("alice"), "x.md", text).json()["language"] == language


def test_nothing_of_a_page_runs() -> None:
    text = "\n\n".join(markdown_of(attack, FOREIGN) for attack in ATTACKS if attack.startswith("<"))
    assert len(text) > 100
    assert not re.search(r"(?<!\\)<\w", text)


@pytest.mark.parametrize(
    ("name", "content", "status", "sentence"),
    [
        ("x.pdf", b"%PDF", 422, "Choose a Markdown, HTML or Word file: .md, .html or .docx."),
        ("x.docm", A_DOCUMENT, 422, "This document has macros. "),
        ("x.md", b" \n", 422, "This file is empty."),
        ("x.html", b"<script>1</script>", 422, "This file has no text."),
        ("x.md", "é".encode("latin-1"), 422, "This file isn’t in UTF-8."),
        ("x.md", b"a\x00b", 422, "a character we can’t store"),
        ("x.md", b"a" * 2_000_001, 413, "up to 2 MB of text"),
        ("x.md", b"a" * 10_000_001, 413, "A file can have up to 10 MB."),
        ("x.docx", b"PK", 422, "This isn’t a Word document."),
    ],
)
def test_what_is_refused(
    client_for: Callable[..., Client], name: str, content: bytes, status: int, sentence: str
) -> None:
    reply = send(client_for("alice"), name, content)
    assert reply.status_code == status
    assert reply.json()["code"] == ("payload_too_large" if status == 413 else "validation_error")
    assert sentence in reply.json()["detail"]
    assert not Post.objects.exists()


def test_a_page_that_takes_too_long_is_given_up(
    client_for: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "LIMITS", cage.Limits(seconds=1))
    reply = send(client_for("alice"), "x.html", "<div>" * 200_000)
    assert reply.status_code == 422
    assert "takes too long" in reply.json()["detail"]


def test_other_fields_and_bodies_are_refused(client_for: Callable[..., Client]) -> None:
    alice = client_for("alice")
    assert send(alice, "x.md", "A.", colour="red").json()["errors"] == {"colour": ["Unknown field."]}
    assert "language code" in send(alice, "x.md", "A.", language="englisch!").json()["detail"]
    assert alice.post(IMPORT, {"file": "A."}).status_code == 415


def test_the_page_imports_and_says_what_is_wrong(browser: Client, alice: User) -> None:
    assert 'href="/posts/import"' in browser.get("/posts").text
    page = browser.post("/posts/import", {"file": SimpleUploadedFile("x.pdf", b"%PDF")})
    assert page.status_code == 422
    assert "Choose a Markdown, HTML or Word file" in page.text
    assert browser.post("/posts/import").status_code == 422
    page = browser.post("/posts/import", {"file": SimpleUploadedFile("how_tides-work.md", b"The sea.")})
    assert page.headers["Location"] == f"/posts/{Post.objects.get(owner=alice, title='how tides work').pk}"
