from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.proposal_accepted import ProposalAccepted
from ...models.regenerate_body import RegenerateBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    post_id: UUID,
    number: int,
    *,
    body: RegenerateBody | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/posts/{post_id}/sections/{number}/regenerate".format(
            post_id=quote(str(post_id), safe=""),
            number=quote(str(number), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ProposalAccepted | None:
    if response.status_code == 202:
        response_202 = ProposalAccepted.from_dict(response.json())

        return response_202

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ProposalAccepted]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    post_id: UUID,
    number: int,
    *,
    client: AuthenticatedClient,
    body: RegenerateBody | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[ProposalAccepted]:
    """Write a section again

     A proposal for one of the post’s `sections`, the first of which is 1.

    Args:
        post_id (UUID):
        number (int):
        idempotency_key (str | Unset):
        body (RegenerateBody | Unset): May be left out.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProposalAccepted]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        number=number,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    post_id: UUID,
    number: int,
    *,
    client: AuthenticatedClient,
    body: RegenerateBody | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> ProposalAccepted | None:
    """Write a section again

     A proposal for one of the post’s `sections`, the first of which is 1.

    Args:
        post_id (UUID):
        number (int):
        idempotency_key (str | Unset):
        body (RegenerateBody | Unset): May be left out.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProposalAccepted
    """

    return sync_detailed(
        post_id=post_id,
        number=number,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    post_id: UUID,
    number: int,
    *,
    client: AuthenticatedClient,
    body: RegenerateBody | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[ProposalAccepted]:
    """Write a section again

     A proposal for one of the post’s `sections`, the first of which is 1.

    Args:
        post_id (UUID):
        number (int):
        idempotency_key (str | Unset):
        body (RegenerateBody | Unset): May be left out.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProposalAccepted]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        number=number,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    post_id: UUID,
    number: int,
    *,
    client: AuthenticatedClient,
    body: RegenerateBody | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> ProposalAccepted | None:
    """Write a section again

     A proposal for one of the post’s `sections`, the first of which is 1.

    Args:
        post_id (UUID):
        number (int):
        idempotency_key (str | Unset):
        body (RegenerateBody | Unset): May be left out.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProposalAccepted
    """

    return (
        await asyncio_detailed(
            post_id=post_id,
            number=number,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
