"""The id of a failed request that an error page passes on in a link."""

from django.http import HttpRequest

from blogai.middleware import VALID_ID


def request_id_in(request: HttpRequest) -> str:
    """`?request_id=`, or nothing if it is none of ours."""
    named = request.GET.get("request_id", "")
    return named if VALID_ID.fullmatch(named) else ""
