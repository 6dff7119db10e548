from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.checkout_body import CheckoutBody
from ...models.stripe_address_reply import StripeAddressReply
from ...types import Response


def _get_kwargs(
    *,
    body: CheckoutBody,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/billing/checkout",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
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
    body: CheckoutBody,
) -> Response[StripeAddressReply]:
    """Buy a plan

     The address of a page at Stripe where a person pays; it is good for a day. Asking again for the same
    plan gives the same page, asking for another closes it. 409 with a `billing_url` if there is a
    subscription already, which is changed there. 422 for what is not for sale. Keys for tests and keys
    with limits of their own may not.

    Args:
        body (CheckoutBody): A serializer that rejects unknown fields by name. `aliases` are
            alternative names of its fields.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[StripeAddressReply]
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
    body: CheckoutBody,
) -> StripeAddressReply | None:
    """Buy a plan

     The address of a page at Stripe where a person pays; it is good for a day. Asking again for the same
    plan gives the same page, asking for another closes it. 409 with a `billing_url` if there is a
    subscription already, which is changed there. 422 for what is not for sale. Keys for tests and keys
    with limits of their own may not.

    Args:
        body (CheckoutBody): A serializer that rejects unknown fields by name. `aliases` are
            alternative names of its fields.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        StripeAddressReply
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CheckoutBody,
) -> Response[StripeAddressReply]:
    """Buy a plan

     The address of a page at Stripe where a person pays; it is good for a day. Asking again for the same
    plan gives the same page, asking for another closes it. 409 with a `billing_url` if there is a
    subscription already, which is changed there. 422 for what is not for sale. Keys for tests and keys
    with limits of their own may not.

    Args:
        body (CheckoutBody): A serializer that rejects unknown fields by name. `aliases` are
            alternative names of its fields.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[StripeAddressReply]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: CheckoutBody,
) -> StripeAddressReply | None:
    """Buy a plan

     The address of a page at Stripe where a person pays; it is good for a day. Asking again for the same
    plan gives the same page, asking for another closes it. 409 with a `billing_url` if there is a
    subscription already, which is changed there. 422 for what is not for sale. Keys for tests and keys
    with limits of their own may not.

    Args:
        body (CheckoutBody): A serializer that rejects unknown fields by name. `aliases` are
            alternative names of its fields.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        StripeAddressReply
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
