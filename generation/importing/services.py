"""Importing a file: what the API and the page call."""

import asyncio
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from uuid_utils.compat import uuid7

from accounts.models import User
from blogai.core.db import in_database
from blogai.core.errors import PayloadTooLarge
from generation.conversations.services import conversation_named
from generation.importing import archive, page
from generation.importing.document import draft_of, language_for, name_of
from generation.importing.front_matter import FrontMatter, taken_off
from generation.importing.refusals import refused, text_of
from generation.models import Post
from generation.pipeline.types import Draft
from generation.posts.services import store

MAX_FILE = 10_000_000
"""Bytes."""
MARKDOWN, HTML, WORD = (".md", ".markdown", ".txt"), (".html", ".htm"), (".docx",)
SUFFIXES = (*MARKDOWN, *HTML, *WORD)


async def import_post(user: User, file: "UploadedFile[Any] | None", *, language: str = "") -> Post:
    """The file as a new post of the user, which costs nothing.

    The type goes by the end of its name. Raises ValidationFailed with a sentence about the file,
    PayloadTooLarge, and Unavailable if too much is converted.
    """
    if file is None:
        raise refused("Choose a file.")
    name = file.name or ""
    suffix = PurePath(name).suffix.lower()
    if suffix == ".docm":
        raise refused(archive.MACROS)
    if suffix == ".doc":
        raise refused(archive.LOCKED)
    if suffix not in SUFFIXES:
        raise refused("Choose a Markdown, HTML or Word file: .md, .html or .docx.")
    if (file.size or 0) > MAX_FILE:
        raise PayloadTooLarge("A file can have up to 10 MB.")
    content = await asyncio.to_thread(file.read)
    if not content.strip():
        raise refused("This file is empty.")
    text, known = await _read(content, suffix)
    draft = await asyncio.to_thread(draft_of, text, known, called=name_of(name))
    return await in_database(_store)(user, draft, language_for(draft.content_markdown, known, language))


async def _read(content: bytes, suffix: str) -> tuple[str, FrontMatter]:
    """The file as Markdown, and what it says about itself."""
    if suffix in WORD:
        await asyncio.to_thread(archive.check, content)
        return await page.markdown_of(content, word=True), {}
    text = text_of(content)
    if suffix in HTML:
        return await page.markdown_of(text.encode(), word=False), {"title": page.title_of(text)}
    known, body = taken_off(text.replace("\r\n", "\n"))
    return body, known


@transaction.atomic
def _store(user: User, draft: Draft, language: str) -> Post:
    return store(
        id=uuid7(),
        owner_id=user.pk,
        conversation=conversation_named(user, ""),
        language=language,
        draft=draft,
        written_by=("", ""),
    )
