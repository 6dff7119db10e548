"""Finds the help articles that answer a question typed in plain words."""

import re
from collections.abc import Iterable
from functools import cache

from blogai.help.articles import Article, articles

MAX_QUERY = 200
"""Characters of a question that are looked at."""
LEAST_SHARED = 4
"""Letters in common by which "refunded" finds "refund"."""
IN_QUESTION, IN_TEXT = 5, 1
"""What a word counts in an article's question, and in its text."""
SMALL_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a about am an and any are as at be been but by can cant could did do does doesnt dont for from get got
        had has have how i if im in into is isnt it its ive me my no not of on or our so than that the their
        them then there they this to too up us was we were what when where which who why will with would you
        your
        """,
    )
)


def find(query: str) -> list[Article]:
    """The articles that have at least half of the query's words, the best first; all for no query."""
    words = _words(query[:MAX_QUERY])
    wanted = (words - SMALL_WORDS) or words
    if not query.strip():
        return list(articles())
    scored = [(_score(wanted, article), article) for article in articles()]
    found = [(score, article) for (score, hits), article in scored if hits * 2 >= len(wanted) > 0]
    return [article for _, article in sorted(found, key=lambda each: -each[0])]


def _score(wanted: Iterable[str], article: Article) -> tuple[int, int]:
    """How well the article fits, and how many of the words it has."""
    in_question, in_text = _indexed(article)
    points = [
        IN_QUESTION if _has(in_question, word) else IN_TEXT if _has(in_text, word) else 0 for word in wanted
    ]
    return sum(points), sum(map(bool, points))


def _has(known: Iterable[str], word: str) -> bool:
    """Whether one begins with the other, so that "posts" finds "post" and "cancel" finds "cancelled"."""
    return any(
        other.startswith(word) or (len(other) >= LEAST_SHARED and word.startswith(other)) for other in known
    )


@cache
def _indexed(article: Article) -> tuple[frozenset[str], frozenset[str]]:
    return _words(f"{article.question} {article.also}"), _words(article.text)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", re.sub(r"['’]", "", text.casefold())))
