"""What the pipeline knows of a language: its English name, and the headings that close a post in it."""

import re
from typing import NamedTuple


class Language(NamedTuple):
    name: str
    conclusion: str
    faq: str


_ENGLISH = Language("English", "Conclusion", "Frequently asked questions")
_LANGUAGES = {
    "ar": Language("Arabic", "الخاتمة", "الأسئلة الشائعة"),
    "de": Language("German", "Fazit", "Häufige Fragen"),
    "en": _ENGLISH,
    "es": Language("Spanish", "Conclusión", "Preguntas frecuentes"),
    "fr": Language("French", "Conclusion", "Questions fréquentes"),
    "he": Language("Hebrew", "סיכום", "שאלות נפוצות"),
    "hi": Language("Hindi", "निष्कर्ष", "अक्सर पूछे जाने वाले प्रश्न"),
    "it": Language("Italian", "Conclusione", "Domande frequenti"),
    "ja": Language("Japanese", "まとめ", "よくある質問"),
    "ko": Language("Korean", "맺음말", "자주 묻는 질문"),
    "nl": Language("Dutch", "Conclusie", "Veelgestelde vragen"),
    "pl": Language("Polish", "Podsumowanie", "Najczęstsze pytania"),
    "pt": Language("Portuguese", "Conclusão", "Perguntas frequentes"),
    "ru": Language("Russian", "Заключение", "Частые вопросы"),
    "tr": Language("Turkish", "Sonuç", "Sık sorulan sorular"),
    "zh": Language("Chinese", "结语", "常见问题"),
}

# Their words take about two tokens in every vocabulary we have met; those of other scripts up to four, and a
# word of the scripts that few vocabularies know one or two for each of its letters.
_RARE = {"am", "bo", "km", "lo", "my", "si"}
_LATIN = {
    "en",
    "de",
    "es",
    "fr",
    "it",
    "nl",
    "pt",
    "da",
    "sv",
    "nb",
    "no",
    "fi",
    "pl",
    "cs",
    "ro",
    "tr",
    "id",
}


def primary(code: str) -> str:
    """The language of a code without its region or script: "pt" of "pt-BR"."""
    return code.lower().split("-")[0]


def is_english(code: str) -> bool:
    return primary(code) == "en"


def prompt_name(code: str) -> str:
    """How a prompt names the language: "German (de-AT)"; the bare code when it is not in the table."""
    code = re.sub(r"[^A-Za-z0-9-]", "", code)[:35] or "en"
    known = _LANGUAGES.get(primary(code))
    if known is None:
        return f'the language with the code "{code}"'
    return known.name if code.lower() == primary(code) else f"{known.name} ({code})"


def conclusion_heading(code: str) -> str:
    return _LANGUAGES.get(primary(code), _ENGLISH).conclusion


def faq_heading(code: str) -> str:
    return _LANGUAGES.get(primary(code), _ENGLISH).faq


def tokens_per_word(code: str) -> float:
    if primary(code) in _RARE:
        return 8.0
    return 2.2 if primary(code) in _LATIN else 4.0


def usual_tokens_per_word(code: str) -> float:
    """What to expect, where `tokens_per_word` is what to allow."""
    return tokens_per_word(code) * 0.6
