import asyncio
import json

import pytest

from blogai.core.errors import BlogAIError, ProviderError, ProviderRefused, ProviderTimeout, UnusableReply
from generation.llm.base import FULL, SMALL, Profile, Prompt, Reply, Sink
from generation.llm.simulated import chatty
from generation.pipeline.closing import NO_FAQ
from generation.pipeline.run import part_names, steps_of, write
from generation.pipeline.tests.doubles import (
    GOOD_FAQ,
    Answer,
    Reader,
    RememberedSteps,
    Script,
    ScriptedModels,
    full_outline,
    prose,
)
from generation.pipeline.types import Brief, Draft, Part
from generation.pipeline.writing import REFUSED_NOTE, label

BRIEF = Brief(topic="Gardens on balconies", keywords=("soil", "rocket science"), sections=4)


async def written(
    script: Script | None = None,
    *,
    brief: Brief = BRIEF,
    profile: Profile = FULL,
    steps: RememberedSteps | None = None,
) -> tuple[Draft, ScriptedModels, Reader]:
    """The draft; and what every test expects: the reader has exactly the text that is stored."""
    models, reader = ScriptedModels(brief, script, profile), Reader()
    draft = await write(brief, models, steps or RememberedSteps(), reader)
    assert {part.name: part.text for part in draft.parts} == {n: t for n, t in reader.texts.items() if t}
    assert {part.name: part.attempt for part in draft.parts}.items() <= reader.attempts.items()
    assert all(part.text for part in draft.parts)
    return draft, models, reader


def part(draft: Draft, name: str) -> Part:
    return next(part for part in draft.parts if part.name == name)


async def test_a_post_takes_sections_plus_four_calls_in_three_rounds() -> None:
    draft, models, reader = await written()
    assert len(models.calls) == BRIEF.sections + 4
    assert models.most_in_flight == BRIEF.sections + 1
    assert models.steps()[0] == "outline"
    assert set(models.steps()[-2:]) == {"conclusion", "faq"}
    assert reader.resets == []
    assert tuple(part.name for part in draft.parts) == part_names(BRIEF)
    assert draft.content_markdown.startswith(
        f"# A Garden on the Balcony\n\n{part(draft, 'introduction').text}\n\n## Heading of part 1\n\n"
    )
    assert draft.content_markdown.endswith(f"\n\n## Readers ask\n\n{GOOD_FAQ}")
    assert draft.faq[0].answer == "Six hours a day."
    assert draft.scores.keywords_used == ("soil",)
    assert draft.scores.keywords_missing == ("rocket science",)
    assert draft.scores.notes == ()


async def test_without_a_faq_it_is_one_call_fewer() -> None:
    brief = BRIEF.model_copy(update={"include_faq": False})
    draft, models, _ = await written(brief=brief)
    assert len(models.calls) == BRIEF.sections + 3
    assert draft.faq == ()
    assert "faq" not in {*part_names(brief), *(step.name for step in steps_of(brief))}


@pytest.mark.parametrize("sections", [1, 12])
@pytest.mark.parametrize("profile", [FULL, SMALL])
async def test_any_number_of_sections(sections: int, profile: Profile) -> None:
    brief = BRIEF.model_copy(update={"sections": sections})
    _, models, _ = await written(brief=brief, profile=profile)
    assert len(models.calls) == sections + 4


def test_the_names_are_in_the_readers_order() -> None:
    steps = steps_of(BRIEF.model_copy(update={"sections": 2}))
    parts = ["introduction", "section-1", "section-2", "conclusion", "faq"]
    assert [step.name for step in steps] == ["outline", *parts, "checks", "assembly"]
    assert [step.name for step in steps if step.is_part] == parts
    assert [step.name for step in steps if not step.calls] == ["checks", "assembly"]


async def test_the_same_answers_make_the_same_post() -> None:
    first, one, _ = await written()
    second, other, _ = await written()
    assert first == second
    assert one.calls == other.calls


# Running again


async def test_a_rerun_with_everything_finished_calls_no_model() -> None:
    steps = RememberedSteps()
    first, _, _ = await written(steps=steps)
    models = ScriptedModels(BRIEF, {})
    assert await write(BRIEF, models, steps, Reader()) == first
    assert models.calls == []
    assert sorted(steps.order) == sorted(step.name for step in steps_of(BRIEF))


@pytest.mark.parametrize("missing", ["outline", "introduction", "section-2", "conclusion", "faq", "assembly"])
async def test_a_rerun_calls_only_for_what_is_missing(missing: str) -> None:
    steps = RememberedSteps()
    first, _, _ = await written(steps=steps)
    del steps.stored[missing]
    models = ScriptedModels(BRIEF)
    assert await write(BRIEF, models, steps, Reader()) == first
    assert models.steps() == ([missing] if missing != "assembly" else [])


# One part fails


@pytest.mark.parametrize("step", ["outline", "introduction", "section-3", "conclusion", "faq"])
async def test_the_error_of_a_part_is_raised_as_it_was(step: str) -> None:
    cause = ValueError("socket")
    error = ProviderTimeout("Nothing came for 60 seconds.")
    error.__cause__ = cause
    with pytest.raises(ProviderTimeout) as failure:
        await written({step: [error]})
    assert failure.value is error
    assert failure.value.__cause__ is cause


async def test_the_others_are_cancelled_and_what_was_finished_is_kept() -> None:
    steps = RememberedSteps()
    script: Script = {"section-2": [ProviderError("down")], "section-3": [prose(33, 9_000)]}
    slow = ScriptedModels(BRIEF, script, piece=600)
    with pytest.raises(ProviderError):
        await write(BRIEF, slow, steps, Reader())
    assert "section-3" in slow.cancelled
    assert slow.in_flight == set()
    assert {"outline", "introduction", "section-1"} <= set(steps.stored)
    assert not {"section-2", "section-3", "conclusion"} & set(steps.stored)


async def test_a_cancelled_run_leaves_nothing_running() -> None:
    models = ScriptedModels(BRIEF, {"section-3": ["word " * 90_000]})
    run = asyncio.create_task(write(BRIEF, models, RememberedSteps(), Reader()))
    while "section-3" not in models.steps():
        await asyncio.sleep(0)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert models.in_flight == set()


# The model declines


DECLINED: list[Answer] = [
    ("", "refusal"),
    ("Some text", "refusal"),
    "I'm sorry, but I can't help with that.",
]


@pytest.mark.parametrize("answer", DECLINED)
@pytest.mark.parametrize("step", ["introduction", "section-1", "conclusion", "faq"])
async def test_a_post_does_without_a_part_that_the_model_declines(step: str, answer: Answer) -> None:
    draft, models, reader = await written({step: [answer]})
    assert models.steps().count(step) == (1 if answer == ("", "refusal") else 2)
    assert step not in {part.name for part in draft.parts}
    assert len(draft.parts) == BRIEF.sections + 2
    assert reader.texts.get(step, "") == ""
    assert draft.scores.notes == (f"{label(step)}: {REFUSED_NOTE}",)


async def test_a_filter_that_stops_a_text_in_the_middle_is_asked_again() -> None:
    draft, models, reader = await written({"section-1": [(prose(20), "refusal"), prose(70)]})
    assert models.steps().count("section-1") == 2
    assert reader.texts["section-1"] == prose(70) and prose(70) in draft.content_markdown
    assert draft.scores.notes == ()


async def test_half_of_the_sections_are_enough() -> None:
    draft, _, _ = await written({"section-1": [DECLINED[0]], "section-3": [DECLINED[0]]})
    assert [part.name for part in draft.parts if part.name.startswith("section")] == [
        "section-2",
        "section-4",
    ]
    assert "Heading of part 1" not in draft.content_markdown


async def test_a_model_that_declines_most_sections_is_a_clear_failure() -> None:
    steps = [f"section-{number}" for number in (1, 2, 3)]
    with pytest.raises(ProviderRefused, match="The model declined to write 3 of 4 sections"):
        await written({step: [DECLINED[0]] for step in steps})


# Drafts that cannot be used

GOOD = prose(50)
LEAKS = [
    "As an AI language model, I like soil.\n\n" + prose(60),
    prose(60) + "\n\n</blog-brief>",
    prose(60) + "\n\nInvent no facts, figures, sources, quotations or links.",
]
LOOPS = [
    prose(61) + " And the soil is always good for you." * 40,
    prose(61) + " soil" * 300,
    prose(61) + "\n" * 5_000,
    prose(61) + "\n\n" + "\n\n".join(["One two three four five six. " + prose(62)] * 9),
    prose(61) + "土の中の小さな世界は美しい。" * 30,
]


@pytest.mark.parametrize(
    "bad", ["", "  \n", "<think>only this", ("Half a", "cut"), ("Long", "length"), *LEAKS, *LOOPS]
)
@pytest.mark.parametrize("step", ["introduction", "section-2", "conclusion"])
async def test_a_bad_draft_is_drafted_again_once(bad: Answer, step: str) -> None:
    draft, models, reader = await written({step: [bad, GOOD]})
    assert part(draft, step).text == GOOD
    assert part(draft, step).attempt == 2
    assert part(draft, step).notes == ()
    assert [(name, attempt) for name, attempt, _ in reader.resets] == [(step, 2)]
    first, second = models.prompts(step)
    assert second.user.startswith(first.user)
    assert second.user != first.user


@pytest.mark.parametrize(
    ("answers", "kind", "detail"),
    [
        (["", ""], UnusableReply, "The model wrote nothing for section 2, even on the second try."),
        (["…", " ## \n"], UnusableReply, "The model wrote nothing for section 2, even on the second try."),
        ([("Half", "cut")], ProviderError, "The model cut section 2 short, even on the second try."),
        (["", ("Half", "cut")], ProviderError, "The model cut section 2 short, even on the second try."),
        (
            ["A stump."],
            UnusableReply,
            "The model wrote far too little for section 2, even on the second try.",
        ),
        (
            ["As an AI model, I pass."],
            UnusableReply,
            "The model wrote nothing usable for section 2, even on the second try.",
        ),
        (
            ["Text. <think>and", "Text. <think>and"],
            ProviderError,
            "The model cut section 2 short, even on the second try.",
        ),
    ],
)
async def test_two_bad_drafts_are_a_clear_failure(
    answers: list[Answer], kind: type[BlogAIError], detail: str
) -> None:
    with pytest.raises(kind) as failure:
        await written({"section-2": answers})
    assert type(failure.value) is kind
    assert failure.value.detail == detail


async def test_a_looping_stream_is_stopped_early() -> None:
    _, models, _ = await written({"section-1": [LOOPS[0] * 100, GOOD]})
    assert models.prompts("section-1")


REMARKS = [
    "Certainly! Here's the section:\n\n" + GOOD,
    "Here is the section:\n\n" + GOOD,
    "Sure! Here's a draft of the introduction.\n\n" + GOOD,
    "Gerne! Hier ist der Abschnitt für deinen Blog:\n\n" + GOOD,
    "---\ntitle: Pots\n---\n\n" + GOOD,
    GOOD + "\n\n(Word count: 82)\n\nWould you like me to write the next section as well?",
    GOOD + " Would you like me to write the next section as well?",
    GOOD + "\n\n---\n\n*I hope this helps!*",
    "Reasoning without a beginning.\n\nMore of it.</think>\n\n" + GOOD,
    "[THINK]Hm.[/THINK]" + GOOD,
    "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>"
    + GOOD
    + "<|return|>",
    GOOD + "<|im_end|>\n<|im_start|>user\nNow the next one.",
    GOOD + "\n\n[INST] Write the next one. [/INST]",
]


@pytest.mark.parametrize("reply", REMARKS)
@pytest.mark.parametrize("step", ["introduction", "section-2", "conclusion"])
async def test_remarks_and_thoughts_leave_the_text_without_a_second_call(step: str, reply: str) -> None:
    draft, models, _ = await written({step: [reply]})
    assert part(draft, step).text == GOOD
    assert part(draft, step).notes == ()
    assert models.steps().count(step) == 1


async def test_a_thought_that_was_shown_is_taken_back_while_the_reply_goes_on() -> None:
    draft, models, reader = await written({"section-2": [f"{prose(66)}\n\n</think>\n\n{GOOD}"]})
    assert part(draft, "section-2").text == GOOD
    assert reader.resets == [("section-2", 2, "That was the model thinking. The text follows.")]
    assert models.steps().count("section-2") == 1


async def test_what_a_leak_interrupts_is_read_to_its_end() -> None:
    leaked = f"{GOOD}\n\nAs an AI language model, I like soil.\n\n{prose(67, 40)}"
    draft, _, _ = await written({"section-1": [leaked]})
    assert part(draft, "section-1").text == f"{GOOD}\n\n{prose(67, 40)}"


@pytest.mark.parametrize(("language", "calls"), [("de", 2), ("zh", 2), ("en", 1), ("sw-KE", 2)])
async def test_a_part_in_another_language_is_drafted_again_once(language: str, calls: int) -> None:
    brief = BRIEF.model_copy(update={"language": language})
    draft, models, _ = await written({"section-1": [chatty.ENGLISH]}, brief=brief)
    assert models.steps().count("section-1") == calls
    notes = () if calls == 1 else ("isn’t in the language you asked for",)
    assert part(draft, "section-1").notes == notes


async def test_after_two_leaks_the_rest_is_published_with_a_note() -> None:
    draft, _, reader = await written({"section-1": [LEAKS[0], "As an AI, I like soil.\n\nShort."]})
    assert part(draft, "section-1").text == prose(60)
    assert part(draft, "section-1").attempt == 3
    assert part(draft, "section-1").notes == ("contained stray instructions or markup, which we left out",)
    assert draft.scores.notes[0].startswith("section 1: contained stray")
    assert len(reader.resets) == 2


async def test_after_two_loops_the_text_ends_before_the_repetition() -> None:
    draft, _, _ = await written({"section-1": [LOOPS[0], LOOPS[1]]})
    text = part(draft, "section-1").text
    assert text.startswith(prose(61))
    assert text.count("always good") <= 1
    assert part(draft, "section-1").notes == ("repeated itself, so we cut the repetition",)


async def test_the_lighter_fault_is_published() -> None:
    draft, _, _ = await written({"section-1": [(f"{prose(63)} And then we wi", "length"), LEAKS[0]]})
    assert part(draft, "section-1").text == prose(63)
    assert part(draft, "section-1").attempt == 3
    assert part(draft, "section-1").notes == ("hit its length limit",)


async def test_a_text_cut_in_its_code_is_closed() -> None:
    draft, _, _ = await written({"section-1": [(f"{GOOD}\n\n```py\nx = 1\ny = 2\n", "length")]})
    assert part(draft, "section-1").text == f"{GOOD}\n\n```py\nx = 1\ny = 2\n```"


# Small models


async def test_a_small_model_at_its_length_limit_is_trimmed_and_not_asked_again() -> None:
    draft, models, _ = await written(
        {"section-1": [(f"{prose(64)} And then we wi", "length")]}, profile=SMALL
    )
    assert part(draft, "section-1").text == prose(64)
    assert part(draft, "section-1").notes == ("hit its length limit",)
    assert part(draft, "section-1").attempt == 2
    assert models.steps().count("section-1") == 1


async def test_a_small_model_has_small_bounds() -> None:
    brief = BRIEF.model_copy(update={"words": 6000})
    _, models, _ = await written(brief=brief, profile=SMALL)
    assert max(prompt.max_tokens for _, prompt in models.calls) <= 320
    assert max(len(prompt.system) + len(prompt.user) for _, prompt in models.calls) < 800


# Sections that repeat each other


def repeating(**answers: list[Answer]) -> Script:
    script: Script = {"section-1": [prose(70)], "section-2": [prose(71)], "section-3": [prose(70)]}
    return script | {name.replace("_", "-"): answer for name, answer in answers.items()}


async def test_the_later_of_two_sections_that_repeat_each_other_is_written_again() -> None:
    draft, models, reader = await written(repeating())
    assert part(draft, "section-3").text == prose(90)
    assert part(draft, "section-3").attempt == 2
    assert models.steps().count("checks") == 1
    assert prose(70) in models.prompts("checks")[0].user
    assert reader.resets == [("section-3", 2, "It repeated section 1.")]
    assert draft.scores.overlap < 0.05


async def test_each_is_written_again_once_and_all_at_the_same_time() -> None:
    draft, models, _ = await written(repeating(section_2=[prose(70)], checks=[prose(91), prose(92)]))
    assert models.steps().count("checks") == 2
    assert draft.scores.overlap < 0.05


@pytest.mark.parametrize(
    "answer", [prose(70), "", ("Half", "cut"), LEAKS[0], ProviderError("down"), ProviderTimeout("late")]
)
async def test_the_first_version_is_kept_when_the_second_is_no_better(answer: Answer) -> None:
    draft, models, reader = await written(repeating(checks=[answer]))
    assert models.steps().count("checks") == 1
    assert part(draft, "section-3").text == prose(70)
    assert part(draft, "section-3").notes == ("partly repeats section 1",)
    assert draft.scores.overlap == 1.0
    assert part(draft, "section-3").attempt == reader.attempts["section-3"]


# Questions and answers


@pytest.mark.parametrize(
    "reply",
    [
        "**Does basil need sun?**\n\nSix hours a day.\n\n**How often do I water?**\n\nEvery other day.",
        "Q: Does basil need sun?\nA: Six hours a day.\n\nQ: How often do I water?\nA: Every other day.",
        "1. Does basil need sun?\n   Six hours a day.\n2. How often do I water?\n   Every other day.",
        "1. **Does basil need sun?** Six hours a day.\n2. **How often do I water?** Every other day.",
        "1. Basil and sun: Six hours a day.\n\n2. Watering: Every other day.",
        "1. Six hours a day.\n\n2. Every other day.\n\nThese are the answers to the questions.",
        "1. Does basil need sun?: Six hours a day.\n\n2. How often do I water?\n\nEvery other day.\n\nDone.",
        "## Readers ask\n\n" + GOOD_FAQ.replace("###", "####"),
        "## FAQ\n\n" + GOOD_FAQ.replace("###", "##"),
    ],
)
async def test_questions_are_read_in_the_forms_that_models_use(reply: str) -> None:
    draft, models, _ = await written({"faq": [reply]})
    assert part(draft, "faq").text == GOOD_FAQ
    assert [question.answer for question in draft.faq] == ["Six hours a day.", "Every other day."]
    assert models.steps().count("faq") == 1


@pytest.mark.parametrize("profile", [FULL, SMALL])
@pytest.mark.parametrize("bad", ["", "Gardens raise no questions.", LEAKS[1]])
async def test_a_post_stands_without_questions_that_the_model_cannot_write(
    bad: str, profile: Profile
) -> None:
    draft, models, reader = await written({"faq": [bad]}, profile=profile)
    assert models.steps().count("faq") == 2
    assert draft.faq == ()
    assert draft.parts[-1].name == "conclusion"
    assert reader.texts.get("faq", "") == ""
    assert draft.scores.notes == (f"the questions and answers: {NO_FAQ}",)


async def test_questions_are_asked_for_again_once() -> None:
    draft, _, _ = await written({"faq": ["Gardens raise no questions.", GOOD_FAQ]})
    assert part(draft, "faq").text == GOOD_FAQ


async def test_a_provider_that_fails_the_questions_fails_the_post() -> None:
    with pytest.raises(ProviderError, match="cut the questions and answers short, even on the second try"):
        await written({"faq": [("### Half", "cut")]})


# Text of every kind


@pytest.mark.parametrize(
    "text",
    [
        "مرحبا بالعالم. هذه حديقة صغيرة.",
        "שלום עולם. זה גן קטן.",
        "都市の小さな庭。土と水だけで始まる。",
        "🌱 grows 👩‍👩‍👧 together. 🏳️‍🌈",
        "An inline <script>alert(1)</script> stays text.",
        "| a | b |\n|---|---|\n| 1 | 2 |",
    ],
)
async def test_text_of_any_script_passes_unchanged(text: str) -> None:
    draft, _, _ = await written({"section-1": [f"{GOOD}\n\n{text}"]})
    assert part(draft, "section-1").text == f"{GOOD}\n\n{text}"


async def test_what_postgres_refuses_never_gets_through() -> None:
    nasty = f"a\x00b \ud800c \udfffd {GOOD}"
    outline = json.dumps(full_outline(BRIEF, title="Title a\x00b \ud800c"))
    draft, _, _ = await written({"outline": [outline], "section-1": [nasty], "conclusion": [nasty]})
    assert part(draft, "section-1").text == f"ab c d {GOOD}"
    draft.model_dump_json().encode()
    assert "\x00" not in draft.content_markdown


async def test_a_huge_topic_of_any_characters() -> None:
    brief = Brief(
        topic='</blog-brief> <script> "{x}" %s 都市 \n' * 12, audience="</blog-brief>" * 3, sections=2
    )
    _, models, _ = await written(brief=brief)
    assert all(prompt.user.count("</blog-brief>") == 1 for _, prompt in models.calls)


async def test_chinese_characters_are_words() -> None:
    draft, _, _ = await written({"section-1": [f"{GOOD}\n\n都市の庭。"]})
    plain, _, _ = await written({"section-1": [f"{GOOD}\n\nOne."]})
    assert draft.word_count == plain.word_count + 3


# A provider that hands over to another in the middle


class HandingOver(ScriptedModels):
    async def ask(self, prompt: Prompt, *, step: str, sink: Sink | None = None) -> Reply:
        if sink is not None:
            sink.write("{ Half of a sent")
            sink.restart("Another model takes over.")
        return await super().ask(prompt, step=step, sink=sink)


async def test_what_the_first_provider_wrote_is_forgotten() -> None:
    reader = Reader()
    draft = await write(BRIEF, HandingOver(BRIEF), RememberedSteps(), reader)
    assert {part.name: part.text for part in draft.parts} == reader.texts
    assert all(part.attempt == 2 for part in draft.parts)
    assert reader.resets[0][2] == "Another model takes over."
