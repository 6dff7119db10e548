from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.proposal_reply import ProposalReply
from ...types import Response


def _get_kwargs(
    post_id: UUID,
    proposal_id: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/posts/{post_id}/proposals/{proposal_id}/drop".format(
            post_id=quote(str(post_id), safe=""),
            proposal_id=quote(str(proposal_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ProposalReply | None:
    if response.status_code == 200:
        response_200 = ProposalReply.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ProposalReply]:
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
) -> Response[ProposalReply]:
    """Drop a proposal

     Decide against it. It stays in the list; dropping it twice changes nothing.

    Args:
        post_id (UUID):
        proposal_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProposalReply]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        proposal_id=proposal_id,
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
) -> ProposalReply | None:
    """Drop a proposal

     Decide against it. It stays in the list; dropping it twice changes nothing.

    Args:
        post_id (UUID):
        proposal_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProposalReply
    """

    return sync_detailed(
        post_id=post_id,
        proposal_id=proposal_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    post_id: UUID,
    proposal_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[ProposalReply]:
    """Drop a proposal

     Decide against it. It stays in the list; dropping it twice changes nothing.

    Args:
        post_id (UUID):
        proposal_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProposalReply]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        proposal_id=proposal_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    post_id: UUID,
    proposal_id: UUID,
    *,
    client: AuthenticatedClient,
) -> ProposalReply | None:
    """Drop a proposal

     Decide against it. It stays in the list; dropping it twice changes nothing.

    Args:
        post_id (UUID):
        proposal_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProposalReply
    """

    return (
        await asyncio_detailed(
            post_id=post_id,
            proposal_id=proposal_id,
            client=client,
        )
    ).parsed
