"""Addresses that a model made up do not get into a post; the words around them do."""

import pytest

from generation.pipeline.footnotes import with_own_labels
from generation.pipeline.links import without_links


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("See [the guide](https://x.example/a_(b) 'T').", "See the guide."),
        ("See [**the** `guide`](<https://x.example/a b>).", "See **the** `guide`."),
        ("[over\ntwo lines](https://x.example)", "over\ntwo lines"),
        ("[relative](/a), [scheme](//x.example), [script](javascript:alert(1))", "relative, scheme, script"),
        ("![A bird](bird.png)", "A bird"),
        ("[![A bird](bird.png)](https://x.example) sings", "A bird sings"),
        ("As [shown][1], [Shown] and [SHOWN][].\n\n[1]: /a\n[shown]: <b> 'T'", "As shown, Shown and SHOWN."),
        ("It grows [1].\n\n[1]: https://x.example", "It grows."),
        ("It grows [[2](https://x.example)][3](https://y.example).", "It grows []."),
        ("In [2024](https://x.example) it grew.", "In 2024 it grew."),
        ("<https://www.x.example/a?b#c> and <me@x.example>", "x.example and me@x.example"),
        ("(https://user@x.example:8000/a_(b)). www.y.example!", "(x.example:8000). y.example!"),
        ("访问https://x.example/路径，然后www.y.example。", "访问x.example路径，然后y.example。"),
        ("**https://x.example/a** _www.y.example_", "**x.example** _y.example_"),
        ('<a href="https://x.example">words</a> <img src="x" alt="A bird">', "words A bird"),
        ("| [a](b) | ![c](d) |\n|---|---|\n| x<br>y | <u> |", "| a | c |\n|---|---|\n| x<br>y | <u> |"),
        ("- [ ] [a](b)\n- [x] c", "- [ ] a\n- [x] c"),
        ("One.\n\n[a]: b\n\nTwo.", "One.\n\nTwo."),
        ("[only](https://x.example)", "only"),
        ("![](https://x.example)", ""),
    ],
)
def test_words_stay_and_addresses_go(text: str, left: str) -> None:
    assert without_links(text) == left
    assert without_links(left) == left


@pytest.mark.parametrize(
    "text",
    [
        "`[a](https://x.example)` and ``www.x.example ` ``",
        "```\n[a](https://x.example)\n[1]: /b\n```",
        "    https://x.example\n\nText with a [bracket].",
        "> ~~~\n> ![a](b)\n> ~~~",
        "- item\n\n      [a](b)",
        "\\[a](b), \\![a], a[0](1 2), f(x)[y]",
        "Write <price-tag> or <b>, 1 < 2 > 0, and a@x.example.",
        "An array[0] and [a note] and [^1] and [ ].",
        "awww.no and xhttps://no and http:// alone",
        "[a\n\nb](c)",
    ],
)
def test_code_and_what_is_no_link_stay(text: str) -> None:
    assert without_links(text) == text


def test_footnotes_of_a_part_have_labels_of_their_own() -> None:
    text = "Wet[^1] and `[^1]`.[^note]\n\n[^1]: In May.\n[^note]: In *June*.\n\n    [^1] code"
    assert with_own_labels(text, "section-2") == (
        "Wet[^section-2-1] and `[^1]`.[^section-2-note]\n\n"
        "[^section-2-1]: In May.\n[^section-2-note]: In *June*.\n\n    [^section-2-1] code"
    )


def test_marks_without_a_footnote_go() -> None:
    assert with_own_labels("Wet [^1], dry[^2].\n\n```\n[^3]\n```", "faq") == "Wet, dry.\n\n```\n[^3]\n```"


@pytest.mark.parametrize("text", ["No notes.", "`[^1]`", "\\[^1]", "[^]", "[^a b]"])
def test_what_is_no_footnote_stays(text: str) -> None:
    assert with_own_labels(text, "faq") == text
