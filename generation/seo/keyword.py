"""Checks of where a keyword stands. Forms of a word that differ by an ending count as the same.

The bounds of the density are Yoast's ("Keyphrase density": 0.5 to 3 %), the best known convention. No search
engine publishes one, and Google's spam policies only name the upper end: keyword stuffing.
"""

from collections.abc import Sequence

from generation.pipeline.words import words
from generation.seo.checks import Check, counted, judged, not_applicable, occurrences
from generation.seo.text import Text

DENSITY = (0.5, 3.0)
"""Percent of the words."""
_SHORTEST = 100
"""Words of a text that has a density: in fewer, one keyword more decides it."""


def checks(title: str, text: Text, keyword: str, others: Sequence[str]) -> list[Check]:
    """Of the keyword that the post is for; `others` are only to be found anywhere."""
    if not words(keyword):
        return [
            not_applicable(
                "keyword",
                "Keyword",
                "none",
                why="A post that’s found is about one thing that people search for.",
                advice="Type the keyword, and we’ll check where it stands.",
            )
        ]
    found = [_in_title(title, keyword), _in_opening(text, keyword), _in_heading(text, keyword)]
    found.append(_density(text, keyword))
    return [*found, _others(text, others)] if others else found


def _in_title(title: str, keyword: str) -> Check:
    times = occurrences(keyword, words(title))
    return judged(
        "keyword_in_title",
        "Keyword in the title",
        times > 0,
        "found" if times else "not found",
        times,
        why="The title is the first thing that readers of results compare with what they searched for.",
        advice="Work it into the title, near the beginning if that reads well.",
    )


def _in_opening(text: Text, keyword: str) -> Check:
    times = occurrences(keyword, words(text.paragraphs[0])) if text.paragraphs else 0
    return judged(
        "keyword_in_introduction",
        "Keyword in the first paragraph",
        times > 0,
        "found" if times else "not found",
        times,
        why="Readers decide in the first paragraph whether they’re in the right place.",
        advice="Say in the first paragraph what the post is about, in the words of the keyword.",
    )


def _in_heading(text: Text, keyword: str) -> Check:
    name = "Keyword in a heading"
    why = "Headings are what people skim, and results can link to one."
    if not text.headings:
        return not_applicable("keyword_in_heading", name, "no headings", why=why)
    times = sum(1 for heading in text.headings if occurrences(keyword, words(heading.text)))
    return judged(
        "keyword_in_heading",
        name,
        times > 0,
        f"in {times} of {counted(len(text.headings), 'heading')}",
        times,
        why=why,
        advice="Use it in at least one heading where it says what the section is about.",
    )


def _density(text: Text, keyword: str) -> Check:
    name = "How often the keyword appears"
    why = "Too rare, and the post seems to be about something else. Too often, and it reads like spam."
    times = occurrences(keyword, text.words)
    if len(text.words) < _SHORTEST:
        return not_applicable(
            "keyword_density", name, f"{counted(times, 'time')}, in a very short text", why=why
        )
    percent = 100 * times * len(words(keyword)) / len(text.words)
    least, most = DENSITY
    return judged(
        "keyword_density",
        name,
        least <= percent <= most,
        f"{counted(times, 'time')}, {percent:.1f}% of the words",
        round(percent, 2),
        why=why,
        advice="Replace some with other words, or leave them out."
        if percent > most
        else "Use it where you now say “it” or “this”.",
    )


def _others(text: Text, others: Sequence[str]) -> Check:
    missing = [each for each in others if not occurrences(each, text.words)]
    return judged(
        "other_keywords",
        "Other keywords",
        not missing,
        f"{len(others) - len(missing)} of {len(others)} found",
        len(others) - len(missing),
        why="People search for the same thing in other words.",
        advice=f"Not in the text yet: {', '.join(missing)}.",
    )
