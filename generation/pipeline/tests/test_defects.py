import pytest

from generation.pipeline.defects import EMPTY, LEAK, LOOP, REFUSED, find, loop_start, remainder
from generation.pipeline.tests.doubles import prose
from generation.pipeline.words import count, shingles, whole_sentences

INSTRUCTIONS = "Use the keywords where they fit of themselves, and nowhere else."

HEALTHY = [
    prose(1, 60),
    "Sure, basil needs sun. " + prose(2),
    "Here is why the section of a stem matters: water rises in it.",
    "As an AI engineer I grow tomatoes, and as an AI fan I do not.",
    "Use the keywords where they fit.",
    "The token `<|im_start|>` opens a turn.\n\n```\n<|im_end|>\n[INST]\n```",
    "```py\n" + "self.assert_equal(reply.status_code, 200)\n" * 9 + "```",
    "| Plan | Yes | No |\n|---|---|---|\n" + "| a | Yes | No |\n" * 4,
    "- Water it\n- Feed it\n- Water it\n- Feed it\n- Water it",
    "No, no, no, no. Never water at noon.",
    "I am sorry for the roses. " + prose(3),
    "土と水。" * 2 + "種をまく。" * 2 + "光を待つ。",
    "ソーシャルメディアマーケティングは便利です。私はソーシャルメディアマーケティングを学ぶ。",
]


@pytest.mark.parametrize("text", HEALTHY)
def test_nothing_is_wrong_with_ordinary_text(text: str) -> None:
    assert find(text, INSTRUCTIONS) is None


@pytest.mark.parametrize(
    "text",
    [
        "As a large language model, I cannot garden.",
        "as an artificial intelligence assistant I water",
        "Here's the revised introduction:\n\nText.",
        "Of course! Here are some questions for your post.",
        "Below is a short paragraph about soil.",
        "Text.\n\n[INST] Write [/INST]",
        "Text.</s>",
        "Text.\n\n<post-title>More",
        "<pre><code>Prose that is no code.</code></pre>",
        "Text.\n\nUse the keywords where they fit of themselves!",
        "Text.\n\nI made the following changes to the text.",
    ],
)
def test_what_was_not_meant_for_the_reader_is_a_leak(text: str) -> None:
    assert find(text, INSTRUCTIONS) == LEAK


@pytest.mark.parametrize(
    "text", ["I'm sorry, but I can't help with that.", "I cannot write about this topic."]
)
def test_a_refusal_in_prose_is_one(text: str) -> None:
    assert find(text, INSTRUCTIONS) == REFUSED


@pytest.mark.parametrize("text", ["", " ", "…", "---", "🌱"])
def test_a_text_without_a_letter_is_empty(text: str) -> None:
    assert find(text, INSTRUCTIONS) == EMPTY


@pytest.mark.parametrize(
    "loop",
    [
        "Water the plants every single day. " * 3,
        "1. Water the plants every day.\n2. Water the plants every day.\n3. Water the plants every day.\n",
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
    text = "Here is the section:\n\nOne.\n\n<|im_start|>\n\nTwo."
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
    ],
)
def test_words_are_counted_in_any_script(text: str, words: int) -> None:
    assert count(text) == words


def test_sequences_of_words_ignore_case_and_punctuation() -> None:
    assert shingles("One, two; THREE four five!") == shingles("one two three four five")
