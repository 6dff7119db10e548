"""Every reply that a test gets from the API is compared with what /openapi.json says of it."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import AsyncClient, Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2
from jsonschema_rs import Draft202012Validator

API = ("/api/", "/api-keys", "/generate-blog", "/health")
"""Under these every address is described, or answers with a problem."""
PRODUCT = "blogai.urls"
"""The URLconf with a description. Of replies of others, which tests make up, only problems are checked."""

_describing = Lock()

REFUSALS = {401: "NotAuthenticated", 405: "MethodNotAllowed", 429: "RateLimited", 503: "Unavailable"}
"""Where the document describes a problem that needs a header."""

type Schema = dict[str, Any]


class NotAsDescribed(AssertionError):
    """The reply differs from its description in /openapi.json."""


@dataclass(frozen=True)
class Reply:
    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    content: bytes | None
    """None where it is streamed."""

    @property
    def media_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


class Description:
    """An OpenAPI document, each of its schemas compiled when a reply first needs it."""

    def __init__(self, document: Schema) -> None:
        self.document = document
        self._components = document["components"]
        # An address that is described as it is comes before those that it would also match.
        self._templates = [
            (re.compile(re.sub(r"{\w+}", "[^/]+", template)), template)
            for template in sorted(document["paths"], key=lambda path: path.count("{"))
        ]
        self._validators: dict[tuple[str, ...], Draft202012Validator] = {}

    def check(self, reply: Reply) -> None:
        """Raises NotAsDescribed."""
        with _naming(reply):
            self._compare(reply, self._place(reply))

    def check_refusal(self, reply: Reply) -> None:
        """Compares a problem that no operation answered."""
        with _naming(reply):
            self._compare(reply, self._refusal(reply, "it is a problem."))

    def _compare(self, reply: Reply, place: tuple[str, ...]) -> None:
        response = self._at(place)
        for name in response.get("headers", {}):
            self._check_header(reply, name, (*place, "headers", name))
        if reply.method != "HEAD":
            self._check_content(reply, response.get("content", {}), place)

    def _place(self, reply: Reply) -> tuple[str, ...]:
        """Where in the document the reply is described."""
        template = next((each for pattern, each in self._templates if pattern.fullmatch(reply.path)), None)
        if template is None:
            return self._refusal(reply, "the address is not described.")
        operations = self.document["paths"][template]
        method = "get" if reply.method == "HEAD" else reply.method.lower()
        if method not in operations:
            return self._refusal(reply, "the method is not described.")
        responses = operations[method]["responses"]
        status = str(reply.status) if str(reply.status) in responses else "default"
        if status == "default" and reply.status < 400:
            raise NotAsDescribed(f"the status is not described; there is {', '.join(responses)}.")
        return self._followed(("paths", template, method, "responses", status))

    def _refusal(self, reply: Reply, sentence: str) -> tuple[str, ...]:
        """How a request for nothing that is described must be refused."""
        if reply.status < 400:
            raise NotAsDescribed(sentence)
        return ("components", "responses", REFUSALS.get(reply.status, "Problem"))

    def _check_header(self, reply: Reply, name: str, place: tuple[str, ...]) -> None:
        place = self._followed(place)
        header = self._at(place)
        value = reply.headers.get(name)
        if value is None:
            if header.get("required"):
                raise NotAsDescribed(f"the header {name} is missing.")
            return
        number = header["schema"].get("type") == "integer" and value.isdigit()
        self._validate(int(value) if number else value, (*place, "schema"), f"the header {name}")

    def _check_content(self, reply: Reply, content: Schema, place: tuple[str, ...]) -> None:
        if not content:
            if reply.content != b"":
                raise NotAsDescribed("it should have no content.")
            return
        if reply.media_type not in content:
            found = reply.media_type or "no content type"
            raise NotAsDescribed(f"it is {found}; described is {', '.join(content)}.")
        if reply.content is not None and reply.media_type.endswith("json"):
            self._validate(
                _json(reply.content), (*place, "content", reply.media_type, "schema"), "the content"
            )

    def _validate(self, value: object, place: tuple[str, ...], what: str) -> None:
        for error in self._validator(place).iter_errors(value):
            where = ".".join(map(str, error.instance_path))
            raise NotAsDescribed(f"{what}{f', at {where}' if where else ''}: {error.message[:500]}")

    def _validator(self, place: tuple[str, ...]) -> Draft202012Validator:
        if place not in self._validators:
            schema = {**self._at(place), "components": self._components}  # where its references lead
            self._validators[place] = Draft202012Validator(schema, validate_formats=True)
        return self._validators[place]

    def _followed(self, place: tuple[str, ...]) -> tuple[str, ...]:
        """Where the reference at the place leads, if it is one."""
        reference = self._at(place).get("$ref")
        return tuple(reference.removeprefix("#/").split("/")) if reference else place

    def _at(self, place: tuple[str, ...]) -> Schema:
        found: Any = self.document
        for step in place:
            found = found[step]
        described: Schema = found
        return described


def _json(content: bytes) -> object:
    try:
        value: object = json.loads(content)
        json.dumps(value, ensure_ascii=False).encode()  # not every client takes half of a surrogate pair
        return value
    except ValueError as error:
        raise NotAsDescribed(f"it is not JSON: {error}.") from error


@contextmanager
def _naming(reply: Reply) -> Iterator[None]:
    """What is wrong, with the request and the status in front."""
    try:
        yield
    except NotAsDescribed as error:
        answered = f"{reply.method} {reply.path} answered {reply.status}"
        raise NotAsDescribed(f"{answered}, but not as /openapi.json says: {error}") from None


@contextmanager
def every_reply_checked() -> Iterator[None]:
    """No client of a test, Django's or httpx, hands out a reply that is not as described."""
    answer, answer_async = Client.request, AsyncClient.request
    send, send_async = httpx.Client.send, httpx.AsyncClient.send

    def request(client: Client, **asked: Any) -> Any:
        response = answer(client, **asked)
        check(_from_django(response, response.wsgi_request), settings.ROOT_URLCONF)
        return response

    async def request_async(client: AsyncClient, **asked: Any) -> Any:
        response = await answer_async(client, **asked)
        check(_from_django(response, response.asgi_request), settings.ROOT_URLCONF)
        return response

    def sent(client: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        response = send(client, request, **options)
        check(_from_httpx(response), PRODUCT)
        return response

    async def sent_async(client: httpx.AsyncClient, request: httpx.Request, **options: Any) -> httpx.Response:
        response = await send_async(client, request, **options)
        check(_from_httpx(response), PRODUCT)
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", request)
        patch.setattr(AsyncClient, "request", request_async)
        patch.setattr(httpx.Client, "send", sent)
        patch.setattr(httpx.AsyncClient, "send", sent_async)
        yield


def check(reply: Reply, urlconf: str) -> None:
    """Compares the reply with the description of the URLconf that it comes from. Raises NotAsDescribed."""
    if (reply.method, reply.status, reply.content) == ("OPTIONS", 200, b""):
        return  # a preflight, which is the browser's, and answered before any operation
    if urlconf == PRODUCT and reply.path.startswith(API):
        description().check(reply)
    elif reply.media_type == "application/problem+json":
        description().check_refusal(reply)


def description() -> Description:
    with (
        _describing
    ):  # drf-spectacular loads its extensions at first use, and two threads get in each other's way
        return _description()


@cache
def _description() -> Description:
    document = SchemaGenerator(urlconf=PRODUCT).get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return Description(json.loads(OpenApiJsonRenderer2().render(document)))


def _from_django(response: HttpResponseBase, request: HttpRequest) -> Reply:
    content = response.content if isinstance(response, HttpResponse) else None
    return Reply(request.method or "", request.path, response.status_code, response.headers, content)


def _from_httpx(response: httpx.Response) -> Reply:
    content = response.content if response.is_stream_consumed else None
    request = response.request
    return Reply(request.method, request.url.path, response.status_code, response.headers, content)
