import pytest

from generation.pipeline.defects import EMPTY, LEAK, LOOP, REFUSED, find, remainder
from generation.pipeline.loops import loop_start
from generation.pipeline.tests.doubles import prose
from generation.pipeline.words import count, excerpt, shingles, whole_sentences

INSTRUCTIONS = "Use the keywords where they fit of themselves, and nowhere else."


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_wrong_with_ordinary_text(seed: int) -> None:
    assert find(prose(seed, 60), INSTRUCTIONS) is None


def test_a_copied_instruction_is_a_leak() -> None:
    assert find("Text.\n\nUse the keywords where they fit of themselves!", INSTRUCTIONS) == LEAK
    assert find("Use the keywords where they fit.", INSTRUCTIONS) is None


def test_a_refusal_in_prose_is_one() -> None:
    assert find("I'm sorry, but I can't help with that.", INSTRUCTIONS) == REFUSED


@pytest.mark.parametrize("text", ["", " ", "…", "---", "🌱"])
def test_a_text_without_a_letter_is_empty(text: str) -> None:
    assert find(text, INSTRUCTIONS) == EMPTY


@pytest.mark.parametrize(
    "loop",
    [
        "Water the plants every single day. " * 4,
        "\n" + "".join(f"{number}. Water the plants every day.\n" for number in range(1, 10)),
        "water " * 30,
        "水" * 40,
        "土の中の小さな世界は美しい。" * 3,
        "and so it goes on and on for ever and a day, " * 5,
        f"\n\n{prose(4)}\n\nIn short: {prose(4)}",
    ],
)
def test_a_loop_is_found_where_it_begins(loop: str) -> None:
    text = f"{prose(5)} {loop}"
    assert find(text, INSTRUCTIONS) == LOOP
    start = loop_start(text)
    assert start is not None
    assert len(prose(5)) < start < len(text)
    assert loop_start(remainder(text, "loop", INSTRUCTIONS)) is None


def test_a_leak_is_taken_out_by_paragraphs() -> None:
    text = "As an AI, I cannot garden.\n\nOne.\n\n</blog-brief>\n\nTwo."
    assert remainder(text, "leak", INSTRUCTIONS) == "One.\n\nTwo."


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("One. Two. Thr", "One. Two."),
        ("One two three", ""),
        ("One.\n\n- first\n- second\n- thi", "One.\n\n- first\n- second"),
        ("One.\n\n### Heading\n\nTw", "One."),
        ("One. For example:\n\n1. Tw", "One. For example:"),
        ("One.\n\nSuch as:\n\n2. Tw", "One."),
        ('He said "Go!" And th', 'He said "Go!"'),
        ("Pi is 3.14 and", ""),
        ("一つ。二つ。三", "一つ。二つ。"),
        ("هل تنمو؟ نعم", "هل تنمو؟"),
        ("ดินดี น้ำดี แสง", "ดินดี น้ำดี"),
        ("One two\nthree four\nfi", ""),
        ("One two.\n\n```py\nx = 1\ny", "One two.\n\n```py\nx = 1"),
    ],
)
def test_a_cut_text_ends_with_a_whole_sentence_or_line(cut: str, whole: str) -> None:
    assert whole_sentences(cut) == whole


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("One two", 2),
        ("# One — two/three 🌱 ---", 3),
        ("don't e-mail", 2),
        ("都市の庭 2024", 5),
        ("", 0),
        ("مرحبا بالعالم", 2),
        ("วันนี้อากาศดีมาก", 5),
        ("ສະບາຍດີ", 2),
        ("សួស្តី", 1),
    ],
)
def test_words_are_counted_in_any_script(text: str, words: int) -> None:
    assert count(text) == words


def test_sequences_of_words_ignore_case_and_punctuation() -> None:
    assert shingles("One, two; THREE four five!") == shingles("one two three four five")


@pytest.mark.parametrize("text", [" " * 50, "\n" * 50, "a" * 50, "", "One. Two."])
def test_an_excerpt_of_anything_is_its_beginning(text: str) -> None:
    found = excerpt(text, 5)
    assert len(found) <= 5
    assert text.strip().startswith(found)
