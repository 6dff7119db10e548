"""A post's text in the API, and what became of one that was saved."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from blogai.core.body import StrictSerializer, TextField, WholeNumberField
from generation.editing.services import Saved

NEWEST = 2_147_483_647
"""The largest number that a version can have."""


class SessionField(serializers.UUIDField):
    """Accepts only a string; DRF's own field accepts numbers too."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class TextReply(serializers.Serializer[object]):
    version = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField(help_text="Markdown, without the title.")


class TextBody(StrictSerializer):
    """A post's whole text, as it is now in an editor."""

    base = WholeNumberField(
        min_value=0, max_value=NEWEST, help_text="The version that the text was made of. Any will do."
    )
    text = TextField(
        allow_blank=True, trim_whitespace=False, help_text="Markdown, without the title; at most 2 MB."
    )
    session = SessionField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Yours to make up, one for each open editor. Its autosaves may be thinned out.",
    )


class ConflictReply(serializers.Serializer[object]):
    proposal_id = serializers.UUIDField(help_text="The passage that couldn't be merged, for you to decide.")
    version = serializers.IntegerField(help_text="The version that has all of the text you sent.")


class SavedReply(TextReply):
    """The post now."""

    merged = serializers.BooleanField(help_text="Whether the text has more than what you sent.")
    changes = serializers.ListField(
        child=inline_serializer(
            "TextChange",
            {
                "from": serializers.IntegerField(),
                "to": serializers.IntegerField(),
                "insert": serializers.CharField(),
            },
        ),
        help_text="What makes `text` of the text you sent, in UTF-16 code units of that.",
    )
    conflict = ConflictReply(allow_null=True)


def saved_reply(saved: Saved) -> dict[str, Any]:
    reply = asdict(saved)
    if saved.conflict:
        reply["conflict"] = {
            "proposal_id": str(saved.conflict.proposal_id),
            "version": saved.conflict.version,
        }
    return reply
