"""The shape of an outline in the API."""

from typing import Any

from rest_framework import serializers

from generation.pipeline.types import Outline


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


def outline_reply(outline: Outline) -> dict[str, Any]:
    return outline.model_dump(mode="json")
