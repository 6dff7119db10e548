"""Markdown with YAML in front, as Hugo, Jekyll, Eleventy and Astro read it."""

import yaml

from generation.exports.edition import Edition


class _Plain(yaml.SafeDumper):
    """Writes two equal dates twice, and not the second as a reference to the first."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def markdown(edition: Edition) -> bytes:
    """The YAML has the title, so the text starts without it."""
    data = {
        "title": edition.shown_title,
        "description": edition.shown_description,
        "slug": edition.slug,
        "date": edition.created_at,
        "lastmod": edition.updated_at,
        "tags": edition.shown_tags,
        "lang": edition.language,
    }
    known = {name: value for name, value in data.items() if value}
    head = yaml.dump(known, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=float("inf"))
    return f"---\n{head}---\n\n{edition.body.rstrip()}\n".encode(errors="replace")
