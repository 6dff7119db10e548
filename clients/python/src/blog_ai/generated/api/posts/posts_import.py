from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.import_body import ImportBody
from ...models.post_reply import PostReply
from ...types import Response


def _get_kwargs(
    *,
    body: ImportBody,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/posts/import",
    }

    _kwargs["files"] = body.to_multipart()

    headers["Content-Type"] = "multipart/form-data; boundary=+++"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PostReply | None:
    if response.status_code == 201:
        response_201 = PostReply.from_dict(response.json())

        return response_201

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PostReply]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: ImportBody,
) -> Response[PostReply]:
    """Import a post

     Makes a post of a Markdown, HTML or Word file (`.md`, `.html`, `.docx`), up to 10 MB with up to 2 MB
    of text. It takes no post of your plan, and counts as work on models in the rate limits. 422 says
    what is wrong with a file.

    Args:
        body (ImportBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PostReply]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: ImportBody,
) -> PostReply | None:
    """Import a post

     Makes a post of a Markdown, HTML or Word file (`.md`, `.html`, `.docx`), up to 10 MB with up to 2 MB
    of text. It takes no post of your plan, and counts as work on models in the rate limits. 422 says
    what is wrong with a file.

    Args:
        body (ImportBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PostReply
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: ImportBody,
) -> Response[PostReply]:
    """Import a post

     Makes a post of a Markdown, HTML or Word file (`.md`, `.html`, `.docx`), up to 10 MB with up to 2 MB
    of text. It takes no post of your plan, and counts as work on models in the rate limits. 422 says
    what is wrong with a file.

    Args:
        body (ImportBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PostReply]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: ImportBody,
) -> PostReply | None:
    """Import a post

     Makes a post of a Markdown, HTML or Word file (`.md`, `.html`, `.docx`), up to 10 MB with up to 2 MB
    of text. It takes no post of your plan, and counts as work on models in the rate limits. 422 says
    what is wrong with a file.

    Args:
        body (ImportBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PostReply
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
