"""The same requests for models too small to follow rules: what to write, in a sentence or two.

Tried on SmolLM2-135M. It copies or edits whatever text it is shown, so it sees neither the plan of the other
sections, nor the text of the post, nor an example of a form; and it talks about rules, so there are none.
"""

from dataclasses import replace

from generation.llm.base import JsonSchema, Profile, Prompt
from generation.pipeline import languages
from generation.pipeline.budget import budget, token_limit
from generation.pipeline.material import inert, lines, paragraphs, wish
from generation.pipeline.types import Brief, Outline, Rewrite


def outline(brief: Brief, profile: Profile, schema: JsonSchema) -> Prompt:
    return Prompt(
        system=f"You plan blog posts in {languages.prompt_name(brief.language)}.",
        user=paragraphs(
            wish(brief),
            f"Plan a blog post about this topic: a title, a description in one sentence, and {brief.sections}"
            " short headings, each about something else: what it is, why it matters, how to begin, common"
            " mistakes, what to do next.",
        ),
        max_tokens=160 + 30 * brief.sections,
        temperature=profile.outline_temperature,
        schema=schema,
        schema_name="outline",
    )


def introduction(brief: Brief, plan: Outline, profile: Profile) -> Prompt:
    return _part(
        brief,
        profile,
        budget(brief).introduction,
        "Write the first paragraph of this blog post. It makes the reader curious.",
    )


def section(brief: Brief, plan: Outline, number: int, profile: Profile) -> Prompt:
    own = plan.sections[number - 1]
    return _part(brief, profile, own.words, f'Write two paragraphs under the heading "{inert(own.heading)}".')


def conclusion(brief: Brief, profile: Profile) -> Prompt:
    return _part(
        brief,
        profile,
        budget(brief).conclusion,
        'Write one paragraph under the heading "What to remember".',
    )


def faq(brief: Brief, plan: Outline, profile: Profile) -> Prompt:
    if not plan.questions:
        return _part(
            brief, profile, budget(brief).faq, "Write 3 questions about this topic, each with its answer."
        )
    return _part(
        brief,
        profile,
        budget(brief).faq,
        paragraphs(
            "Answer each question about this topic in two sentences. Repeat the question before its answer.",
            lines(*(f"{number}. {inert(question)}" for number, question in enumerate(plan.questions[:3], 1))),
        ),
    )


def apart(prompt: Prompt) -> Prompt:
    """The same request after a draft that said what an earlier section says already."""
    return replace(prompt, user=paragraphs(prompt.user, "Begin with a new example."))


def rewrite(brief: Rewrite, words: int, profile: Profile) -> Prompt:
    return Prompt(
        system=f"You rewrite texts in {languages.prompt_name(brief.language)}."
        " Reply with the new text and nothing else.",
        user=paragraphs(
            inert(brief.text),
            f"Rewrite this text. {inert(brief.instruction)}" + (f" Write {words} words." if words else ""),
        ),
        max_tokens=token_limit(max(60, 2 * words), brief.language, profile),
        temperature=profile.writing_temperature,
        frequency_penalty=profile.frequency_penalty,
    )


def _part(brief: Brief, profile: Profile, words: int, request: str) -> Prompt:
    return Prompt(
        system=f"You write {_friendly(brief.tone)}blog posts in {languages.prompt_name(brief.language)}."
        " Write plain paragraphs, without headings or lists.",
        user=paragraphs(wish(brief), request),
        max_tokens=token_limit(words, brief.language, profile),
        temperature=profile.writing_temperature,
        frequency_penalty=profile.frequency_penalty,
    )


def _friendly(tone: str) -> str:
    return "" if tone == "informative" else f"{tone} "
