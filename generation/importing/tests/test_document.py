"""What becomes of a text: its title, its details, and its headings."""

import random
import zipfile

import pytest

from blogai.core.errors import ValidationFailed
from generation.importing import archive
from generation.importing.document import draft_of, name_of
from generation.importing.front_matter import taken_off
from generation.importing.tests.files import A_DOCUMENT, docx, paragraph

YAML = """---
title: "Tides: \\"why\\" \\u0000 twice"
description: >-
  The moon
  pulls.
tags:
- moon
- 'the sea''s'
slug: why-tides
---
The sea.
"""
TOML = '+++\ntitle = "Why"\ntags = ["moon", "sea"]\n[params]\na = 1\n+++\nThe sea.'


def test_front_matter_says_title_and_details() -> None:
    known, body = taken_off(YAML)
    draft = draft_of(body, known, called="file")
    assert draft.content_markdown == '# Tides: "why" twice\n\nThe sea.'
    assert (draft.slug, draft.description) == ("why-tides", "The moon pulls.")
    assert draft.tags == ("moon", "the sea's")
    assert taken_off(TOML) == ({"title": "Why", "tags": ["moon", "sea"]}, "The sea.")
    assert taken_off("---\ntags: [moon, 'sea']\n---") == ({"tags": ["moon", "sea"]}, "")


@pytest.mark.parametrize("text", ["---\n\nA.\n\n---\n\nB.", "---\ntitle: x", "+++\nx\n+++\n", "--- x"])
def test_a_line_is_not_front_matter(text: str) -> None:
    assert taken_off(text) == ({}, text)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("# One\n\nA.\n\n## Two\n\nB.", "# One\n\nA.\n\n## Two\n\nB."),
        ("Before.\n\nOne\n===\n\nA.", "# One\n\nBefore.\n\n\nA."),
        ("# One\n\n# Two\n\nA.\n\n### Three", "# One\n\n## Two\n\nA.\n\n#### Three"),
        ("A.\n\nOne\n===\n\n# Two\n\nThree\n---\nB.", "# file\n\nA.\n\n## One\n\n## Two\n\n### Three\nB."),
        ("```\n# No\n```", "# file\n\n```\n# No\n```"),
    ],
)
def test_the_title_and_the_levels(text: str, becomes: str) -> None:
    assert draft_of(text, {}, called=name_of("C:\\texts\\file.md")).content_markdown == becomes


def test_parts_begin_at_headings() -> None:
    parts = draft_of("# T\n\nA.\n\n## One\n\nB.\n\n## Two\n\nC.", {}, called="").parts
    assert [(part.name, part.heading, part.text) for part in parts] == [
        ("introduction", "", "A."),
        ("section-1", "One", "B."),
        ("section-2", "Two", "C."),
    ]


def _locked() -> bytes:
    content = bytearray(A_DOCUMENT)
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK, but no zip", archive.NOT_WORD),
        (docx(paragraph("A."), packing=zipfile.ZIP_LZMA), archive.NOT_WORD),
        (docx(kind="application/vnd.oasis.opendocument.text"), archive.NOT_WORD),
        (docx(paragraph("A."), more={"word/vbaProject.bin": b"Sub"}), archive.MACROS),
        (docx(kind="application/vnd.ms-word.document.macroEnabled.main+xml"), archive.MACROS),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(100), archive.LOCKED),
        (_locked(), archive.LOCKED),
        (docx(more={"word/a.xml": bytes(2 << 20)}), archive.BOMB),
        (docx(more={f"word/{number}": b"" for number in range(2_000)}), archive.BOMB),
    ],
    ids=["no zip", "an odd zip", "no Word", "macros", "a macro type", "old", "locked", "a bomb", "many"],
)
def test_a_document_is_looked_at_before_it_is_opened(content: bytes, sentence: str) -> None:
    archive.check(A_DOCUMENT)
    with pytest.raises(ValidationFailed) as refusal:
        archive.check(content)
    assert refusal.value.detail == sentence


@pytest.mark.parametrize(
    "packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_a_damaged_document_is_refused_or_read(packing: int) -> None:
    dice = random.Random(4)
    whole = docx(paragraph("A."), packing=packing)
    for _ in range(500):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[dice.randrange(len(whole))] = dice.randrange(256)
        try:
            archive.check(bytes(damaged[: dice.choice([None, dice.randrange(len(whole))])]))
        except ValidationFailed as refusal:
            assert refusal.detail in (archive.NOT_WORD, archive.LOCKED, archive.MACROS, archive.BOMB)
