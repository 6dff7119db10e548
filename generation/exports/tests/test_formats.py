"""Each format keeps what a post has, and takes its title for text. Other people's programs judge it."""

import json
import os
import re
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from lxml import etree
from lxml import html as lxml_html

from generation.exports.edition import Edition
from generation.exports.formats import FORMATS
from generation.exports.tests.editions import SHOWN, TEXT, WHEN, edition

JUDGES = Path(settings.BASE_DIR, "node_modules", ".bin")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def judge(name: str, file: Path, *options: str) -> None:
    """Fails with what the program of package.json finds wrong with the file."""
    found = (JUDGES / name).exists() and shutil.which("node") is not None
    assert found or not os.environ.get("CI"), f"CI is set, but there is no {name}."
    if not found:
        pytest.skip(f"{name} is not installed: `make node_modules/synced`")
    done = subprocess.run([JUDGES / name, *options, file], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def told(program: str, *arguments: str | Path) -> str:
    """What the program of poppler-utils prints."""
    found = shutil.which(program) is not None
    assert found or not os.environ.get("CI"), f"CI is set, but there is no {program}."
    if not found:
        pytest.skip(f"there is no {program}: install poppler-utils")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=True).stdout


def needs(suffix: str) -> None:
    available = FORMATS[suffix].available()
    assert available or not os.environ.get("CI"), f"CI is set, but what makes {suffix} files is missing."
    if not available:
        pytest.skip(f"this machine makes no {suffix} files")


async def made(suffix: str, of: Edition | None = None) -> bytes:
    needs(suffix)
    return await FORMATS[suffix].convert(of or edition())


async def text_in_zip(suffix: str, name: str, of: Edition | None = None) -> etree._Element:
    with zipfile.ZipFile(BytesIO(await made(suffix, of))) as archive:
        return etree.fromstring(archive.read(name))


async def test_markdown_has_the_title_as_data_and_the_text_as_it_is() -> None:
    head, _, body = (await made("md")).decode().removeprefix("---\n").partition("\n---\n\n")
    assert yaml.safe_load(head) == {
        "title": SHOWN,
        "description": 'Say "hi" & </script>',
        "slug": "tides",
        "date": WHEN,
        "lastmod": WHEN,
        "tags": ["moon", "a: b, c"],
        "lang": "en",
    }
    assert body == TEXT


async def test_json_is_the_reply_of_the_api() -> None:
    assert json.loads(await made("json", edition(title="Tides"))) == {"title": "Tides"}


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_a_web_page_is_valid_and_complete(tmp_path: Path, language: str) -> None:
    page = (await made("html", edition(language=language))).decode()
    (tmp_path / "post.html").write_text(page)
    (tmp_path / ".htmlvalidate.json").write_text('{"root": true, "extends": ["html-validate:standard"]}')
    tree = lxml_html.document_fromstring(page)
    assert (tree.get("lang"), tree.get("dir")) == (language, "rtl" if language == "ar" else "ltr")
    assert tree.xpath("string(//title)") == tree.xpath("string(//h1)") == SHOWN
    assert tree.xpath("string(//meta[@property='og:title']/@content)") == SHOWN
    (script,) = tree.xpath("//script")
    structured = json.loads(script.text)
    assert (structured["@type"], structured["headline"]) == ("BlogPosting", SHOWN)
    assert structured["description"] == 'Say "hi" & </script>'
    aligned = [cell.get("style") for cell in tree.xpath("//tr[1]/th")]
    assert aligned == ["text-align:left", "text-align:right", "text-align:center"]
    assert tree.xpath("count(//img[starts-with(@src, 'data:image/png')])") == 1
    assert tree.xpath("count(//input[@type='checkbox'])") == 2
    assert tree.xpath("count(//ul/li/ul/li/ul/li/ul/li)") == 1
    turned = tree.xpath("//h2[contains(., 'מסביב')]/@dir | //p[contains(., 'مرحبا')]/@dir")
    assert turned == (["rtl", "rtl"] if language == "en" else [])
    notes = {link.get("href") for link in tree.xpath("//a[@role='doc-noteref']")}
    assert notes == {f"#{note}" for note in tree.xpath("//section[@role='doc-endnotes']//li/@id")}
    assert len(notes) == 3
    judge("html-validate", tmp_path / "post.html", "--config", str(tmp_path / ".htmlvalidate.json"))


@pytest.mark.parametrize(
    ("text", "language"),
    [(TEXT, "en"), (TEXT, "ar"), ("", "ja"), ("## \n\n![](data:image/png;base64,AAAA)", "en")],
)
async def test_an_epub_is_valid(tmp_path: Path, text: str, language: str) -> None:
    book = tmp_path / "post.epub"
    book.write_bytes(await made("epub", edition(text, language=language)))
    if text == TEXT:
        with zipfile.ZipFile(book) as archive:
            assert archive.read("EPUB/picture-1.png").startswith(b"\x89PNG")
            post = archive.read("EPUB/post.xhtml").decode()
        assert "☐ to do" in re.sub(r"</?span>", "", post) and "☑" in post
        assert post.count('epub:type="noteref"') == 4
    judge("epubcheck-ts", book)


async def test_word_has_notes_directions_boxes_and_columns() -> None:
    document = await text_in_zip("docx", "word/document.xml")
    assert len(document.findall(f".//{W}footnoteReference")) == 4, "one note is mentioned twice"
    assert len(document.findall(f".//{W}bidi")) == 3, "a heading, a paragraph, a cell"
    aligned = [each.get(f"{W}val") for each in document.findall(f".//{W}tbl//{W}jc")]
    assert aligned == ["left", "right", "center"] * 3
    words = [each.text for each in document.iter(f"{W}t")]
    assert SHOWN in "".join(words)
    levels = {each.get(f"{W}val") for each in document.findall(f".//{W}ilvl")}
    assert levels == {"0", "1", "2", "3"}
    assert len(document.findall(".//{*}pic")) == 1
    arabic = await text_in_zip("docx", "word/document.xml", edition("مرحبا\n\n- مد\n\nSea", language="ar"))
    _, *paragraphs = arabic.iter(f"{W}p")
    assert [each.find(f".//{W}bidi") is not None for each in paragraphs] == [True, True, False]


async def test_opendocument_has_notes_boxes_and_columns() -> None:
    content = await text_in_zip("odt", "content.xml")
    assert len(content.findall(".//{*}note")) == 4
    words = "".join(content.itertext())
    assert "☐ to do" in words and "☒ done" in words and SHOWN in words
    assert len(content.findall(".//{*}table-cell")) == 9
    assert len(content.findall(".//{*}image")) == 1


async def test_latex_takes_commands_for_text() -> None:
    text = (await made("tex", edition(r"\input{/etc/passwd} $x$ `\write18{x}` 100% ~ ^ #1 & _"))).decode()
    assert r"\textbackslash today \&" in text
    for harmless in (
        r"\textbackslash input\{/etc/passwd\}",
        r"\$x\$",
        r"\textbackslash{}write18",
        r"100\%",
        r"\#1",
    ):
        assert harmless in text
    full = (await made("tex")).decode()
    assert full.count(r"\footnote{") == 4 and r"\item[$\boxtimes$]" in full
    assert r">{\raggedleft\arraybackslash}" in full and r"\begin{RTL}" in full
    assert "A dot" in full, "a picture is described"


async def test_pdf_has_the_text(tmp_path: Path) -> None:
    pdf = tmp_path / "post.pdf"
    pdf.write_bytes(await made("pdf"))
    text = told("pdftotext", pdf, "-")
    for words in ("=1+1", "7.2 m", "four", "The moon, mostly."):
        assert words in text
    about = told("pdfinfo", pdf)
    assert re.search(r"Tagged: +yes", about) and SHOWN in about
    assert told("pdfimages", "-list", pdf).count("image") >= 1


@pytest.mark.parametrize("suffix", FORMATS)
async def test_nothing_is_a_post_too(suffix: str) -> None:
    assert await made(suffix, edition("", title=" "))
