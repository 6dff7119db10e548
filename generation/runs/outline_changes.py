"""What an owner may change in an outline, validated here for both the API and the page."""

import re
import unicodedata
from typing import Any, ClassVar

from rest_framework import serializers

from blogai.core.body import StrictSerializer, TextField, WholeNumberField
from generation.pipeline.types import (
    MAX_DESCRIPTION,
    MAX_ITEMS,
    MAX_LINE,
    MAX_NOTE,
    MAX_SECTIONS,
    MAX_SLUG,
    MAX_TAG,
    MAX_WORDS,
    WORDS_PER_SECTION,
)

TOO_MANY: dict[str, Any] = {"max_length": "Enter up to {max_length}."}
WORDS: dict[str, Any] = {
    "invalid": "Enter a number of words, such as 250.",
    "min_value": "Enter {min_value} or more.",
    "max_value": "Enter {max_value} or less.",
}
CONTROL = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"


class Line(TextField):
    """Text on one line."""

    refused = CONTROL
    default_error_messages: ClassVar[dict[str, Any]] = {
        "blank": "Fill this in.",
        "max_length": "Use up to {max_length} characters.",
    }

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if re.search(f"[{CONTROL}]", text):
            raise serializers.ValidationError("Remove line breaks and other control characters.")
        return text


def in_one_word(slug: str) -> None:
    """Letters of any script with their signs (Django allows no signs), digits, hyphens, underscores."""
    if not is_one_word(slug):
        raise serializers.ValidationError("Use only letters, numbers, underscores and hyphens.")


def is_one_word(slug: str) -> bool:
    return all(character in "-_" or unicodedata.category(character)[0] in "LNM" for character in slug)


class SectionBody(StrictSerializer):
    """A section: what it is about, and how long it should be."""

    heading = Line(max_length=MAX_LINE)
    purpose = Line(max_length=MAX_NOTE, required=False, allow_blank=True, default="")
    claims = serializers.ListField(
        child=Line(max_length=MAX_NOTE), max_length=MAX_ITEMS, required=False, default=list,
        help_text="What this section says and no other section repeats.", error_messages=TOO_MANY,
    )  # fmt: skip
    words = WholeNumberField(
        min_value=1, max_value=MAX_WORDS, required=False, default=WORDS_PER_SECTION, error_messages=WORDS
    )


class OutlineBody(StrictSerializer):
    """The fields of an outline to replace; omitted fields stay as they are."""

    title = Line(max_length=MAX_LINE, required=False)
    slug = TextField(
        max_length=MAX_SLUG,
        required=False,
        validators=[in_one_word],
        help_text="Derived from a new title unless given.",
    )
    description = Line(max_length=MAX_DESCRIPTION, required=False, allow_blank=True)
    tags = serializers.ListField(
        child=Line(max_length=MAX_TAG), max_length=MAX_ITEMS, required=False, error_messages=TOO_MANY
    )
    introduction = Line(
        max_length=MAX_NOTE, required=False, allow_blank=True, help_text="What the introduction should do."
    )
    sections = serializers.ListField(
        child=SectionBody(),
        required=False,
        min_length=1,
        max_length=MAX_SECTIONS,
        help_text="All of them, in order.",
    )
    conclusion_heading = Line(max_length=MAX_LINE, required=False)
    conclusion = Line(max_length=MAX_NOTE, required=False, allow_blank=True)
    faq_heading = Line(max_length=MAX_LINE, required=False)
    questions = serializers.ListField(
        child=Line(max_length=MAX_NOTE), max_length=MAX_ITEMS, required=False, error_messages=TOO_MANY
    )

    def validate_sections(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        headings = [section["heading"].casefold() for section in value]
        duplicate = next(
            (each["heading"] for each in value if headings.count(each["heading"].casefold()) > 1), ""
        )
        if duplicate:
            raise serializers.ValidationError(f"Two sections are called “{duplicate}”. Rename one.")
        words = sum(section["words"] for section in value)
        if words > MAX_WORDS:
            raise serializers.ValidationError(
                f"A post can have up to {MAX_WORDS:,} words. These sections add up to {words:,}."
            )
        return value
