"""Text that is being written is HTML from its first lines on, and costs in proportion to its length."""

from collections.abc import Iterator

import pytest

from generation.posts import growing
from generation.posts.growing import GrowingText, Rendered, render_unfinished
from generation.posts.markdown import render_for_page

TEXT = """\
A paragraph with **weight** and `code`.

### A heading
Right below it, a line
and another.

- one **bold**
- two

  still two

- three
10. a list of another kind

```python
def f():

    return "**"

- no list
```

| High | Low |
| --- | --- |
| 06:12 | **12:25** |

1. First

   ```
   code

in a list
"""


def shown(text: str, piece: int) -> Iterator[str]:
    """What a page shows after each piece of the text."""
    growing_text, finished, rendered = GrowingText(), "", Rendered("", "", "", False)
    for at in range(0, len(text), piece):
        new = growing_text.append(text[at : at + piece])
        if new:
            finished, rendered = finished + new.finished, new
            yield finished + rendered.open + new.rest
    yield finished + rendered.open


@pytest.mark.parametrize("piece", [1, 7, 1000])
def test_it_ends_as_the_whole(piece: int) -> None:
    *_, last = shown(TEXT, piece)
    assert last == render_for_page(TEXT)


def test_lists_tables_and_code_are_rendered_line_by_line() -> None:
    seen = list(shown(TEXT, 5))
    for html, before in (("<strong>bold</strong></li>", "two"), ("<code>def f", "return"), ("<th>", "06")):
        assert any(html in each and before not in each for each in seen), html
    assert not [each for each in seen if "<p>| High" in each]


@pytest.mark.parametrize("line", ["word " * 12 + "\n\n", "- item\n", "```\n", "x\n", "| a | b |\n"])
def test_it_costs_in_proportion(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done = 0

    def count(text: str) -> str:
        nonlocal done
        done += len(text)
        return ""

    monkeypatch.setattr(growing, "render_for_page", count)
    text = line * (50_000 // len(line))
    for _ in shown(text, 10):
        pass
    assert done < 15 * len(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Half of **a thing", "<p>Half of <strong>a thing</strong></p>\n"),
        ("Half of **", "<p>Half of</p>\n"),
        ("A table:\n\n| High | Low |\n| -", "<p>A table:</p>\n"),
        ("| High |\n| --- |\n| 06:", "<th>High</th>"),
        ("**Bold** and `code", "<p><strong>Bold</strong> and <code>code</code></p>\n"),
        ("Whole **line**\n\n- an *item*", "<strong>line</strong></p>\n<ul>\n<li>an <em>item</em></li>"),
    ],
)
def test_a_text_that_ends_anywhere(text: str, html: str) -> None:
    assert html in render_unfinished(text)
    assert "|" not in render_unfinished(text)
