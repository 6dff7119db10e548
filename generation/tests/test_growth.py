"""No text holds the process up: the time it takes to read or render one grows with its length, no faster."""

import json
from collections.abc import Callable

import pytest

from blogai.core.body import read_json
from blogai.core.errors import BlogAIError
from blogai.tests.growth import PATTERNS, grows_too_fast
from generation.pipeline import headings, outline, outline_reply, questions, slugs
from generation.pipeline.footnotes import with_own_labels
from generation.pipeline.links import without_links
from generation.pipeline.outline_reply import NotAnOutline
from generation.pipeline.types import Brief
from generation.posts.markdown import render

pytestmark = pytest.mark.worker

BRIEF = Brief(topic="Gardens", sections=3)

READERS: dict[str, Callable[[str], object]] = {
    "questions": lambda text: questions.read(text, ("Is it wet?", "Why?")),
    "an answer": lambda text: questions.read(f"### Is it wet?{text}\n\n{text}\n\n1. {text}"),
    "a label": lambda text: questions.read(f"**Q: {text}**\n\nA: {text}"),
    "a question": questions.unlabelled,
    "a heading": headings.tidy,
    "headings": lambda text: headings.tidied([text, f"1. {text}", f"Section 3: {text}"]),
    "a slug": slugs.slug,
    "a description": outline.description,
    "tags": lambda text: outline.tags([text, f"#{text}"]),
    "a plan begun": lambda text: outline.so_far(f'{{"title": "{text}', 3),
}

PARSERS: dict[str, Callable[[str], object]] = {
    "links": lambda text: without_links(f"[a](b) {text}\n\n[x]: y"),
    "footnotes": lambda text: with_own_labels(f"[^1] {text}", "faq"),
    "a page": render,
    "a quotation": lambda text: render(f"> {text}"),
    "a table": lambda text: render(f"|a|\n|-|\n|{text}|"),
}

PLANS: dict[str, Callable[[str], object]] = {
    "a plan": lambda text: outline_reply.read(text, BRIEF),
    "an object": lambda text: outline_reply.read(f'{{"title": "x", "sections": {text}', BRIEF),
    "a string": lambda text: outline_reply.read(f'{{"title": "{text}", "sections": [],}}', BRIEF),
    "tags": lambda text: outline_reply.read(f'{{"title": "x", "sections": [], "tags": "{text}"}}', BRIEF),
}

BODIES: dict[str, Callable[[str], object]] = {
    "a body": lambda text: read_json(text.encode()),
    "a list": lambda text: read_json(f'{{"a": [{text}'.encode()),
    "a text": lambda text: read_json(json.dumps({"a": text}).encode()),
}


@pytest.mark.parametrize("reader", READERS)
def test_reading_is_linear(reader: str) -> None:
    for pattern in PATTERNS:
        assert not grows_too_fast(READERS[reader], pattern, 10_000, 20_000, 50_000, wrong=ValueError)


@pytest.mark.parametrize("reader", PLANS)
def test_reading_a_plan_is_linear(reader: str) -> None:
    for pattern in PATTERNS:
        assert not grows_too_fast(PLANS[reader], pattern, 10_000, 20_000, 50_000, wrong=NotAnOutline)


@pytest.mark.parametrize("reader", BODIES)
def test_reading_a_body_is_linear(reader: str) -> None:
    for pattern in PATTERNS:
        assert not grows_too_fast(BODIES[reader], pattern, 10_000, 20_000, 50_000, wrong=BlogAIError)


@pytest.mark.parametrize("parser", PARSERS)
def test_parsing_markdown_is_linear(parser: str) -> None:
    for pattern in PATTERNS:
        assert not grows_too_fast(PARSERS[parser], pattern, 3_000, 12_000, wrong=ValueError)
