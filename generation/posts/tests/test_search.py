"""Search in the languages of posts: what is found, what isn't, what is marked, and by which index."""

import random
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from generation.models import Post
from generation.posts.library import library_page
from generation.posts.narrowed import Narrowed, narrowed_posts
from generation.posts.search import CONFIGURATIONS, Marker, condition, terms_of
from generation.posts.tests.posts import a_post

TEXTS = {
    "en": "The rivers were flowing through well-known valleys, and the naïve café had 3,000 guests.",
    "de": "Die Häuser standen an der Straße, und größere Gärten lagen dahinter.",
    "fr": "Les élèves étudiaient l’océan à Paris.",
    "ru": "Приливы зависят от Луны, и моряки знают это.",
    "ar": "المدارس الكَبيرة في المدينة",
    "pl": "Żółta łódź płynęła po jeziorze.",
    "zh": "月球的引力吸引海水，形成潮汐。iPhone价格上涨。",
    "ja": "データは東京の海で集められた。水です。",
    "ko": "데이터를 분석하는 방법",
    "th": "น้ำขึ้นน้ำลงเกิดจากดวงจันทร์",
}
FOUND = [
    ("flow", ["en"]),  # the stem
    ("river valley", ["en"]),  # all words
    ("river mountain", []),
    ("val", ["en"]),  # the last may be unfinished
    ("val river", []),
    ('"flowing through"', ["en"]),
    ("“well-known valleys”", ["en"]),
    ('"flow through"', []),  # in quotes, as it is written
    ("-river", ["ar", "de", "fr", "ja", "ko", "pl", "ru", "th", "zh"]),
    ("the -valley", []),
    ("NAIVE cafe", ["en"]),
    ("3000", []),
    ("haus", ["de"]),
    ("strasse", ["de"]),
    ("garten", ["de"]),
    ("eleve", ["fr"]),
    ("étudier", ["fr"]),
    ("ocean paris", ["fr"]),
    ("прилив луна", ["ru"]),
    ("مدرسة", []),
    ("الكبيرة", ["ar"]),
    ("كبير", ["ar"]),
    ("zolta lodz", ["pl"]),
    ("jezior", ["pl"]),
    ("引力", ["zh"]),
    ("力引", []),
    ("的引力吸", ["zh"]),
    ('"引力海水"', []),
    ("iPhone价格", ["zh"]),
    ("データ", ["ja"]),
    ("ﾃﾞｰﾀ", ["ja"]),  # half-width
    ("水", ["ja", "zh"]),
    ("东京", []),
    ("데이터 분석", ["ko"]),
    ("ดวงจันทร์", ["th"]),
    ("%", []),
]


def found_by(user: User, typed: str) -> list[str]:
    return sorted(narrowed_posts(user, Narrowed(search=typed)).values_list("language", flat=True))


def test_it_finds_words_in_their_language(alice: User, mallory: User) -> None:
    for language, text in TEXTS.items():
        for owner in (alice, mallory):
            post = a_post(owner, language=language)
            Post.objects.filter(pk=post.pk).update(title="-", content_markdown=f"# -\n\n{text}")
    assert library_page(alice, with_choices=True).choices.languages == tuple(sorted(TEXTS))
    wrong = {typed: found_by(alice, typed) for typed, expected in FOUND if found_by(alice, typed) != expected}
    assert wrong == {}


MARKED = [
    ("en", "flow", "were [flowing] through"),
    ("fr", "eleve", "Les [élèves] étudiaient"),
    ("ru", "луна", "от [Луны], и"),
    ("ar", "كبير", "المدارس [الكَبيرة] في"),
    ("de", "gart", "größere [Gärten] lagen"),
    ("zh", "引力", "月球的[引力]吸引"),
    ("ja", "ﾃﾞｰﾀ", "[データ]は"),
]


@pytest.mark.parametrize(("language", "typed", "expected"), MARKED)
def test_it_marks_what_was_found(language: str, typed: str, expected: str) -> None:
    pieces = Marker(terms_of(typed), language).excerpt(f"# -\n\n{TEXTS[language]}")
    assert expected in "".join(f"[{text}]" if found else text for text, found in pieces)


def test_an_excerpt_reads_as_the_page_does() -> None:
    text = (
        "# -\n\n> **Twice**, `a` day.\n\n## The sea_side\n\n- [the _moon_](https://moon.example/a_b),"
        "\n- a *wave*, ![high](https://example.org/x.png)\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"
    )
    pieces = Marker(terms_of("moon"), "en").excerpt(text)
    assert (
        "".join(piece for piece, _ in pieces) == "Twice, a day. The sea_side the moon, a wave, high a b 1 2"
    )
    assert [piece for piece, hit in pieces if hit] == ["moon"]


def test_a_text_that_is_long_or_odd_is_stored(alice: User) -> None:
    """The words of a text may take a megabyte at most: more, and the post could not be saved."""
    chance = random.Random(1)
    post = a_post(alice)
    for first, last in (
        (0x4E00, 0x9FFF),
        (0x20000, 0x2F000),
        (0x1E900, 0x1E943),
        (0x430, 0x44F),
        (1, 0xD7FF),
    ):
        text = "".join(
            chr(chance.randint(first, last)) + " " * (chance.random() < 0.2) for _ in range(250_000)
        )
        Post.objects.filter(pk=post.pk).update(content_markdown=text, language="ru")
    Post.objects.filter(pk=post.pk).update(content_markdown="'ـ ́ \\ ﷺ <-> & ' :*", language="fr")
    assert found_by(alice, "صلى") == ["fr"]


def test_each_language_has_its_configuration(db: None) -> None:
    """The same in the database as in Python, which asks and marks."""
    with connection.cursor() as cursor:
        for language, name in CONFIGURATIONS.items():
            cursor.execute("SELECT search_of_post(%s, '', 'x') IS NOT NULL, %s::regconfig", [language, name])
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'search_of_post'")
        source = cursor.fetchone()[0]
    assert all(f"WHEN '{language}' THEN '{name}'" in source for language, name in CONFIGURATIONS.items())


def test_it_goes_through_an_index(alice: User, settings: Any) -> None:
    a_post(alice)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    for typed in ("moon", '"moon pulls" -zebra', "引力"):
        plan = Post.objects.filter(condition(terms_of(typed), alice)).explain()
        assert "generated_content_search" in plan, plan
