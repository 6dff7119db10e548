from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.saved_reply import SavedReply
from ...models.text_body import TextBody
from ...types import Response


def _get_kwargs(
    post_id: UUID,
    *,
    body: TextBody,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/v1/posts/{post_id}/text".format(
            post_id=quote(str(post_id), safe=""),
        ),
    }

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
    *,
    client: AuthenticatedClient,
    body: TextBody,
) -> Response[SavedReply]:
    """Save a post's text

     Save the text that you made of version `base`. It is never refused for being late.

    What others saved meanwhile is merged with it, sentence by sentence. Where both changed the same
    words, theirs stay in the post, yours are a proposal to decide on, and a version has all you sent.

    Args:
        post_id (UUID):
        body (TextBody): A post's whole text, as it is now in an editor.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[SavedReply]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    body: TextBody,
) -> SavedReply | None:
    """Save a post's text

     Save the text that you made of version `base`. It is never refused for being late.

    What others saved meanwhile is merged with it, sentence by sentence. Where both changed the same
    words, theirs stay in the post, yours are a proposal to decide on, and a version has all you sent.

    Args:
        post_id (UUID):
        body (TextBody): A post's whole text, as it is now in an editor.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        SavedReply
    """

    return sync_detailed(
        post_id=post_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    body: TextBody,
) -> Response[SavedReply]:
    """Save a post's text

     Save the text that you made of version `base`. It is never refused for being late.

    What others saved meanwhile is merged with it, sentence by sentence. Where both changed the same
    words, theirs stay in the post, yours are a proposal to decide on, and a version has all you sent.

    Args:
        post_id (UUID):
        body (TextBody): A post's whole text, as it is now in an editor.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[SavedReply]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    body: TextBody,
) -> SavedReply | None:
    """Save a post's text

     Save the text that you made of version `base`. It is never refused for being late.

    What others saved meanwhile is merged with it, sentence by sentence. Where both changed the same
    words, theirs stay in the post, yours are a proposal to decide on, and a version has all you sent.

    Args:
        post_id (UUID):
        body (TextBody): A post's whole text, as it is now in an editor.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        SavedReply
    """

    return (
        await asyncio_detailed(
            post_id=post_id,
            client=client,
            body=body,
        )
    ).parsed
