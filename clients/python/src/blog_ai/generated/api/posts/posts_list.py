import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.paginated_post_summary_list import PaginatedPostSummaryList
from ...models.posts_list_state import PostsListState
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    cursor: str | Unset = UNSET,
    favourite: bool | Unset = UNSET,
    language: str | Unset = UNSET,
    page_size: int | Unset = UNSET,
    q: str | Unset = UNSET,
    since: datetime.date | Unset = UNSET,
    state: PostsListState | Unset = UNSET,
    tag: str | Unset = UNSET,
    until: datetime.date | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    params: dict[str, Any] = {}

    params["cursor"] = cursor

    params["favourite"] = favourite

    params["language"] = language

    params["page_size"] = page_size

    params["q"] = q

    json_since: str | Unset = UNSET
    if not isinstance(since, Unset):
        json_since = since.isoformat()
    params["since"] = json_since

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state

    params["state"] = json_state

    params["tag"] = tag

    json_until: str | Unset = UNSET
    if not isinstance(until, Unset):
        json_until = until.isoformat()
    params["until"] = json_until

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/posts",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PaginatedPostSummaryList | None:
    if response.status_code == 200:
        response_200 = PaginatedPostSummaryList.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PaginatedPostSummaryList]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    favourite: bool | Unset = UNSET,
    language: str | Unset = UNSET,
    page_size: int | Unset = UNSET,
    q: str | Unset = UNSET,
    since: datetime.date | Unset = UNSET,
    state: PostsListState | Unset = UNSET,
    tag: str | Unset = UNSET,
    until: datetime.date | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[PaginatedPostSummaryList]:
    """List posts

     Newest first. A search finds words in any form, and all of them must be there.

    Args:
        cursor (str | Unset):
        favourite (bool | Unset):
        language (str | Unset):
        page_size (int | Unset):
        q (str | Unset):
        since (datetime.date | Unset):
        state (PostsListState | Unset):
        tag (str | Unset):
        until (datetime.date | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedPostSummaryList]
    """

    kwargs = _get_kwargs(
        cursor=cursor,
        favourite=favourite,
        language=language,
        page_size=page_size,
        q=q,
        since=since,
        state=state,
        tag=tag,
        until=until,
        if_none_match=if_none_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    favourite: bool | Unset = UNSET,
    language: str | Unset = UNSET,
    page_size: int | Unset = UNSET,
    q: str | Unset = UNSET,
    since: datetime.date | Unset = UNSET,
    state: PostsListState | Unset = UNSET,
    tag: str | Unset = UNSET,
    until: datetime.date | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> PaginatedPostSummaryList | None:
    """List posts

     Newest first. A search finds words in any form, and all of them must be there.

    Args:
        cursor (str | Unset):
        favourite (bool | Unset):
        language (str | Unset):
        page_size (int | Unset):
        q (str | Unset):
        since (datetime.date | Unset):
        state (PostsListState | Unset):
        tag (str | Unset):
        until (datetime.date | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedPostSummaryList
    """

    return sync_detailed(
        client=client,
        cursor=cursor,
        favourite=favourite,
        language=language,
        page_size=page_size,
        q=q,
        since=since,
        state=state,
        tag=tag,
        until=until,
        if_none_match=if_none_match,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    favourite: bool | Unset = UNSET,
    language: str | Unset = UNSET,
    page_size: int | Unset = UNSET,
    q: str | Unset = UNSET,
    since: datetime.date | Unset = UNSET,
    state: PostsListState | Unset = UNSET,
    tag: str | Unset = UNSET,
    until: datetime.date | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> Response[PaginatedPostSummaryList]:
    """List posts

     Newest first. A search finds words in any form, and all of them must be there.

    Args:
        cursor (str | Unset):
        favourite (bool | Unset):
        language (str | Unset):
        page_size (int | Unset):
        q (str | Unset):
        since (datetime.date | Unset):
        state (PostsListState | Unset):
        tag (str | Unset):
        until (datetime.date | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedPostSummaryList]
    """

    kwargs = _get_kwargs(
        cursor=cursor,
        favourite=favourite,
        language=language,
        page_size=page_size,
        q=q,
        since=since,
        state=state,
        tag=tag,
        until=until,
        if_none_match=if_none_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    favourite: bool | Unset = UNSET,
    language: str | Unset = UNSET,
    page_size: int | Unset = UNSET,
    q: str | Unset = UNSET,
    since: datetime.date | Unset = UNSET,
    state: PostsListState | Unset = UNSET,
    tag: str | Unset = UNSET,
    until: datetime.date | Unset = UNSET,
    if_none_match: str | Unset = UNSET,
) -> PaginatedPostSummaryList | None:
    """List posts

     Newest first. A search finds words in any form, and all of them must be there.

    Args:
        cursor (str | Unset):
        favourite (bool | Unset):
        language (str | Unset):
        page_size (int | Unset):
        q (str | Unset):
        since (datetime.date | Unset):
        state (PostsListState | Unset):
        tag (str | Unset):
        until (datetime.date | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedPostSummaryList
    """

    return (
        await asyncio_detailed(
            client=client,
            cursor=cursor,
            favourite=favourite,
            language=language,
            page_size=page_size,
            q=q,
            since=since,
            state=state,
            tag=tag,
            until=until,
            if_none_match=if_none_match,
        )
    ).parsed
