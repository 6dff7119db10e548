import json
from collections.abc import Sequence
from typing import Any

import pytest

from blogai.core.errors import ProviderRefused, UnusableReply
from generation.llm.base import FULL, SMALL, JsonSchema, Profile
from generation.pipeline.headings import distinct, tidied, tidy
from generation.pipeline.outline import _Draft, description, plan, schema, tags
from generation.pipeline.outline_reply import MOST_CHARACTERS
from generation.pipeline.tests.doubles import Answer, ScriptedModels, full_outline, small_outline
from generation.pipeline.types import WORDS_PER_SECTION, Brief, Outline

BRIEF = Brief(topic="Gardens on balconies", keywords=("pots", "bees"), sections=3)


async def planned(*answers: Answer, brief: Brief = BRIEF, profile: Profile = FULL) -> Outline:
    return await plan(brief, ScriptedModels(brief, {"outline": answers}, profile))


def reply(**changes: Any) -> str:
    return json.dumps(full_outline(BRIEF, **changes))


async def test_a_good_reply_is_taken_as_it_is() -> None:
    outline = await planned(reply())
    assert outline.title == "A Garden on the Balcony"
    assert outline.slug == "a-garden-on-the-balcony"
    assert [section.heading for section in outline.sections] == [f"Heading of part {n}" for n in (1, 2, 3)]
    assert outline.sections[1].claims == ("Claim 2a", "Claim 2b")
    assert outline.conclusion_heading == "What to plant first"
    assert outline.questions == ("Does basil need sun?", "How often do I water?")


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "```json\n{}\n```",
        "Here is {{the plan}}:\n\n{}\n\nGood luck {{with}} it!",
        "<think>What {{a}} brief.</think>\n{}",
        "<thinking>unclosed before</thinking>{}",
    ],
)
async def test_json_inside_prose_fences_and_thoughts_is_found(around: str) -> None:
    models = ScriptedModels(BRIEF, {"outline": [around.format(reply())]})
    await plan(BRIEF, models)
    assert len(models.calls) == 1


FAULTS = {
    "": "The reply is empty.",
    " \n": "The reply is empty.",
    "Gardens are nice.": "The reply is not a whole JSON object with a title.",
    reply()[:-200]: "The reply is not a whole JSON object with a title.",
    "[" * 50_000: "The reply is not a whole JSON object with a title.",
    '{"title":' * 5_000: "The reply is not a whole JSON object with a title.",
    "<think>" + reply(): "The reply is empty.",
    '{"headline": "x"}': "The reply is not a whole JSON object with a title.",
    '{"title": "x"}': "sections: Field required.",
    reply(title=None): "title: Input should be a valid string.",
    reply(title="  ##  "): "The title is empty.",
    reply(sections=[]): "It has 0 sections instead of 3.",
    reply(sections=[{"heading": "One"}] * 2): "It has 2 sections instead of 3.",
    reply(sections=[1, 2, 3]): "sections.0: Input should be a valid dictionary",
    reply(sections=[{"heading": "One"}] * 10_000): "The reply is far too long.",
}


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ('{"title": "Tides \\"twice\\" a day", "sections"', [('Tides "twice" a day', ())]),
        ('Here it is: {"title":"Tides\\u0020turn","description":"title"', [("Tides turn", ())]),
        (
            '{"title": "Tides", "sections": [{"heading": "1. The moon", "claims": ["It"]}, {"heading": "A',
            [("Tides", ()), ("Tides", ("The moon",))],
        ),
        (
            '{"title": "Tides", "headings": ["The moon", "The sun", "One too many"]}',
            [("Tides", ()), ("Tides", ("The moon",)), ("Tides", ("The moon", "The sun"))],
        ),
        ('{"headings": [null, 1, {"heading": 2}, "##"], "title": "Tides"}', [("Tides", ())]),
        ('{"title": "Tides", "sections": "None"}', [("Tides", ())]),
        ('{"title": "", "sections"', []),
        ('{"title": "Tides', []),
        ('{"title": ["Tides"]}', []),
        ('{"title": "Tides \\ud800", "x"', []),
        ('No "JSON" at all. ' * 400, []),
        ('{"x": ' + '["' * 5_000, []),
    ],
)
def test_title_and_headings_are_told_as_they_come(reply: str, told: list[tuple[str, Sequence[str]]]) -> None:
    heard: list[tuple[str, Sequence[str]]] = []
    brief = Brief(topic="The sea", sections=2)
    draft = _Draft(lambda title, headings: heard.append((title, headings)), brief, FULL)
    assert all(draft.write(reply[start : start + 5]) for start in range(0, len(reply), 5))
    assert heard == told


async def test_headings_are_told_as_the_outline_will_have_them() -> None:
    """Not as a small model repeats them, to be replaced under the reader's eyes."""
    repeated = small_outline("Balcony gardens", "Soil", "Soil!", title="Balcony gardens")
    heard: list[tuple[str, Sequence[str]]] = []
    models = ScriptedModels(BRIEF, {"outline": [repeated]}, SMALL, piece=5)
    outline = await plan(BRIEF, models, lambda title, headings: heard.append((title, headings)))
    headings = tuple(section.heading for section in outline.sections)
    assert headings == ("What it is", "Soil", "Why it matters")
    assert [told for _, told in heard] == [headings[:count] for count in range(4)]


@pytest.mark.parametrize(("bad", "defect"), FAULTS.items(), ids=[f"{n}" for n in range(len(FAULTS))])
async def test_an_unusable_reply_is_repaired_once_by_a_call_that_names_the_fault(
    bad: str, defect: str
) -> None:
    models = ScriptedModels(BRIEF, {"outline": [bad, reply()]}, piece=4096)
    assert (await plan(BRIEF, models)).title == "A Garden on the Balcony"
    first, second = models.prompts("outline")
    assert defect in second.user
    assert second.user.startswith(first.user)
    assert len(second.user) < len(first.user) + 2_500


async def test_two_unusable_replies_are_a_clear_failure() -> None:
    with pytest.raises(UnusableReply) as failure:
        await planned(("{", "length"), ("no", "cut"))
    assert failure.value.detail.startswith("The model couldn’t plan this post in two tries. The reply is")


async def test_a_reply_without_end_is_stopped() -> None:
    models = ScriptedModels(BRIEF, {"outline": ["x" * 10_000_000, reply()]}, piece=4096)
    await plan(BRIEF, models)
    assert len(models.calls) == 2
    assert MOST_CHARACTERS < 100_000


async def test_a_refusal_is_not_repaired() -> None:
    models = ScriptedModels(BRIEF, {"outline": [("", "refusal")]})
    with pytest.raises(ProviderRefused, match="declined to plan a post"):
        await plan(BRIEF, models)
    assert len(models.calls) == 1


async def test_whatever_the_fields_hold_the_outline_is_in_bounds() -> None:
    wild = [
        {"heading": "# **One**", "claims": ["c"] * 40 + ["d" * 9_000], "words": -5},
        {"heading": "2. Two\x00\n words \ud83c", "purpose": "p" * 9_000, "words": 10**400},
        {"heading": "", "words": 0},
    ]
    outline = await planned(
        reply(
            sections=wild,
            description="Much. " * 90,
            tags=["#a", "A", "b", *"cdefghijk"],
            slug="Ünï/../ x" * 40,
        )
    )
    assert [section.heading for section in outline.sections] == ["One", "Two words", "What it is"]
    assert outline.sections[0].claims == ("c", "d" * 599 + "…")
    assert sum(section.words for section in outline.sections) == 3 * WORDS_PER_SECTION
    assert all(section.words > 0 for section in outline.sections)
    assert len(outline.description) <= 160
    assert outline.description.endswith("Much.")
    assert outline.tags == ("a", "b", "c", "d", "e", "f", "g", "h")
    assert 0 < len(outline.slug) <= 80


@pytest.mark.parametrize(("words", "sections"), [(150, 12), (150, 1), (6000, 12), (700, 3)])
async def test_the_sections_share_the_words_of_the_brief(words: int, sections: int) -> None:
    brief = BRIEF.model_copy(update={"words": words, "sections": sections})
    outline = await plan(brief, ScriptedModels(brief))
    assert words * 0.65 < sum(section.words for section in outline.sections) < words


async def test_a_language_without_its_own_headings_gets_them_from_the_table() -> None:
    brief = BRIEF.model_copy(update={"language": "de-AT"})
    outline = await planned(reply(conclusion_heading="", faq_heading=" "), brief=brief)
    assert (outline.conclusion_heading, outline.faq_heading) == ("Fazit", "Häufige Fragen")


async def test_no_questions_without_a_faq() -> None:
    brief = BRIEF.model_copy(update={"include_faq": False})
    assert (await planned(reply(), brief=brief)).questions == ()
    assert "questions" not in schema(brief, FULL)["properties"]


# A model with the small profile


async def test_a_small_model_gives_headings_and_the_rest_is_derived() -> None:
    outline = await planned(small_outline("Choose pots", "Mix soil", "Water them"), profile=SMALL)
    assert [section.heading for section in outline.sections] == ["Choose pots", "Mix soil", "Water them"]
    assert outline.slug == "a-garden-on-the-balcony"
    assert outline.tags == ("pots", "bees")
    assert outline.questions[0] == "Why does it matter?"
    assert (outline.conclusion_heading, outline.faq_heading) == ("Conclusion", "Frequently asked questions")


async def test_repeated_headings_of_a_small_model_become_distinct() -> None:
    title = "The Benefits of Gardens"
    same = small_outline(title, "Benefits of gardens", "The benefits of gardens!", title=title)
    outline = await planned(same, profile=SMALL)
    assert [section.heading for section in outline.sections] == [
        "What it is",
        "Why it matters",
        "How to begin",
    ]


async def test_lines_of_a_small_model_that_were_cut_or_are_no_headings_are_replaced() -> None:
    title = "Why is it important to start a garden, and how to start your own balcony, wit"
    outline = await planned(
        small_outline(
            "tags: pots, bees",
            "Pots offer a wide range of services that can help in all the",
            "Mix",
            title=title,
        ),
        profile=SMALL,
    )
    assert outline.title == BRIEF.topic
    assert [section.heading for section in outline.sections] == ["What it is", "Why it matters", "Mix"]


@pytest.mark.parametrize("language", ["en", "de", "ja"])
@pytest.mark.parametrize("heading", ["", "Title", "Same thing", "section_1", "🌱", "---"])
def test_headings_are_never_empty_equal_or_the_title(heading: str, language: str) -> None:
    brief = Brief(topic="t", keywords=("bees", "Title"), sections=12, language=language)
    headings = distinct([tidy(heading)] * 12, "Title", brief, loosely=True)
    assert len({text.casefold() for text in (*headings, "Title")}) == 13
    assert all(any(character.isalnum() for character in text) for text in headings)


def test_headings_of_a_full_model_may_share_words() -> None:
    wanted = ["The pros of remote work for teams", "The cons of remote work for teams"]
    assert distinct(wanted, "Remote work for teams", BRIEF, loosely=False) == tuple(wanted)


@pytest.mark.parametrize(
    ("written", "heading"),
    [
        ("## **Choose** pots", "**Choose** pots"),
        ("**Choose pots**", "Choose pots"),
        ('"Choose pots."', "Choose pots"),
        ("Heading: Choose pots", "Choose pots"),
        ("Section 2: Choose pots", "Section 2: Choose pots"),
        ("Learning C#", "Learning C#"),
        ("5 ways to water", "5 ways to water"),
        ("#MeToo in gardens", "#MeToo in gardens"),
        ("What is soil?", "What is soil?"),
        ("section1_Title", ""),
        ("word " * 60, "word " * 22 + "word…"),
    ],
)
def test_a_heading_is_freed_from_what_stands_around_it(written: str, heading: str) -> None:
    assert tidy(written) == heading


@pytest.mark.parametrize(
    ("written", "headings"),
    [
        (["Section 1: Soil", "Section 2: Water"], ["Soil", "Water"]),
        (["**Chapter 1: Soil**", "Chapter 2 – Water"], ["Soil", "Water"]),
        (["1. Soil", "2) Water", "3. Light"], ["Soil", "Water", "Light"]),
        (["I. Soil", "II. Water"], ["Soil", "Water"]),
        (["Abschnitt 1: Boden", "Abschnitt 2: Wasser"], ["Boden", "Wasser"]),
        (["第1章：土", "第2章：水"], ["土", "水"]),
        (["Chapter 11: What a filing means"], ["Chapter 11: What a filing means"]),
        (
            ["How vouchers began", "Section 2: How vouchers work"],
            ["How vouchers began", "Section 2: How vouchers work"],
        ),
        (
            ["Section 8: How vouchers work", "2.5 litres a day"],
            ["Section 8: How vouchers work", "2.5 litres a day"],
        ),
        (["24. Dezember", "I, Robot", "Part of the plan"], ["24. Dezember", "I, Robot", "Part of the plan"]),
        (["node_modules", "What is snake_case?"], ["node_modules", "What is snake_case?"]),
        (["section_title", "Section1_Heading", "conclusion_heading"], ["", "", ""]),
        (["Section 1:", "1."], ["Section 1", "1"]),
    ],
)
def test_only_the_number_of_its_place_is_taken_off_a_heading(written: list[str], headings: list[str]) -> None:
    assert tidied(written) == headings


@pytest.mark.parametrize("around", ["*", "`", "_", "“", "#", "* ", "1. ", ": ", " #"])
def test_any_amount_of_it_holds_nothing_up(around: str) -> None:
    """A pattern that tries every way to split it would stop every run of the process for hours."""
    for heading in (
        around * 10_000 + "x",
        "x" + around * 10_000 + "y",
        around * 10_000 + "x" + around * 10_000,
    ):
        assert len(tidy(heading)) <= 120


# Small things


def test_a_description_ends_at_a_word() -> None:
    assert description("short") == "short"
    assert description("word " * 60) == "word " * 30 + "word…"
    assert description("All about pots: 1. Soil, 2. Water, 3.") == "All about pots"


def test_tags_are_few_and_each_once() -> None:
    assert tags(["#Garden", "garden", "", "City life"]) == ("Garden", "City life")


@pytest.mark.parametrize("profile", [FULL, SMALL])
def test_the_schema_keeps_to_what_strict_mode_allows(profile: Profile) -> None:
    allowed = {"type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems"}

    def check(node: JsonSchema) -> None:
        assert set(node) <= allowed | ({"maxLength"} if profile is SMALL else set())
        if node["type"] == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
            for child in node["properties"].values():
                check(child)
        if node["type"] == "array":
            check(node["items"])

    check(schema(BRIEF, profile))
