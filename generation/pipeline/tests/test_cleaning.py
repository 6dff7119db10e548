import random

import pytest
from markdown_it import MarkdownIt

from generation.pipeline.cleaning import Cleaner, cleaned, one_line, self_contained
from generation.pipeline.tests.doubles import chunks

ECHOES = ("Pots and Soil", "A Garden on the Balcony", "Section 2: Pots and Soil", "土とプランター")


def clean(text: str, pieces: list[str] | None = None) -> str:
    """The text as a reader has it in the end: what is taken back is forgotten."""
    cleaner = Cleaner(ECHOES)
    shown = ""
    for piece in pieces or [text]:
        shown = _then(cleaner, shown, cleaner.feed(piece))
    return _then(cleaner, shown, cleaner.close())


def _then(cleaner: Cleaner, shown: str, text: str) -> str:
    return text if cleaner.taken_back() else shown + text


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        ("Plain text.", "Plain text."),
        ("\n\n  Plain text. \n\n", "Plain text."),
        ("One.\n\nTwo.", "One.\n\nTwo."),
        ("Two  spaces  \nand a break", "Two  spaces  \nand a break"),
        # thoughts
        ("<think>Hm.</think>\n\nText.", "Text."),
        ("<THINKING>Hm.\n\n# no</thinking>Text.", "Text."),
        ("Text. <think>Never ends", "Text."),
        ("A <think>b</think>c <think>d</think>e", "A c e"),
        ("The tag `<think>` is text, so is a < b.", "The tag `<think>` is text, so is a < b."),
        ("Ends with <thi", "Ends with <thi"),
        ("Ends with <", "Ends with <"),
        # echoes
        ("## Pots and Soil\n\nText.", "Text."),
        ("# A Garden on the Balcony\n## Pots and soil:\nText.", "Text."),
        ("**Pots and Soil**\n\nText.", "Text."),
        ("Section 2: Pots and Soil\nText.", "Text."),
        ("pots and soil\nText.", "Text."),
        ("Pots and soil are all you need.", "Pots and soil are all you need."),
        ("**Pots** first.", "**Pots** first."),
        ("## Its own idea of a heading\n\nText.", "Text."),
        ("## What about a question?\n\nText.", "### What about a question?\n\nText."),
        ("土とプランター\n\n本文。", "本文。"),
        ("### A subheading\n\nText.", "### A subheading\n\nText."),
        ("Text.\n\n## Pots and Soil\n\nMore.", "Text.\n\n### Pots and Soil\n\nMore."),
        ("---\n\nText.", "Text."),
        ("## Pots and Soil", ""),
        # fences
        ("```markdown\n## Pots and Soil\n\nText.\n```", "Text."),
        ("```\nText.\n```\n", "Text."),
        ("````md\nText.\n\n```py\nx = 1\n```\n````", "Text.\n\n```py\nx = 1\n```"),
        ("```markdown\nText.\n\n```py\n# x\n```\n\nMore.\n```", "Text.\n\n```py\n# x\n```\n\nMore."),
        ("```python\n# a comment\n```", "```python\n# a comment\n```"),
        ("Run:\n\n```sh\n# one\n---\n", "Run:\n\n```sh\n# one\n---\n```"),
        ("Run:\n\n~~~\n## one", "Run:\n\n~~~\n## one\n~~~"),
        ("A `# b` and ``c``", "A `# b` and ``c``"),
        # headings
        ("One.\n\n# Two\n\n## Three\n\n#### Four", "One.\n\n### Two\n\n### Three\n\n#### Four"),
        ("One.\n\n##\n\nTwo.", "One.\n\n\n\nTwo."),
        ("#hashtag life", "#hashtag life"),
        ("One.\n#hashtag", "One.\n#hashtag"),
        ("One\n===\nTwo", "One\n\nTwo"),
        ("One\n---\nTwo", "One\n***\nTwo"),
        ("One\n-\nTwo", "One\n\nTwo"),
        ("- one\n- two", "- one\n- two"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"),
        # characters
        ("a\x00b\x07c\ud800d\x85e", "abcde"),
        ("a\r\nb", "a\nb"),
        ("\ud83c\udf31 grows", "🌱 grows"),
        ("مرحبا\u200f بالعالم", "مرحبا\u200f بالعالم"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("", ""),
        (" \n\t", ""),
    ],
)
def test_what_stays_of_a_reply(reply: str, shown: str) -> None:
    assert clean(reply) == shown
    assert clean(reply, list(reply)) == shown


PIECES = [
    *("# A\n", "## Pots and Soil\n", "**Pots and Soil**\n", "###\n", "## ", "#", "=", "===\n", "---\n", "-"),
    *("```", "```\n", "```markdown\n", "```py\n", "~~~\n", "`", "<think>", "</think>", "<thinking>", "<"),
    *("\n", "\n\n", " ", "   ", "\t", "\x00", "\r\n", "\ud83c", "\udf31", "\ud800", "🌱", "土とプランター"),
    *("word ", "Pots and ", "Soil", "A Garden on the Balcony", "مرحبا", ". ", "> ", "1. ", "* ", "- x\n"),
    *("Sure! ", "Here is the section", ":\n", "(Word count: 8)\n", "Shall I write the next section?"),
    *("title: x\n", "Section 1: ", "好的，", "<|im_end|>", "<|channel|>final<|message|>", "[THINK]", "***\n"),
    "a" * 1200,
    "=" * 1200,
]  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        ("**Section 2:** Text that goes on.\n\nMore.", "Text that goes on.\n\nMore."),
        ("Section Two:\n\nText that goes on.", "Text that goes on."),
        ("**Section Two:** Text that goes on.", "Text that goes on."),
        ("### Section two: Pots and Soil\n\nText that goes on.", "Text that goes on."),
        ("Section Two\n\nText that goes on.", "Text that goes on."),
        ("**Abschnitt zwei –** Text, der weitergeht.", "Text, der weitergeht."),
        ("Part 2: Text that goes on.", "Text that goes on."),
        ("섹션 2:\n\n화분은 빨리 마른다.", "화분은 빨리 마른다."),
        ("第2节：花盆干得快。", "花盆干得快。"),
        ("Part two of the plan is soil.", "Part two of the plan is soil."),
        ("Part two. Soil comes first.", "Part two. Soil comes first."),
        ("Part one: the soil.", "Part one: the soil."),
        ("Chapter one-on-one talks help.", "Chapter one-on-one talks help."),
        ("Sections two: no label.", "Sections two: no label."),
        ("第二天花盆就干了。", "第二天花盆就干了。"),
        ("Section 2 pays the rent.\n\nMore.", "Section 2 pays the rent.\n\nMore."),
        ("Section 3: of the law.\n\nMore.", "Section 3: of the law.\n\nMore."),
        ("Chapter 11: What a filing means.\nMore.", "Chapter 11: What a filing means.\nMore."),
        (
            "```yaml\nname: x\n```\n\n# Not a title\n\nText.",
            "```yaml\nname: x\n```\n\n### Not a title\n\nText.",
        ),
        ("---\ntitle: x\ntags:\n  - a\n---\nText.", "Text."),
        ("---\n\nNote: this stays.\n\n---\n\nMore.", "Note: this stays.\n\n***\n\nMore."),
        ("Text.\n\n---\n\nMore.", "Text.\n\n***\n\nMore."),
        (
            "Text.\n\nShall I write the next section?\n\nMore.",
            "Text.\n\nShall I write the next section?\n\nMore.",
        ),
    ],
)
def test_labels_and_front_matter(reply: str, shown: str) -> None:
    for pieces in ([reply], list(reply)):
        cleaner = Cleaner(ECHOES, number=2)
        assert "".join(map(cleaner.feed, pieces)) + cleaner.close() == shown


@pytest.mark.parametrize("seed", range(150))
def test_the_result_does_not_depend_on_where_the_pieces_were_cut(seed: int) -> None:
    dice = random.Random(seed)
    reply = "".join(dice.choices(PIECES, k=dice.randrange(1, 25)))
    whole = clean(reply)
    for most in (1, 2, 5, 30):
        pieces = list(chunks(reply, [dice.randint(1, most) for _ in reply]))
        assert clean(reply, pieces) == whole, repr(reply)
    assert whole == whole.strip()
    whole.encode()
    assert "\x00" not in whole


@pytest.mark.parametrize("seed", range(150))
def test_no_part_has_a_heading_above_level_3_or_an_open_fence(seed: int) -> None:
    dice = random.Random(seed)
    reply = "".join(dice.choices([*PIECES[:-2], "- # H\n", "> Title\n> ===\n", "1. x\n   ```\n# H\n"], k=20))
    text = self_contained(clean(reply))
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(f"{text}\n\n## Next")
    assert [token.tag for token in tokens if token.type == "heading_open" and token.tag < "h3"] == ["h2"], (
        repr(reply)
    )


@pytest.mark.parametrize(
    ("text", "lowered"),
    [
        ("> # Quoted", "> ### Quoted"),
        ("- ## Listed", "- ### Listed"),
        ("> Quoted\n> ---\n> more", "> Quoted\n>\n> more"),
        ("```\n# code\n```", "```\n# code\n```"),
    ],
)
def test_headings_in_quotes_and_lists_are_lowered_too(text: str, lowered: str) -> None:
    assert self_contained(text) == lowered


def test_a_reply_that_ends_in_a_thought_says_so() -> None:
    cleaner = Cleaner()
    cleaner.feed("Text. <think>and")
    cleaner.close()
    assert cleaner.thinking


def test_nothing_is_held_back_longer_than_needed() -> None:
    cleaner = Cleaner(ECHOES)
    assert cleaner.feed("The first") == "The first"
    assert cleaner.feed(" word.\n\n## T") == " word.\n\n### T"
    assert cleaner.feed("wo `") == "wo"
    assert cleaner.feed("x` and") == " `x` and"


def test_a_line_may_begin_with_an_ideographic_space() -> None:
    assert clean("", ["文。\n\n\u3000", "次の文。"]) == "文。\n\n\u3000次の文。"
    assert clean("", ["文。\n\n\u3000"]) == "文。"


def test_a_cleaned_text_stays_as_it_is() -> None:
    text = "One.\n\n### Two\n\n```py\n# x\n```"
    assert cleaned(text) == text


def test_a_line_is_one_line() -> None:
    assert one_line(" a\n b\x00\tc \ud83c\udf31 \ud800") == "a b c 🌱"
