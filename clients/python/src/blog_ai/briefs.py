"""`generate(topic="…", sections=2)`: methods take the fields of a brief, as the API describes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec, TypeVar

import httpx

from .generated.models import GenerateBlogBody

Client = TypeVar("Client")
Fields = ParamSpec("Fields")
Result = TypeVar("Result")

PATH = "/api/v1/generate-blog"


def with_fields_of(
    brief: Callable[Fields, GenerateBlogBody],
) -> Callable[[Callable[[Client, GenerateBlogBody], Result]], Callable[Concatenate[Client, Fields], Result]]:
    """Turns a method that takes a brief into one that takes its fields; a type checker knows all of them."""

    def decorate(
        method: Callable[[Client, GenerateBlogBody], Result],
    ) -> Callable[Concatenate[Client, Fields], Result]:
        def called(client: Client, /, *fields: Fields.args, **named: Fields.kwargs) -> Result:
            return method(client, brief(*fields, **named))

        return update_wrapper(called, method)

    return decorate


def request_for(
    connection: httpx.Client | httpx.AsyncClient, brief: GenerateBlogBody, key: str, **headers: str
) -> httpx.Request:
    """A request for a post, the same to the byte each time it is sent."""
    return connection.build_request(
        "POST",
        PATH,
        content=json.dumps(brief.to_dict()).encode(),
        headers={"Content-Type": "application/json", "Idempotency-Key": key, **headers},
    )
