"""Each check: what is good, what could be better, and what does not apply."""

from typing import Any

import pytest

from generation.seo.report import report
from generation.seo.text import MOST

GOOD: dict[str, Any] = {
    "title": "How tides work, and why they come twice a day",
    "description": "The moon pulls the sea, and the sea follows. Why that makes two tides a day, and how to "
    "read a table of them before you swim.",
    "slug": "how-tides-work",
    "language": "en",
    "keywords": ("tides", "moon"),
    "body": "Tides come twice a day. The moon pulls the sea.\n\n## How tides turn\n\n"
    + "The sea comes in. It stays for a while. Then it goes out again, and the sand is wet.\n\n" * 13
    + "The tides are in a table.\n\n## Before you swim\n\nLook at [the table of tides](https://example.com)."
    " ![A beach at low tide](beach.png)\n\n" + "The moon is full. Look out. Waves are high today.\n\n" * 10,
}


def found(**changes: Any) -> dict[str, Any]:
    return {check.id: check for check in report(**{**GOOD, **changes}).checks}


def test_it_works() -> None:
    checks = found()
    assert {id: check.state for id, check in checks.items()} == dict.fromkeys(checks, "good")
    assert len(checks) == 15
    assert not any(check.advice for check in checks.values())
    assert checks["keyword_density"].figure == "5 times, 1.3% of the words"


SECTION = "## Tides\n\nThe moon pulls.\n\n"
WORDS = "word " * 20
COULD_BE_BETTER: list[tuple[str, dict[str, Any]]] = [
    ("title_length", {"title": "Tides"}),
    ("title_length", {"title": "Tides " * 11}),
    ("title_length", {"title": "潮" * 31}),  # as wide as 62 letters
    ("description_length", {"description": ""}),
    ("description_length", {"description": "About tides."}),
    ("description_length", {"description": "Tides. " * 24}),
    ("slug", {"slug": "How_Tides"}),
    ("slug", {"slug": "tide-" * 13 + "s"}),
    ("keyword_in_title", {"title": "Why the sea goes out and comes back again"}),
    ("keyword_in_introduction", {"body": "The sea.\n\n" + SECTION}),
    ("keyword_in_heading", {"body": "Tides.\n\n## The sea\n\nTides."}),
    ("keyword_density", {"body": "Tides. " * 100}),
    ("keyword_density", {"body": "The sea. " * 100}),
    ("other_keywords", {"keywords": ("tides", "spring tide")}),
    ("length", {"body": SECTION}),
    ("headings", {"body": "#### Tides\n\nToo deep."}),
    ("headings", {"body": "# Tides\n\nA second title."}),
    ("headings", {"body": "##\n\nAn empty one."}),
    ("headings", {"body": WORDS * 16}),
    ("headings", {"body": SECTION + f"{WORDS}\n\n" * 16}),
    ("paragraphs", {"body": WORDS * 8}),
    ("sentences", {"body": f"{WORDS} more. {WORDS} more. Short. Short."}),
    ("readability", {"body": "Gravitational interactions necessitate considerable differentiation."}),
    ("links", {"body": "Click [here](https://example.com)."}),
    ("images", {"body": "![](beach.png)"}),
]


@pytest.mark.parametrize(("id", "changes"), COULD_BE_BETTER)
def test_what_could_be_better_says_what_to_do(id: str, changes: dict[str, Any]) -> None:
    check = found(**changes)[id]
    assert (check.state, bool(check.advice), bool(check.why)) == ("could_be_better", True, True)


@pytest.mark.parametrize(
    ("id", "changes"),
    [
        ("keyword", {"keywords": ()}),
        ("keyword", {"keywords": (), "keyword": " … "}),
        ("keyword_in_heading", {"body": "Tides."}),
        ("keyword_density", {"body": "Tides."}),
        ("paragraphs", {"body": ""}),
        ("sentences", {"body": "น้ำขึ้นน้ำลง", "language": "th"}),
        ("readability", {"body": "今日は晴れ。明日は雨。", "language": "ja"}),
        ("links", {"body": "Tides."}),
        ("images", {"body": "Tides."}),
    ],
)
def test_what_does_not_apply_is_no_reproach(id: str, changes: dict[str, Any]) -> None:
    assert found(**changes)[id].state == "not_applicable"


def test_a_keyword_of_the_owners_comes_before_those_of_the_brief() -> None:
    checked = report(**{**GOOD, "keyword": "  table  of tides "})
    assert (checked.keyword, checked.keywords) == ("table of tides", ("tides", "moon"))
    checks = {check.id: check for check in checked.checks}
    assert checks["keyword_in_title"].state == "could_be_better"
    assert checks["other_keywords"].figure == "2 of 2 found"


@pytest.mark.parametrize(
    ("keyword", "text", "times"),
    [
        ("tide", "Tides turn. The tide’s turn.", 2),
        ("Mond", "Des Mondes Licht, die Monde.", 2),
        ("port", "A portrait of transport.", 0),
        ("spring tide", "A spring tide follows a neap. Spring, then tide.", 1),
        ("潮汐", "潮汐は月の力。潮汐表を見る。", 2),
        ("STRASSE", "Die Straße.", 1),
    ],
)
def test_forms_of_a_word_count_and_parts_of_one_do_not(keyword: str, text: str, times: int) -> None:
    density = found(keywords=(keyword,), body=text)["keyword_density"]
    assert density.figure.split()[0] == str(times)


def test_code_is_no_text_and_a_paragraph_in_a_list_is() -> None:
    body = "- Tides\n- **Moon**\n\n```\ncode code\n```\n\n    more code\n\n| a | b |\n| - | - |\n| c | d |"
    assert found(body=body)["length"].value == 6


@pytest.mark.parametrize("mark", ["'", "![", "*a ", "## \n\n", "a. "])
def test_the_longest_text_is_checked_up_to_a_bound(mark: str) -> None:
    """Each takes a minute or more in whole."""
    checked = report(**{**GOOD, "body": "Tides come. " + mark * (2_000_000 // len(mark))})
    assert checked.truncated
    assert len(checked.checks) == 15
    assert not report(**{**GOOD, "body": "a" * MOST}).truncated
