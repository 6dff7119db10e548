"""The URL of a post's page."""

from collections.abc import Callable
from uuid import UUID

from django.urls import reverse

type Absolute = Callable[[str], str]
"""Makes a path an absolute URL: `request.build_absolute_uri` where there is a request."""


def post_address(absolute: Absolute, post_id: UUID) -> str:
    return absolute(reverse("post", args=[post_id]))
