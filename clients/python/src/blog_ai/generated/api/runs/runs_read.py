from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.run_reply import RunReply
from ...types import UNSET, Response, Unset


def _get_kwargs(
    run_id: UUID,
    *,
    wait: int | Unset = 0,
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    params: dict[str, Any] = {}

    params["wait"] = wait

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/runs/{run_id}".format(
            run_id=quote(str(run_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> RunReply | None:
    if response.status_code == 200:
        response_200 = RunReply.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[RunReply]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    run_id: UUID,
    *,
    client: AuthenticatedClient,
    wait: int | Unset = 0,
    if_none_match: str | Unset = UNSET,
) -> Response[RunReply]:
    """Look at a run

     A run, its steps and what it has cost so far. With `?wait=` the reply waits for news: send the last
    `ETag` as `If-None-Match`, and it comes as soon as anything has changed, or as 304 after that many
    seconds. Without `If-None-Match` it comes when the run has ended or waits for you. A run that has
    ended is never waited for.

    Args:
        run_id (UUID):
        wait (int | Unset):  Default: 0.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[RunReply]
    """

    kwargs = _get_kwargs(
        run_id=run_id,
        wait=wait,
        if_none_match=if_none_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    run_id: UUID,
    *,
    client: AuthenticatedClient,
    wait: int | Unset = 0,
    if_none_match: str | Unset = UNSET,
) -> RunReply | None:
    """Look at a run

     A run, its steps and what it has cost so far. With `?wait=` the reply waits for news: send the last
    `ETag` as `If-None-Match`, and it comes as soon as anything has changed, or as 304 after that many
    seconds. Without `If-None-Match` it comes when the run has ended or waits for you. A run that has
    ended is never waited for.

    Args:
        run_id (UUID):
        wait (int | Unset):  Default: 0.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        RunReply
    """

    return sync_detailed(
        run_id=run_id,
        client=client,
        wait=wait,
        if_none_match=if_none_match,
    ).parsed


async def asyncio_detailed(
    run_id: UUID,
    *,
    client: AuthenticatedClient,
    wait: int | Unset = 0,
    if_none_match: str | Unset = UNSET,
) -> Response[RunReply]:
    """Look at a run

     A run, its steps and what it has cost so far. With `?wait=` the reply waits for news: send the last
    `ETag` as `If-None-Match`, and it comes as soon as anything has changed, or as 304 after that many
    seconds. Without `If-None-Match` it comes when the run has ended or waits for you. A run that has
    ended is never waited for.

    Args:
        run_id (UUID):
        wait (int | Unset):  Default: 0.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[RunReply]
    """

    kwargs = _get_kwargs(
        run_id=run_id,
        wait=wait,
        if_none_match=if_none_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    run_id: UUID,
    *,
    client: AuthenticatedClient,
    wait: int | Unset = 0,
    if_none_match: str | Unset = UNSET,
) -> RunReply | None:
    """Look at a run

     A run, its steps and what it has cost so far. With `?wait=` the reply waits for news: send the last
    `ETag` as `If-None-Match`, and it comes as soon as anything has changed, or as 304 after that many
    seconds. Without `If-None-Match` it comes when the run has ended or waits for you. A run that has
    ended is never waited for.

    Args:
        run_id (UUID):
        wait (int | Unset):  Default: 0.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        RunReply
    """

    return (
        await asyncio_detailed(
            run_id=run_id,
            client=client,
            wait=wait,
            if_none_match=if_none_match,
        )
    ).parsed
