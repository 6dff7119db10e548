from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.accept_body import AcceptBody
from ...models.saved_reply import SavedReply
from ...types import UNSET, Response, Unset


def _get_kwargs(
    post_id: UUID,
    proposal_id: UUID,
    *,
    body: AcceptBody | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/posts/{post_id}/proposals/{proposal_id}/accept".format(
            post_id=quote(str(post_id), safe=""),
            proposal_id=quote(str(proposal_id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> SavedReply | None:
    if response.status_code == 200:
        response_200 = SavedReply.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[SavedReply]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    post_id: UUID,
    proposal_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AcceptBody | Unset = UNSET,
) -> Response[SavedReply]:
    """Accept a proposal

     Put it into the post. All around the passage stays as it is; accepting twice gives the same reply.

    If the passage was edited since, nothing changes: `conflict` names a new proposal about what stands
    there now. If the passage is gone: 409. `changes` are those of the version before.

    Args:
        post_id (UUID):
        proposal_id (UUID):
        body (AcceptBody | Unset): A serializer that rejects unknown fields by name. `aliases` are
            alternative names of its fields.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[SavedReply]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        proposal_id=proposal_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    post_id: UUID,
    proposal_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AcceptBody | Unset = UNSET,
) -> SavedReply | None:
    """Accept a proposal

     Put it into the post. All around the passage stays as it is; accepting twice gives the same reply.

    If the passage was edited since, nothing changes: `conflict` names a new proposal about what stands
    there now. If the passage is gone: 409. `changes` are those of the version before.

    Args:
        post_id (UUID):
        proposal_id (UUID):
        body (AcceptBody | Unset): A serializer that rejects unknown fields by name. `aliases` are
            alternative names of its fields.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        SavedReply
    """

    return sync_detailed(
        post_id=post_id,
        proposal_id=proposal_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    post_id: UUID,
    proposal_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AcceptBody | Unset = UNSET,
) -> Response[SavedReply]:
    """Accept a proposal

     Put it into the post. All around the passage stays as it is; accepting twice gives the same reply.

    If the passage was edited since, nothing changes: `conflict` names a new proposal about what stands
    there now. If the passage is gone: 409. `changes` are those of the version before.

    Args:
        post_id (UUID):
        proposal_id (UUID):
        body (AcceptBody | Unset): A serializer that rejects unknown fields by name. `aliases` are
            alternative names of its fields.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[SavedReply]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        proposal_id=proposal_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    post_id: UUID,
    proposal_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AcceptBody | Unset = UNSET,
) -> SavedReply | None:
    """Accept a proposal

     Put it into the post. All around the passage stays as it is; accepting twice gives the same reply.

    If the passage was edited since, nothing changes: `conflict` names a new proposal about what stands
    there now. If the passage is gone: 409. `changes` are those of the version before.

    Args:
        post_id (UUID):
        proposal_id (UUID):
        body (AcceptBody | Unset): A serializer that rejects unknown fields by name. `aliases` are
            alternative names of its fields.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        SavedReply
    """

    return (
        await asyncio_detailed(
            post_id=post_id,
            proposal_id=proposal_id,
            client=client,
            body=body,
        )
    ).parsed
