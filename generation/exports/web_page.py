"""A page on its own: HTML with what search engines and social networks read. It loads and runs nothing."""

import json

from django.template.loader import render_to_string

from generation.exports.edition import Edition

_IN_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
"""What could end a `<script>`, as JSON may write it too."""


def web_page(edition: Edition) -> bytes:
    return document(edition, for_print=False).encode(errors="replace")


def document(edition: Edition, *, for_print: bool) -> str:
    context = {
        "edition": edition,
        "structured": structured(edition),
        "for_print": for_print,
    }
    return render_to_string("generation/exports/page.html", context)


def structured(edition: Edition) -> str:
    """schema.org's BlogPosting as JSON that can stand in a page."""
    data = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": edition.shown_title,
        "description": edition.shown_description,
        "keywords": edition.shown_tags,
        "inLanguage": edition.language,
        "wordCount": edition.words,
        "dateCreated": edition.created_at.isoformat(),
        "dateModified": edition.updated_at.isoformat(),
    }
    known = {name: value for name, value in data.items() if value}
    return json.dumps(known, ensure_ascii=False, indent=2).translate(_IN_SCRIPT)
