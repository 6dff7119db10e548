from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.webhook_test_body import WebhookTestBody
from ...models.webhook_test_reply import WebhookTestReply
from ...types import Response


def _get_kwargs(
    *,
    body: WebhookTestBody,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/webhooks/test",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> WebhookTestReply | None:
    if response.status_code == 200:
        response_200 = WebhookTestReply.from_dict(response.json())

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[WebhookTestReply]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: WebhookTestBody,
) -> Response[WebhookTestReply]:
    """Send a test event

     Sends one signed event of `type` `test` to the address and reports the result. It needs the
    permission `manage`, and there are five a minute. It is not tried again, and the body of the answer
    is not read.

    Args:
        body (WebhookTestBody): A serializer that rejects unknown fields by name. `aliases` are
            alternative names of its fields.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[WebhookTestReply]
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
    body: WebhookTestBody,
) -> WebhookTestReply | None:
    """Send a test event

     Sends one signed event of `type` `test` to the address and reports the result. It needs the
    permission `manage`, and there are five a minute. It is not tried again, and the body of the answer
    is not read.

    Args:
        body (WebhookTestBody): A serializer that rejects unknown fields by name. `aliases` are
            alternative names of its fields.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        WebhookTestReply
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: WebhookTestBody,
) -> Response[WebhookTestReply]:
    """Send a test event

     Sends one signed event of `type` `test` to the address and reports the result. It needs the
    permission `manage`, and there are five a minute. It is not tried again, and the body of the answer
    is not read.

    Args:
        body (WebhookTestBody): A serializer that rejects unknown fields by name. `aliases` are
            alternative names of its fields.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[WebhookTestReply]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: WebhookTestBody,
) -> WebhookTestReply | None:
    """Send a test event

     Sends one signed event of `type` `test` to the address and reports the result. It needs the
    permission `manage`, and there are five a minute. It is not tried again, and the body of the answer
    is not read.

    Args:
        body (WebhookTestBody): A serializer that rejects unknown fields by name. `aliases` are
            alternative names of its fields.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        WebhookTestReply
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
