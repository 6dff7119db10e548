from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.patched_post_change import PatchedPostChange
from ...models.post_reply import PostReply
from ...types import UNSET, Response, Unset


def _get_kwargs(
    post_id: UUID,
    *,
    body: PatchedPostChange | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/posts/{post_id}".format(
            post_id=quote(str(post_id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PostReply | None:
    if response.status_code == 200:
        response_200 = PostReply.from_dict(response.json())

        return response_200

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
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedPostChange | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Response[PostReply]:
    """Change a post's title and details

     Change the fields that you send, and leave the others. A new title is a new version of the post.

    The reply has the new `ETag`.

    Args:
        post_id (UUID):
        if_match (str | Unset):
        body (PatchedPostChange | Unset): The fields to change; omitted ones stay as they are.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PostReply]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        body=body,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedPostChange | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> PostReply | None:
    """Change a post's title and details

     Change the fields that you send, and leave the others. A new title is a new version of the post.

    The reply has the new `ETag`.

    Args:
        post_id (UUID):
        if_match (str | Unset):
        body (PatchedPostChange | Unset): The fields to change; omitted ones stay as they are.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PostReply
    """

    return sync_detailed(
        post_id=post_id,
        client=client,
        body=body,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedPostChange | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Response[PostReply]:
    """Change a post's title and details

     Change the fields that you send, and leave the others. A new title is a new version of the post.

    The reply has the new `ETag`.

    Args:
        post_id (UUID):
        if_match (str | Unset):
        body (PatchedPostChange | Unset): The fields to change; omitted ones stay as they are.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PostReply]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        body=body,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedPostChange | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> PostReply | None:
    """Change a post's title and details

     Change the fields that you send, and leave the others. A new title is a new version of the post.

    The reply has the new `ETag`.

    Args:
        post_id (UUID):
        if_match (str | Unset):
        body (PatchedPostChange | Unset): The fields to change; omitted ones stay as they are.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PostReply
    """

    return (
        await asyncio_detailed(
            post_id=post_id,
            client=client,
            body=body,
            if_match=if_match,
        )
    ).parsed
