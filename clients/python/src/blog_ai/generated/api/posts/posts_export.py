from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.posts_export_format import PostsExportFormat
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    post_id: UUID,
    *,
    format_: PostsExportFormat | Unset = "md",
    if_none_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    params: dict[str, Any] = {}

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_

    params["format"] = json_format_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/posts/{post_id}/export".format(
            post_id=quote(str(post_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> File | None:
    if response.status_code == 200:
        response_200 = File(payload=BytesIO(response.content))

        return response_200

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[File]:
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
    format_: PostsExportFormat | Unset = "md",
    if_none_match: str | Unset = UNSET,
) -> Response[File]:
    """Download a post

     The post as a file: `md` is Markdown with YAML front matter, `html` is a page on its own, and `json`
    is the reply of “Read a post”. `epub`, `docx`, `odt`, `tex` and `pdf` need a plan with exports; all
    but `epub` also count as work on models. 422 if this site doesn’t have the format, or if the post is
    too much for it.

    Args:
        post_id (UUID):
        format_ (PostsExportFormat | Unset):  Default: 'md'.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[File]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        format_=format_,
        if_none_match=if_none_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    format_: PostsExportFormat | Unset = "md",
    if_none_match: str | Unset = UNSET,
) -> File | None:
    """Download a post

     The post as a file: `md` is Markdown with YAML front matter, `html` is a page on its own, and `json`
    is the reply of “Read a post”. `epub`, `docx`, `odt`, `tex` and `pdf` need a plan with exports; all
    but `epub` also count as work on models. 422 if this site doesn’t have the format, or if the post is
    too much for it.

    Args:
        post_id (UUID):
        format_ (PostsExportFormat | Unset):  Default: 'md'.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File
    """

    return sync_detailed(
        post_id=post_id,
        client=client,
        format_=format_,
        if_none_match=if_none_match,
    ).parsed


async def asyncio_detailed(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    format_: PostsExportFormat | Unset = "md",
    if_none_match: str | Unset = UNSET,
) -> Response[File]:
    """Download a post

     The post as a file: `md` is Markdown with YAML front matter, `html` is a page on its own, and `json`
    is the reply of “Read a post”. `epub`, `docx`, `odt`, `tex` and `pdf` need a plan with exports; all
    but `epub` also count as work on models. 422 if this site doesn’t have the format, or if the post is
    too much for it.

    Args:
        post_id (UUID):
        format_ (PostsExportFormat | Unset):  Default: 'md'.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[File]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        format_=format_,
        if_none_match=if_none_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    format_: PostsExportFormat | Unset = "md",
    if_none_match: str | Unset = UNSET,
) -> File | None:
    """Download a post

     The post as a file: `md` is Markdown with YAML front matter, `html` is a page on its own, and `json`
    is the reply of “Read a post”. `epub`, `docx`, `odt`, `tex` and `pdf` need a plan with exports; all
    but `epub` also count as work on models. 422 if this site doesn’t have the format, or if the post is
    too much for it.

    Args:
        post_id (UUID):
        format_ (PostsExportFormat | Unset):  Default: 'md'.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File
    """

    return (
        await asyncio_detailed(
            post_id=post_id,
            client=client,
            format_=format_,
            if_none_match=if_none_match,
        )
    ).parsed
