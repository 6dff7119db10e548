from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.outline_reply import OutlineReply
from ...models.patched_outline_body import PatchedOutlineBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    run_id: UUID,
    *,
    body: PatchedOutlineBody | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/runs/{run_id}/outline".format(
            run_id=quote(str(run_id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> OutlineReply | None:
    if response.status_code == 200:
        response_200 = OutlineReply.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[OutlineReply]:
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
    body: PatchedOutlineBody | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Response[OutlineReply]:
    """Change the outline

     Change it while the run waits for that, or after it stopped; `sections` is all of them.

    The reply has the new `ETag`.

    Args:
        run_id (UUID):
        if_match (str | Unset):
        body (PatchedOutlineBody | Unset): The fields of an outline to replace; omitted fields
            stay as they are.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[OutlineReply]
    """

    kwargs = _get_kwargs(
        run_id=run_id,
        body=body,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    run_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedOutlineBody | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> OutlineReply | None:
    """Change the outline

     Change it while the run waits for that, or after it stopped; `sections` is all of them.

    The reply has the new `ETag`.

    Args:
        run_id (UUID):
        if_match (str | Unset):
        body (PatchedOutlineBody | Unset): The fields of an outline to replace; omitted fields
            stay as they are.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        OutlineReply
    """

    return sync_detailed(
        run_id=run_id,
        client=client,
        body=body,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    run_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedOutlineBody | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Response[OutlineReply]:
    """Change the outline

     Change it while the run waits for that, or after it stopped; `sections` is all of them.

    The reply has the new `ETag`.

    Args:
        run_id (UUID):
        if_match (str | Unset):
        body (PatchedOutlineBody | Unset): The fields of an outline to replace; omitted fields
            stay as they are.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[OutlineReply]
    """

    kwargs = _get_kwargs(
        run_id=run_id,
        body=body,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    run_id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedOutlineBody | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> OutlineReply | None:
    """Change the outline

     Change it while the run waits for that, or after it stopped; `sections` is all of them.

    The reply has the new `ETag`.

    Args:
        run_id (UUID):
        if_match (str | Unset):
        body (PatchedOutlineBody | Unset): The fields of an outline to replace; omitted fields
            stay as they are.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        OutlineReply
    """

    return (
        await asyncio_detailed(
            run_id=run_id,
            client=client,
            body=body,
            if_match=if_match,
        )
    ).parsed
