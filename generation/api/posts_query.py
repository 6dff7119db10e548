"""What a list of posts can be narrowed to: the query of `GET /api/v1/posts`."""

from datetime import date

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from generation.pipeline.types import LANGUAGE
from generation.posts.marks import MAX_TAG
from generation.posts.narrowed import Narrowed

MAX_SEARCH = 200
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)


@extend_schema_field({"type": "string", "format": "date", "pattern": r"^2[01]\d\d-\d\d-\d\d$"})
class Day(serializers.DateField):
    """With the bounds that `_checked` has."""


class PostsQuery(serializers.Serializer[object]):
    q = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=MAX_SEARCH,
        help_text="Words that are all in the post. “In quotes” they follow each other; a minus leaves out.",
    )
    favourite = serializers.BooleanField(required=False, help_text="Only favorites.")
    tag = serializers.CharField(required=False, allow_blank=True, max_length=MAX_TAG)
    language = serializers.RegexField(f"^{LANGUAGE}$", required=False, help_text="BCP-47.")
    state = serializers.ChoiceField(
        choices=["finished"], required=False, help_text="A post is finished; runs are at /api/v1/runs."
    )
    since = Day(required=False, help_text="The first day, in UTC.")
    until = Day(required=False, help_text="The last day, in UTC.")

    def validate_since(self, day: date) -> date:
        return _checked(day)

    def validate_until(self, day: date) -> date:
        return _checked(day)

    def narrowed(self) -> Narrowed:
        """After validation."""
        given = self.validated_data
        return Narrowed(
            search=given.get("q", ""),
            favourite=given.get("favourite", False),
            tag=given.get("tag", ""),
            language=given.get("language", ""),
            since=given.get("since"),
            until=given.get("until"),
        )


def _checked(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise serializers.ValidationError(f"Choose a day from {FIRST_DAY.year} to {LAST_DAY.year}.")
    return day
