"""What an owner may change about a post beside its text."""

from typing import ClassVar

from rest_framework import serializers

from blogai.core.body import FlagField, StrictSerializer, TextField
from generation.pipeline.types import MAX_DESCRIPTION, MAX_ITEMS, MAX_SLUG, MAX_TAG
from generation.runs.outline_changes import TOO_MANY, Line, in_one_word

MAX_TITLE = 200


class PostChange(StrictSerializer):
    """The fields to change; omitted ones stay as they are."""

    aliases: ClassVar[dict[str, str]] = {"favourite": "is_favorite"}

    title = Line(max_length=MAX_TITLE, required=False)
    slug = TextField(max_length=MAX_SLUG, required=False, validators=[in_one_word])
    description = Line(max_length=MAX_DESCRIPTION, required=False, allow_blank=True)
    tags = serializers.ListField(
        child=Line(max_length=MAX_TAG), max_length=MAX_ITEMS, required=False, error_messages=TOO_MANY
    )
    is_favorite = FlagField(required=False)
