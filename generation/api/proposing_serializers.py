"""Asking for a proposal: the shape of the bodies."""

from typing import Any

from rest_framework import serializers

from blogai.core.body import StrictSerializer, TextField, WholeNumberField
from generation.api.generate_blog_serializers import Accepted
from generation.pipeline.rewriting import WISHES
from generation.pipeline.types import MAX_NOTE
from generation.runs.proposals import Request, Selection

NEWEST = 2_147_483_647
"""The largest number that a version can have."""
KNOWN = ", ".join(f"“{name}”" for name in WISHES)


class SelectionField(StrictSerializer):
    """From `start` to `end`, in UTF-16 code units of the text of version `base`. All in one section."""

    start = WholeNumberField(min_value=0, max_value=NEWEST)
    end = WholeNumberField(min_value=1, max_value=NEWEST)


class ProposalBody(StrictSerializer):
    """A section, or a selection in one, and what a model is to do with it."""

    part = TextField(
        max_length=40, required=False, help_text="The name of a part, such as `section-2`; or a `selection`."
    )
    selection = SelectionField(required=False)
    base = WholeNumberField(
        min_value=1,
        max_value=NEWEST,
        required=False,
        help_text="With a `selection`: the version whose text it counts in.",
    )
    instruction = TextField(max_length=MAX_NOTE, help_text=f"{KNOWN}, or your own words.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("part" in attrs) == ("selection" in attrs):
            raise serializers.ValidationError({"part": ["Send either this or a selection."]})
        if ("selection" in attrs) != ("base" in attrs):
            raise serializers.ValidationError({"base": ["Send this with a selection, and only then."]})
        return attrs


class RegenerateBody(StrictSerializer):
    """May be left out."""

    instruction = TextField(
        max_length=MAX_NOTE, required=False, default="Write again", help_text=f"{KNOWN}, or your own words."
    )


class ProposalAccepted(Accepted):
    id = serializers.UUIDField(
        help_text="The proposal’s, from the start. It’s there once the run is completed."
    )


def request_of(body: dict[str, Any]) -> Request:
    """What is asked for, from the validated fields of a `ProposalBody`."""
    selection = body.get("selection")
    return Request(
        instruction=body["instruction"],
        part=body.get("part", ""),
        selection=Selection(**selection, base=body["base"]) if selection else None,
    )
