import pytest

from generation.llm.providers.finish_reasons import ends_like_a_text, only_thoughts, reason_of, said

WHOLE, HALF = "Bees hum.", "Bees hum while the"

WORDS = {
    "stop": "stop STOP eos eos_token end_turn stop_sequence COMPLETE FINISH_REASON_STOP stop_limit",
    "length": "length max_tokens MAX_TOKENS model_length max_output_tokens pause_turn",
    "refusal": "content_filter refusal SAFETY RECITATION PROHIBITED_CONTENT BLOCKLIST SPII flagged",
    "failure": "error ERROR abort cancelled insufficient_system_resource OTHER MALFORMED_FUNCTION_CALL",
}


@pytest.mark.parametrize(
    ("word", "reason"),
    [(word, reason) for reason, words in WORDS.items() for word in words.split()],
)
def test_every_providers_word(word: str, reason: str) -> None:
    assert reason_of(said(word), HALF) == reason


@pytest.mark.parametrize(
    ("word", "plain"),
    [
        ("content_filter: PROHIBITED_CONTENT", "content_filter"),
        ({"type": "stop"}, "stop"),
        ("Max Tokens", "max_tokens"),
        (None, ""),
        ("", ""),
        ("null", ""),
        ("FINISH_REASON_UNSPECIFIED", ""),
        (["stop"], "['stop']"),
    ],
)
def test_what_a_word_is_without_its_dress(word: object, plain: str) -> None:
    assert said(word) == plain


def test_an_unknown_word_is_an_end_only_behind_a_whole_text() -> None:
    assert reason_of("all_said", WHOLE) == "stop"
    assert reason_of("all_said", HALF) == "failure"


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Bees hum.", True),
        ("Do bees hum?\n\n", True),
        ('She said: "They hum."', True),
        ("**They hum.**", True),
        ("They hum (all day).", True),
        ("蜜蜂嗡嗡叫。", True),
        ("मधुमक्खियाँ गुनगुनाती हैं।", True),
        ("ผึ้งส่งเสียง", True),
        ('{"title": "Bees"}', True),
        ("| bee | hum |", True),
        ("```\nhum()\n```", True),
        ("They hum 🐝", True),
        ("Bees hum while the", False),
        ("Bees hum,", False),
        ("Bees hum:", False),
        ("", False),
        ("***", False),
    ],
)
def test_how_a_text_ends(text: str, ends: bool) -> None:
    assert ends_like_a_text(text) is ends


@pytest.mark.parametrize(
    ("text", "only"),
    [("", True), (" \n", True), ("<think>Bees", True), ("<think>Bees</think>Text", False), ("Text", False)],
)
def test_thoughts_alone(text: str, only: bool) -> None:
    assert only_thoughts(text) is only
