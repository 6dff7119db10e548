from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.accepted import Accepted
from ...models.generate_blog_body import GenerateBlogBody
from ...models.generate_blog_v1_prefer import GenerateBlogV1Prefer
from ...models.written_reply import WrittenReply
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: GenerateBlogBody,
    idempotency_key: str | Unset = UNSET,
    prefer: GenerateBlogV1Prefer | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    if not isinstance(prefer, Unset):
        headers["Prefer"] = str(prefer)

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/generate-blog",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Accepted | WrittenReply | str | None:
    if response.status_code == 200:
        response_200 = response.text
        return response_200

    if response.status_code == 201:
        response_201 = WrittenReply.from_dict(response.json())

        return response_201

    if response.status_code == 202:
        response_202 = Accepted.from_dict(response.json())

        return response_202

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Accepted | WrittenReply | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: GenerateBlogBody,
    idempotency_key: str | Unset = UNSET,
    prefer: GenerateBlogV1Prefer | Unset = UNSET,
) -> Response[Accepted | WrittenReply | str]:
    """Write a post

     Waits for the finished post (201). With `Prefer: respond-async`, or after 280 s, answers 202 with
    the addresses where the run can be watched. With `Accept: text/event-stream` the reply is the run's
    events, and `Content-Location` is where they are resumed. `ws_url` is a socket with the same frames:
    send `{"type": "auth", "api_key": "…"}` first. Hanging up stops nothing.

    With a `callback_url`, that address gets a signed POST once the run has ended, whichever way.
    [Webhooks](/docs/webhooks) says how to check the signature, and how often it is tried.

    Args:
        idempotency_key (str | Unset):
        prefer (GenerateBlogV1Prefer | Unset):
        body (GenerateBlogBody): A brief, as a person or a program writes it. Text is kept as
            written.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Accepted | WrittenReply | str]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
        prefer=prefer,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: GenerateBlogBody,
    idempotency_key: str | Unset = UNSET,
    prefer: GenerateBlogV1Prefer | Unset = UNSET,
) -> Accepted | WrittenReply | str | None:
    """Write a post

     Waits for the finished post (201). With `Prefer: respond-async`, or after 280 s, answers 202 with
    the addresses where the run can be watched. With `Accept: text/event-stream` the reply is the run's
    events, and `Content-Location` is where they are resumed. `ws_url` is a socket with the same frames:
    send `{"type": "auth", "api_key": "…"}` first. Hanging up stops nothing.

    With a `callback_url`, that address gets a signed POST once the run has ended, whichever way.
    [Webhooks](/docs/webhooks) says how to check the signature, and how often it is tried.

    Args:
        idempotency_key (str | Unset):
        prefer (GenerateBlogV1Prefer | Unset):
        body (GenerateBlogBody): A brief, as a person or a program writes it. Text is kept as
            written.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Accepted | WrittenReply | str
    """

    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
        prefer=prefer,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: GenerateBlogBody,
    idempotency_key: str | Unset = UNSET,
    prefer: GenerateBlogV1Prefer | Unset = UNSET,
) -> Response[Accepted | WrittenReply | str]:
    """Write a post

     Waits for the finished post (201). With `Prefer: respond-async`, or after 280 s, answers 202 with
    the addresses where the run can be watched. With `Accept: text/event-stream` the reply is the run's
    events, and `Content-Location` is where they are resumed. `ws_url` is a socket with the same frames:
    send `{"type": "auth", "api_key": "…"}` first. Hanging up stops nothing.

    With a `callback_url`, that address gets a signed POST once the run has ended, whichever way.
    [Webhooks](/docs/webhooks) says how to check the signature, and how often it is tried.

    Args:
        idempotency_key (str | Unset):
        prefer (GenerateBlogV1Prefer | Unset):
        body (GenerateBlogBody): A brief, as a person or a program writes it. Text is kept as
            written.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Accepted | WrittenReply | str]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
        prefer=prefer,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: GenerateBlogBody,
    idempotency_key: str | Unset = UNSET,
    prefer: GenerateBlogV1Prefer | Unset = UNSET,
) -> Accepted | WrittenReply | str | None:
    """Write a post

     Waits for the finished post (201). With `Prefer: respond-async`, or after 280 s, answers 202 with
    the addresses where the run can be watched. With `Accept: text/event-stream` the reply is the run's
    events, and `Content-Location` is where they are resumed. `ws_url` is a socket with the same frames:
    send `{"type": "auth", "api_key": "…"}` first. Hanging up stops nothing.

    With a `callback_url`, that address gets a signed POST once the run has ended, whichever way.
    [Webhooks](/docs/webhooks) says how to check the signature, and how often it is tried.

    Args:
        idempotency_key (str | Unset):
        prefer (GenerateBlogV1Prefer | Unset):
        body (GenerateBlogBody): A brief, as a person or a program writes it. Text is kept as
            written.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Accepted | WrittenReply | str
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
            prefer=prefer,
        )
    ).parsed
