"""Checks of what a page of results shows of a post: its title, description and address.

Bounds are in columns, of which a Chinese, Japanese or Korean character takes two. Google publishes none: it
cuts a title and a description to the width of the device (Search Central, "Influencing title links" and
"Control your snippets"). Ours are what fits on a desktop: about 600 pixels of a title are 60 columns, and two
lines of a description 160.
"""

import re
import unicodedata

from generation.seo.checks import Check, counted, judged

TITLE = (30, 60)
DESCRIPTION = (70, 160)
SLUG = 60
"""Longer ones are cut in results, and in messages that people paste them into."""
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def checks(title: str, description: str, slug: str) -> list[Check]:
    return [title_length(title), description_length(description), slug_form(slug)]


def title_length(title: str) -> Check:
    shortest, longest = TITLE
    columns = columns_of(title)
    return judged(
        "title_length",
        "Length of the title",
        shortest <= columns <= longest,
        counted(len(title), "character"),
        len(title),
        why="Results show about 60 characters of a title, half as many in Chinese, Japanese or Korean.",
        advice="Shorten it, or put what matters first."
        if columns > longest
        else "Add what a reader would search for.",
    )


def description_length(description: str) -> Check:
    shortest, longest = DESCRIPTION
    columns = columns_of(description)
    if not columns:
        advice = "Write one: one or two sentences on what a reader gets."
    elif columns > longest:
        advice = "Shorten it, so that its end isn’t cut off."
    else:
        advice = "There’s room for another sentence: say what a reader gets."
    return judged(
        "description_length",
        "Length of the description",
        shortest <= columns <= longest,
        counted(len(description), "character"),
        len(description),
        why="Results often show it below the title, about 160 characters of it. Without one, they pick a "
        "sentence themselves.",
        advice=advice,
    )


def slug_form(slug: str) -> Check:
    good = len(slug) <= SLUG and _SLUG.fullmatch(slug) is not None
    return judged(
        "slug",
        "Slug",
        good,
        counted(len(slug), "character"),
        len(slug),
        why="The end of the address is read in results and in links that people share.",
        advice=f"Use up to {SLUG} lower-case letters and digits, with a hyphen between words.",
    )


def columns_of(text: str) -> int:
    """How wide the text is: most characters take one column, East Asian ones two, marks on a letter none."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text.strip()
    )
