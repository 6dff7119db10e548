"""The corpus of attacks through the renderer: nothing of it is left that a browser would run or ask for."""

from html.parser import HTMLParser

import pytest

from generation.posts.markdown import render, render_document, render_edited_for_page, render_for_page
from generation.posts.tests.attacks import ATTACKS, HOST

HARMLESS = {
    "class",
    "start",
    "type",
    "checked",
    "disabled",
    "id",
    "tabindex",
    "role",
    "aria-label",
    "title",
    "rel",
}
FORBIDDEN = {
    "script",
    "style",
    "svg",
    "math",
    "iframe",
    "object",
    "embed",
    "img",
    "link",
    "base",
    "meta",
    "form",
}


class _Found(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs


def test_there_are_enough_and_none_twice() -> None:
    assert len(ATTACKS) == len(set(ATTACKS)) >= 100


@pytest.mark.parametrize("renderer", [render, render_for_page, render_document, render_edited_for_page])
def test_nothing_is_left_that_runs(renderer: object) -> None:
    assert callable(renderer)
    for attack in ATTACKS:
        for text in (attack, f"Words {attack} words", f"- {attack}", f"| a |\n| - |\n| {attack} |"):
            found = _Found()
            found.feed(renderer(text))
            assert not found.tags & FORBIDDEN, attack
            for name, value in found.attributes:
                if name == "href":
                    assert (value or "").startswith(
                        ("http://", "https://", "mailto:")
                        if renderer is render_edited_for_page
                        else ("/", "#", "https://", "mailto:")
                    ), attack
                    assert HOST not in (value or "") or not (value or "").startswith("//"), attack
                else:
                    assert name in HARMLESS, attack
