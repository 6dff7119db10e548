"""An outline in the API: what it looks like, and what may be changed in it. The page has the same bounds."""

import re
from typing import Any

from rest_framework import serializers

from blogai.body import StrictSerializer, TextField

MOST_SECTIONS = 12
MOST_WORDS = 6000
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Line(TextField):
    """Text on one line."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if CONTROL.search(text):
            raise serializers.ValidationError("Has a line break or another control character.")
        return text


class SectionBody(StrictSerializer):
    heading = Line(max_length=120)
    purpose = Line(max_length=600, required=False, allow_blank=True, default="")
    claims = serializers.ListField(
        child=Line(max_length=600), max_length=8, required=False, default=list,
        help_text="What this section says and no other may.",
    )  # fmt: skip
    words = serializers.IntegerField(min_value=1, max_value=MOST_WORDS, required=False, default=220)


class OutlineBody(StrictSerializer):
    """The fields of an outline that are to be replaced; those left out stay."""

    title = Line(max_length=120, required=False)
    slug = serializers.SlugField(
        max_length=80, required=False, allow_unicode=True, help_text="Of a new title, unless it is given."
    )
    description = Line(max_length=160, required=False, allow_blank=True)
    tags = serializers.ListField(child=Line(max_length=40), max_length=8, required=False)
    introduction = Line(
        max_length=600, required=False, allow_blank=True, help_text="What the introduction is to do."
    )
    sections = serializers.ListField(
        child=SectionBody(),
        required=False,
        min_length=1,
        max_length=MOST_SECTIONS,
        help_text="All of them, in order.",
    )
    conclusion_heading = Line(max_length=120, required=False)
    conclusion = Line(max_length=600, required=False, allow_blank=True)
    faq_heading = Line(max_length=120, required=False)
    questions = serializers.ListField(child=Line(max_length=600), max_length=8, required=False)

    def validate_sections(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        headings = [section["heading"].casefold() for section in value]
        twice = next(
            (each["heading"] for each in value if headings.count(each["heading"].casefold()) > 1), ""
        )
        if twice:
            raise serializers.ValidationError(f"Two sections are called “{twice}”.")
        words = sum(section["words"] for section in value)
        if words > MOST_WORDS:
            raise serializers.ValidationError(
                f"The sections have at most {MOST_WORDS:,} words together; these have {words:,}."
            )
        return value


class SectionReply(serializers.Serializer[object]):
    heading = serializers.CharField()
    purpose = serializers.CharField()
    claims = serializers.ListField(child=serializers.CharField())
    words = serializers.IntegerField()


class OutlineReply(serializers.Serializer[object]):
    title = serializers.CharField()
    slug = serializers.CharField()
    description = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    introduction = serializers.CharField()
    sections = SectionReply(many=True)
    conclusion_heading = serializers.CharField()
    conclusion = serializers.CharField()
    faq_heading = serializers.CharField()
    questions = serializers.ListField(child=serializers.CharField())
