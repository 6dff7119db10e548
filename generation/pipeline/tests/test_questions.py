"""Questions and answers as models write them, read without what labels them."""

import pytest

from generation.pipeline.questions import as_markdown, read, unlabelled

LABELLED = {
    "ar": "السؤال 1: كم مرة أسقي؟\nالجواب: كل يومين.\n\nالسؤال 2: أين؟\nالجواب: هنا.",
    "de": "**Frage 1: Wie lang ist er?**\nAntwort: Sehr lang.\n\n**Frage 2: Wo?**\nAntwort: Am Meer.",
    "en": "**Q:** Does basil need sun?\n**A:** Six hours.\n\n**Q:** How often?\n**A:** Daily.",
    "es": "### Pregunta 1: ¿Cuánto mide?\n\nRespuesta: Mucho.\n\n### Pregunta 2: ¿Dónde?\n\nRespuesta: Aquí.",
    "fr": "**Question 1 :** Où est-il ?\n**Réponse :** Ici.\n\n**Question 2 :** Qui ?\n**Réponse :** Nous.",
    "he": "שאלה 1: כמה זה ארוך?\nתשובה: מאוד.\n\nשאלה 2: איפה?\nתשובה: כאן.",
    "hi": "**प्रश्न 1: यह कितना लंबा है?**\nउत्तर: बहुत।\n\n**प्रश्न 2: कहाँ?**\nउत्तर: यहाँ।",
    "it": "D: Quanto è lungo?\nR: Molto.\n\nD: Dove?\nR: Qui.",
    "ja": "Q1. 長さは？\nA1. とても長い。\n\nQ2. どこ？\nA2. ここ。",
    "ko": "**질문 1: 얼마나 길어요?**\n답변: 아주 길어요.\n\n**질문 2: 어디예요?**\n답변: 여기예요.",
    "nl": "Vraag 1 - Hoe lang is hij?\nAntwoord - Heel lang.\n\nVraag 2 - Waar?\nAntwoord - Hier.",
    "pl": "1. **Pytanie:** Jak długi?\n   **Odpowiedź:** Bardzo.\n2. **Pytanie:** Gdzie?\n   Odpowiedź: Tu.",
    "pt": "**P: Qual é o tamanho?**\n\nR: Grande.\n\n**P: Onde?**\n\nR: Aqui.",
    "ru": "**Вопрос 1.** Какой он длины?\n**Ответ.** Большой.\n\n**Вопрос 2.** Где?\n**Ответ.** Здесь.",
    "tr": "- Soru 1: Ne kadar uzun?\n- Cevap: Çok.\n- Soru 2: Nerede?\n- Cevap: Burada.",
    "zh": "**问：先做什么？**\n\n答：先看。\n\n**问：然后呢？**\n\n答：再写。",
}

LABELS = (
    *(
        "Frage",
        "Question",
        "Pregunta",
        "Domanda",
        "Vraag",
        "Pytanie",
        "Вопрос",
        "Soru",
        "السؤال",
        "שאלה",
        "प्रश्न",
    ),
    *(
        "질문",
        "问",
        "Q1",
        "Q:",
        "P:",
        "D:",
        "Antwort",
        "Answer",
        "Respuesta",
        "Réponse",
        "Odpowiedź",
        "Ответ",
        "Cevap",
    ),
    *("Antwoord", "الجواب", "תשובה", "उत्तर", "답변", "答", "A:", "A1", "R:"),
)


@pytest.mark.parametrize("language", LABELLED)
def test_labels_are_left_out_in_every_language_of_the_form(language: str) -> None:
    pairs = read(LABELLED[language])
    assert len(pairs) == 2
    assert not {"*", "#"} & {*str(pairs)}
    for pair in pairs:
        assert not [label for label in LABELS if label in pair.question or pair.answer.startswith(label)]


@pytest.mark.parametrize(
    "text",
    [
        "### Question 1\n\n**Does it flower?**\n\n#### Answer\n\nIt does.",
        "**Question 1:**\nDoes it flower?\n\n**Answer:**\nIt does.",
        "**Q1: Does it flower?** A1: It does.",
        "> **Q:** Does it flower?\n> **A:** It does.",
        "Question #1: Does it flower?\nAnswer #1: It does.",
        "## Frequently asked\n\n### Q: Does it flower?\n\nIt does.",
        "### 1. Does it flower?\n\nA: It does.",
        "### **Does it flower?**\n\n**Answer:** It does.",
        "1. **Does it flower?** It does.",
        "- Does it flower?: It does.",
        "Does it flower? It does.",
    ],
)
def test_every_form_gives_the_same(text: str) -> None:
    pairs = read(text)
    assert [(pair.question, pair.answer) for pair in pairs] == [("Does it flower?", "It does.")]
    assert read(as_markdown(pairs)) == pairs


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("### Who wrote it?\n\nA. A. Milne did.", "A. A. Milne did."),
        ("### What do the letters mean?\n\n- V: volts\n- D: diameter", "- V: volts\n- D: diameter"),
        ("### What is asked?\n\nThe question: is it wet?", "The question: is it wet?"),
        ("### Is it so?\n\nAnswers vary. A: yes, B: no.", "Answers vary. A: yes, B: no."),
        ("### Is it so?\n\nYes.\n\n#### Is it always?\n\nNo.", "Yes."),
    ],
)
def test_what_only_looks_like_a_label_stays(text: str, answer: str) -> None:
    assert read(text)[0].answer == answer


def test_numbered_answers_belong_to_what_was_asked() -> None:
    pairs = read(
        "1. Six hours of it.\n2. Watering: every day.\n\nThese are the answers.\n3. No.", ("Sun?", "Water?")
    )
    assert [(pair.question, pair.answer) for pair in pairs] == [
        ("Sun?", "Six hours of it."),
        ("Water?", "every day."),
    ]


@pytest.mark.parametrize(
    "text", ["", " " * 3_000, "No questions here.", "### Why?", "### Why?\n\n***", "Q:\n\nA:"]
)
def test_no_pairs(text: str) -> None:
    assert read(text) == ()


def test_questions_of_a_plan_lose_numbers_and_labels() -> None:
    planned = ("1. Is it wet?", "Q2: Is it wet?", "Frage 3: Is it wet?", "**Is it wet?**", "- Is it wet?")
    assert {unlabelled(question) for question in planned} == {"Is it wet?"}
