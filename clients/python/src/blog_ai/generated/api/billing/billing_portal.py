from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.stripe_address_reply import StripeAddressReply
from ...types import Response


def _get_kwargs() -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/billing/portal",
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> StripeAddressReply | None:
    if response.status_code == 200:
        response_200 = StripeAddressReply.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[StripeAddressReply]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[StripeAddressReply]:
    """Manage payment

     The address of Stripe's customer portal for this account, good for a few minutes. Whoever has it can
    change the card and the plan. 409 if nothing was ever bought. Keys for tests and keys with limits of
    their own may not.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[StripeAddressReply]
    """

    kwargs = _get_kwargs()

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
) -> StripeAddressReply | None:
    """Manage payment

     The address of Stripe's customer portal for this account, good for a few minutes. Whoever has it can
    change the card and the plan. 409 if nothing was ever bought. Keys for tests and keys with limits of
    their own may not.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        StripeAddressReply
    """

    return sync_detailed(
        client=client,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
) -> Response[StripeAddressReply]:
    """Manage payment

     The address of Stripe's customer portal for this account, good for a few minutes. Whoever has it can
    change the card and the plan. 409 if nothing was ever bought. Keys for tests and keys with limits of
    their own may not.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[StripeAddressReply]
    """

    kwargs = _get_kwargs()

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
) -> StripeAddressReply | None:
    """Manage payment

     The address of Stripe's customer portal for this account, good for a few minutes. Whoever has it can
    change the card and the plan. 409 if nothing was ever bought. Keys for tests and keys with limits of
    their own may not.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        StripeAddressReply
    """

    return (
        await asyncio_detailed(
            client=client,
        )
    ).parsed
