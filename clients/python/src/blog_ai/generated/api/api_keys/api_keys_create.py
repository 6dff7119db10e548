from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.new_api_key_body import NewApiKeyBody
from ...models.new_api_key_reply import NewApiKeyReply
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: NewApiKeyBody | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/api-keys",
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> NewApiKeyReply | None:
    if response.status_code == 201:
        response_201 = NewApiKeyReply.from_dict(response.json())

        return response_201

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[NewApiKeyReply]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: NewApiKeyBody | Unset = UNSET,
) -> Response[NewApiKeyReply]:
    """Make an API key

     The reply is the only one that has the key itself, as `key`. The owner gets a mail.

    Args:
        body (NewApiKeyBody | Unset): All of it is optional.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[NewApiKeyReply]
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
    body: NewApiKeyBody | Unset = UNSET,
) -> NewApiKeyReply | None:
    """Make an API key

     The reply is the only one that has the key itself, as `key`. The owner gets a mail.

    Args:
        body (NewApiKeyBody | Unset): All of it is optional.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        NewApiKeyReply
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: NewApiKeyBody | Unset = UNSET,
) -> Response[NewApiKeyReply]:
    """Make an API key

     The reply is the only one that has the key itself, as `key`. The owner gets a mail.

    Args:
        body (NewApiKeyBody | Unset): All of it is optional.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[NewApiKeyReply]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: NewApiKeyBody | Unset = UNSET,
) -> NewApiKeyReply | None:
    """Make an API key

     The reply is the only one that has the key itself, as `key`. The owner gets a mail.

    Args:
        body (NewApiKeyBody | Unset): All of it is optional.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        NewApiKeyReply
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
