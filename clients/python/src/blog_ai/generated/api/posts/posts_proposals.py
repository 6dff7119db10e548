from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.paginated_proposal_reply_list import PaginatedProposalReplyList
from ...models.posts_proposals_state import PostsProposalsState
from ...types import UNSET, Response, Unset


def _get_kwargs(
    post_id: UUID,
    *,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = UNSET,
    state: PostsProposalsState | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    params: dict[str, Any] = {}

    params["cursor"] = cursor

    params["page_size"] = page_size

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state

    params["state"] = json_state

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/posts/{post_id}/proposals".format(
            post_id=quote(str(post_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PaginatedProposalReplyList | None:
    if response.status_code == 200:
        response_200 = PaginatedProposalReplyList.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PaginatedProposalReplyList]:
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
    cursor: str | Unset = UNSET,
    page_size: int | Unset = UNSET,
    state: PostsProposalsState | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[PaginatedProposalReplyList]:
    """List the proposals about a post

     The proposals about a post: list them, newest first, or ask a model for one.

    Args:
        post_id (UUID):
        cursor (str | Unset):
        page_size (int | Unset):
        state (PostsProposalsState | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedProposalReplyList]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        cursor=cursor,
        page_size=page_size,
        state=state,
        if_none_match=if_none_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = UNSET,
    state: PostsProposalsState | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> PaginatedProposalReplyList | None:
    """List the proposals about a post

     The proposals about a post: list them, newest first, or ask a model for one.

    Args:
        post_id (UUID):
        cursor (str | Unset):
        page_size (int | Unset):
        state (PostsProposalsState | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedProposalReplyList
    """

    return sync_detailed(
        post_id=post_id,
        client=client,
        cursor=cursor,
        page_size=page_size,
        state=state,
        if_none_match=if_none_match,
    ).parsed


async def asyncio_detailed(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = UNSET,
    state: PostsProposalsState | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[PaginatedProposalReplyList]:
    """List the proposals about a post

     The proposals about a post: list them, newest first, or ask a model for one.

    Args:
        post_id (UUID):
        cursor (str | Unset):
        page_size (int | Unset):
        state (PostsProposalsState | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedProposalReplyList]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        cursor=cursor,
        page_size=page_size,
        state=state,
        if_none_match=if_none_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    page_size: int | Unset = UNSET,
    state: PostsProposalsState | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> PaginatedProposalReplyList | None:
    """List the proposals about a post

     The proposals about a post: list them, newest first, or ask a model for one.

    Args:
        post_id (UUID):
        cursor (str | Unset):
        page_size (int | Unset):
        state (PostsProposalsState | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedProposalReplyList
    """

    return (
        await asyncio_detailed(
            post_id=post_id,
            client=client,
            cursor=cursor,
            page_size=page_size,
            state=state,
            if_none_match=if_none_match,
        )
    ).parsed
