"""Where a request came from: the client's address and its browser or program."""

from dataclasses import dataclass

from django.http import HttpRequest

from blogai.core.client_address import client_address

MAX_AGENT = 300


@dataclass(frozen=True, slots=True)
class Origin:
    """Empty where it is not known: a command, a job, a client without the header."""

    address: str = ""
    user_agent: str = ""


UNKNOWN = Origin()


def origin_of(request: HttpRequest | None) -> Origin:
    """Of a request; what a client says of itself is cut off and made printable."""
    if request is None:
        return UNKNOWN
    sent = request.headers.get("User-Agent", "")[: 2 * MAX_AGENT]
    return Origin(client_address(request), "".join(filter(str.isprintable, sent))[:MAX_AGENT])
