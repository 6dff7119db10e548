"""What models do to a part of a post, over HTTP: the post is whole, and costs no call too many."""

from typing import Any

import pytest

from accounts.models import User
from generation.api.tests.test_generate_blog import generate
from generation.llm.simulated import Answer, Server, chatty, writing
from generation.llm.simulated.asked import Asked
from generation.models import Run

pytestmark = pytest.mark.sweep

BRIEF = {"topic": "Pots on balconies", "sections": 2}
SECTION = "Write section 1, about"
CALLS = 2 + 4


@pytest.fixture
def key(key_for: Any, alice: User) -> str:
    return str(key_for(alice))


def body_of(words: int = 110) -> str:
    """Prose of the simulated provider, in two paragraphs or more."""
    return writing.reply(Asked("m", "", f"Soil in about {words} words.", 1000, None, True))


BODY = body_of()


def section_of(reply: Any) -> str:
    assert reply.status_code == 201, reply.json()
    return str(reply.json()["sections"][0]["markdown"])


REMARKS = [
    "Certainly! Here's the section:\n\n{}",
    "Here is Section 1:\n\n{}",
    "Gerne! Hier ist der Abschnitt über Töpfe:\n\n{}",
    "Bien sûr ! Voici la section demandée :\n\n{}",
    "¡Claro! Aquí tienes la sección:\n\n{}",
    "Certo! Ecco la sezione:\n\n{}",
    "Claro! Aqui está a seção:\n\n{}",
    "Natuurlijk! Hier is de sectie:\n\n{}",
    "好的，以下是本节内容：\n\n{}",
    "承知しました。以下はセクションの本文です：\n\n{}",
    "{}\n\n(Word count: 82)",
    "{}\n\nWould you like me to write the next section as well?",
    "{} Would you like me to write the next section as well?",
    "{}\n\n---",
    "---\ntitle: x\n---\n\n{}",
    "```yaml\n---\ntitle: x\n---\n```\n\n{}",
    "Section 1:\n\n{}",
    "**Section 1:** {}",
    "Assistant: {}",
    "assistant\n\n{}",
    "네, 물론입니다! 다음은 요청하신 섹션입니다:\n\n{}",
    "Tabii ki! İşte istediğiniz bölüm:\n\n{}",
    "بالتأكيد! إليك القسم المطلوب:\n\n{}",
    "ज़रूर! यहाँ आपका अनुभाग है:\n\n{}",
    "בוודאי! הנה הסעיף שביקשת:\n\n{}",
    "섹션 1:\n\n{}",
    "{}\n\n다음 섹션도 작성해 드릴까요?",
    "{}\n\nهل ترغب في أن أكتب القسم التالي؟",
]


@pytest.mark.parametrize("form", REMARKS)
def test_remarks_around_a_text_are_removed(key: str, provider: Server, form: str) -> None:
    provider.script.add(Answer(text=form.format(BODY)), prompt=SECTION, times=None)
    assert section_of(generate(key, BRIEF)) == BODY
    assert len(provider.calls) == CALLS


def test_both_drafts_begin_with_a_remark(key: str, provider: Server) -> None:
    remark = Answer(text=chatty.remarking("Certainly! Here's the section:\n\n"))
    provider.script.add(remark, prompt="Write section", times=None)
    reply = generate(key, BRIEF)
    assert all(len(section["markdown"].split()) >= 110 for section in reply.json()["sections"])
    assert all(section["markdown"].endswith(".") for section in reply.json()["sections"])
    assert len(provider.calls) == CALLS


THOUGHTS = [
    f"{body_of(90)}\n\n{body_of(60)}</think>\n\n{{}}",
    "<think>Hm.</think>\n\n{}",
    "[THINK]Hm.[/THINK]{}",
    "<thought>Hm.</thought>{}",
    "<reasoning>\nHm.\n</reasoning>\n{}",
    "<reflection>Hm.</reflection>\n\n{}",
    "<thinking_process>Hm.</thinking_process>\n\n{}",
    "[thinking]Hm.[/thinking]\n{}",
    "<unused94>thought\nHm.<unused95>{}",
    "<think>Hm.</think>\n<answer>\n{}\n</answer>",
    "<response>{}</response>",
    "<article>\n\n{}\n\n</article>",
    "<|START_THINKING|>Hm.<|END_THINKING|><|START_RESPONSE|>{}<|END_RESPONSE|>",
    "<|think|>Hm.<|/think|>{}",
    "{}<|eot|>",
    "{}<|END_OF_TURN_TOKEN|>",
    "{}<｜end▁of▁sentence｜>",
    "{}<eos>",
    "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>{}<|return|>",
    "<|channel|>analysis<|message|>Hm.<|channel|>final<|message|>{}",
]


@pytest.mark.parametrize("form", THOUGHTS)
def test_thoughts_never_reach_the_reader(key: str, provider: Server, form: str) -> None:
    provider.script.add(Answer(text=form.format(BODY)), prompt=SECTION, times=None)
    assert section_of(generate(key, BRIEF)) == BODY
    assert len(provider.calls) == CALLS


KEPT = [
    "Small shops now use a chat tool as an AI assistant that drafts replies.\n\n{}",
    "I can't help but smile when the first frost comes. {}",
    "I cannot write about bread without thinking of my grandmother's oven. {}",
    "Register the element and write <price-tag> where you want it.\n\n{}",
    "{}\n\n> ```html\n> <my-card></my-card>\n> ```",
    "Squats, ten. Rest for 60 seconds between the sets.\n\nPush-ups, six. Rest for 60 seconds between the"
    " sets.\n\nPlank, one. Rest for 60 seconds between the sets.\n\n{}",
    "{}\n\n| Year | Sold |\n|---|---|\n"
    + "\n".join(f"| {year} | about 120 boxes sold in all shops |" for year in range(2019, 2023)),
    "{}\n\nThe tag `</think>` ends a thought:\n\n```\nHm.\n</think>\n```",
    "Write <answer> where the answer goes, and </answer> behind it. {}",
    "{}\n\nEvery installation has a folder node_modules beside it.",
]


@pytest.mark.parametrize("form", KEPT)
@pytest.mark.parametrize("part", [SECTION, "Write the introduction"])
def test_prose_is_no_defect(key: str, provider: Server, form: str, part: str) -> None:
    text = form.format(BODY)
    provider.script.add(Answer(text=text), prompt=part, times=None)
    reply = generate(key, BRIEF)
    assert reply.status_code == 201, reply.json()
    body = reply.json()
    found = body["sections"][0]["markdown"] if part == SECTION else body["introduction"]
    assert found == text
    assert body["notes"] == {}
    assert len(provider.calls) == CALLS


def test_a_stump_is_no_success(key: str, provider: Server) -> None:
    provider.script.add(Answer(text="Bridge window ember."), prompt=SECTION, times=None)
    reply = generate(key, BRIEF)
    assert reply.status_code == 502
    assert reply.json()["detail"] == "The model wrote far too little for section 1, even on the second try."
    assert Run.objects.get().status == Run.Status.FAILED


def test_a_reply_that_is_stuck_in_blanks_is_ended(key: str, provider: Server) -> None:
    blanks = Answer(text=chatty.stuck(BODY), heeds_limit=False)
    provider.script.add(blanks, prompt=SECTION, times=1)
    assert section_of(generate(key, BRIEF)).endswith(".")
    assert len(provider.calls) == CALLS + 1
    stuck = next(call for call in provider.calls if "\u200b" in call.text)
    assert stuck.outcome == "hung up"
    assert len(stuck.text) < 100_000


def test_a_post_does_without_a_part_that_a_filter_refused(key: str, provider: Server) -> None:
    provider.script.add(Answer(text="", finish="refusal"), prompt=SECTION, times=None)
    body = generate(key, BRIEF).json()
    assert [section["heading"] for section in body["sections"]]
    assert len(body["sections"]) == 1
    assert body["scores"]["notes"] == ["section 1: left out: the model declined to write it"]


def test_a_post_does_without_an_introduction_that_a_filter_refused(key: str, provider: Server) -> None:
    provider.script.add(Answer(text="", finish="refusal"), prompt="Write the introduction", times=None)
    reply = generate(key, BRIEF)
    assert (reply.status_code, reply.json()["introduction"]) == (201, "")
    assert len(reply.json()["sections"]) == 2


def test_a_part_in_another_language_is_asked_for_once_more(key: str, provider: Server) -> None:
    provider.script.add(Answer(text=chatty.ENGLISH), prompt=SECTION, times=1)
    german = Answer(text=chatty.GERMAN)
    provider.script.add(german, prompt=SECTION, times=None)
    assert section_of(generate(key, {**BRIEF, "language": "de"})) == chatty.GERMAN
    assert sum(SECTION in call.asked.prompt for call in provider.calls) == 2
