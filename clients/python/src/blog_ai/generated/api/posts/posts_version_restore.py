from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.saved_reply import SavedReply
from ...types import Response


def _get_kwargs(
    post_id: UUID,
    number: int,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/posts/{post_id}/versions/{number}/restore".format(
            post_id=quote(str(post_id), safe=""),
            number=quote(str(number), safe=""),
        ),
    }

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
    number: int,
    *,
    client: AuthenticatedClient,
) -> Response[SavedReply]:
    """Restore a version

     Make the post what it was, with its title, as a new version. The versions since then stay.

    Args:
        post_id (UUID):
        number (int):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[SavedReply]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        number=number,
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
) -> SavedReply | None:
    """Restore a version

     Make the post what it was, with its title, as a new version. The versions since then stay.

    Args:
        post_id (UUID):
        number (int):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        SavedReply
    """

    return sync_detailed(
        post_id=post_id,
        number=number,
        client=client,
    ).parsed


async def asyncio_detailed(
    post_id: UUID,
    number: int,
    *,
    client: AuthenticatedClient,
) -> Response[SavedReply]:
    """Restore a version

     Make the post what it was, with its title, as a new version. The versions since then stay.

    Args:
        post_id (UUID):
        number (int):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[SavedReply]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        number=number,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    post_id: UUID,
    number: int,
    *,
    client: AuthenticatedClient,
) -> SavedReply | None:
    """Restore a version

     Make the post what it was, with its title, as a new version. The versions since then stay.

    Args:
        post_id (UUID):
        number (int):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        SavedReply
    """

    return (
        await asyncio_detailed(
            post_id=post_id,
            number=number,
            client=client,
        )
    ).parsed
