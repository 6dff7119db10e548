"""Checks of the text: its length, headings, paragraphs, sentences, how easy it reads, links and images.

The bounds are those of Yoast's analysis, which writers know: 300 words for a post, 300 between two headings,
150 in a paragraph, and at most a quarter of the sentences over 20 words; for Japanese 600 characters, 300 and
40, which we take for Chinese too. Readers stay because of them; no search engine says that it counts them.
"""

from itertools import pairwise

from generation.pipeline.words import unspaced
from generation.seo.checks import Check, counted, judged, not_applicable
from generation.seo.readability import readability
from generation.seo.text import Text

LENGTH, UNDER_A_HEADING, PARAGRAPH, SENTENCE = 300, 300, 150, 20
CHARACTERS = {LENGTH: 600, UNDER_A_HEADING: 600, PARAGRAPH: 300, SENTENCE: 40}
"""The same where characters are counted."""
LONG_SENTENCES = 25
"""Percent of the sentences that may be longer."""
_UNMARKED = {"th", "lo", "km", "my", "bo", "dz"}
"""Languages that put no mark at the end of a sentence, or one that stands elsewhere too."""
_NO_WORDS = {"here", "click here", "this", "link", "read more", "more", ""}


def checks(text: Text) -> list[Check]:
    by_character = unspaced(text.words)
    return [
        _length(text, by_character),
        _headings(text, by_character),
        _paragraphs(text, by_character),
        _sentences(text, by_character),
        _readability(text),
        _links(text),
        _images(text),
    ]


def _bound(words: int, by_character: bool) -> tuple[int, str]:
    return (CHARACTERS[words], "character") if by_character else (words, "word")


def _length(text: Text, by_character: bool) -> Check:
    least, noun = _bound(LENGTH, by_character)
    return judged(
        "length",
        "Length of the text",
        len(text.words) >= least,
        counted(len(text.words), noun),
        len(text.words),
        why="A very short post rarely answers a question better than the pages that are there already.",
        advice=f"Say more, if there’s more to say. Most posts that are found have {least} {noun}s or more.",
    )


def _headings(text: Text, by_character: bool) -> Check:
    longest, noun = _bound(UNDER_A_HEADING, by_character)
    between = max((text.opening, *(heading.words_below for heading in text.headings)))
    levels = [1, *(heading.level for heading in text.headings)]
    advice = ""
    if any(not heading.text for heading in text.headings):
        advice = "A heading is empty. Give it words, or remove it."
    elif 1 in levels[1:]:
        advice = "Make every heading in the text a smaller one: the title is the only large one."
    elif any(after - before > 1 for before, after in pairwise(levels)):
        advice = "A heading skips a level. Use ## for a section and ### inside it."
    elif between > longest:
        advice = f"Give a stretch of {between:,} {noun}s a heading of its own, or split it."
    return judged(
        "headings",
        "Headings",
        not advice,
        counted(len(text.headings), "heading"),
        len(text.headings),
        why="Headings let people find their place, and tell machines how the post is built.",
        advice=advice,
    )


def _paragraphs(text: Text, by_character: bool) -> Check:
    longest, noun = _bound(PARAGRAPH, by_character)
    lengths = text.paragraph_lengths
    name, why = "Length of paragraphs", "A wall of text is hard to read on a phone."
    if not lengths:
        return not_applicable("paragraphs", name, "no paragraphs", why=why)
    long = sum(length > longest for length in lengths)
    return judged(
        "paragraphs",
        name,
        not long,
        f"longest {counted(max(lengths), noun)}",
        max(lengths),
        why=why,
        advice=f"Split {counted(long, 'paragraph')} of more than {longest} {noun}s.",
    )


def _sentences(text: Text, by_character: bool) -> Check:
    longest, noun = _bound(SENTENCE, by_character)
    name, why = "Length of sentences", "Long sentences cost attention. A few are fine."
    if not text.sentences or text.language in _UNMARKED:
        return not_applicable("sentences", name, "not counted", why=why)
    long = sum(len(sentence) > longest for sentence in text.sentences)
    percent = 100 * long / len(text.sentences)
    return judged(
        "sentences",
        name,
        percent <= LONG_SENTENCES,
        f"{percent:.0f}% over {longest} {noun}s",
        round(percent, 1),
        why=why,
        advice=f"Split some. Up to {LONG_SENTENCES}% may have more than {longest} {noun}s.",
    )


def _readability(text: Text) -> Check:
    name, why = "How easy it reads", "More people finish a text that’s easy to read."
    found = readability(text)
    if found is None:
        return not_applicable("readability", name, "no formula for this language", why=why)
    return judged(
        "readability",
        name,
        found.easy,
        f"{found.formula} {found.value:.0f} (good: {found.bound})",
        round(found.value, 1),
        why=why,
        advice="Shorter sentences and shorter words help most.",
    )


def _links(text: Text) -> Check:
    name = "Words of links"
    why = "The words of a link say where it leads, to people and to search engines."
    if not text.links:
        return not_applicable("links", name, "no links", why=why)
    empty = sum(link.strip().casefold() in _NO_WORDS for link in text.links)
    return judged(
        "links",
        name,
        not empty,
        counted(len(text.links), "link"),
        len(text.links),
        why=why,
        advice=f"{counted(empty, 'link')} could say more than “here”: name what’s behind it.",
    )


def _images(text: Text) -> Check:
    name = "Descriptions of images"
    why = "People who can’t see an image hear its description, and image search reads it."
    if not text.images:
        return not_applicable("images", name, "no images", why=why)
    bare = sum(not image for image in text.images)
    return judged(
        "images",
        name,
        not bare,
        f"{len(text.images) - bare} of {counted(len(text.images), 'image')} described",
        len(text.images) - bare,
        why=why,
        advice=f"Describe {counted(bare, 'image')} in a few words.",
    )
