"""Taking posts out: one as a file, several as a zip."""

import asyncio
import logging
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

from accounts.models import User
from billing import limits
from blogai.core.cage import CageError, Exceeded
from blogai.core.db import in_database
from blogai.core.errors import NotFound, PayloadTooLarge, ValidationFailed
from generation.exports.edition import Edition, edition_for
from generation.exports.formats import FEATURE, FORMATS, Format, available
from generation.exports.names import file_name
from generation.posts import services as posts
from generation.posts.address import Absolute

logger = logging.getLogger(__name__)

MAX_BYTES = 50 << 20
"""Of the files in one zip."""


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content_type: str
    content: bytes


def format_named(name: str) -> Format:
    """Raises ValidationFailed for one that there isn't, or that this installation doesn't have."""
    found = FORMATS.get(name)
    if found is None:
        raise _refused(f"Choose one of {', '.join(each.suffix for each in available())}.")
    if not found.available():
        raise _refused(f"This site can’t make {found.label} files. Choose another format.")
    return found


def is_work(name: str) -> bool:
    """Whether an export in the format of that name counts as work, as far as there is one."""
    return name in FORMATS and FORMATS[name].heavy


async def take_out(user: User, edition: Edition, name: str) -> File:
    """The post as a file. Raises ValidationFailed, TierRequired, and Unavailable if too much is converted."""
    chosen = format_named(name)
    await in_database(_require)(user, chosen)
    content = await _converted(edition, chosen)
    return File(file_name(edition.slug, chosen.suffix), chosen.content_type, content)


async def take_out_all(user: User, ids: Sequence[UUID], name: str, absolute: Absolute) -> File:
    """The user's posts as a zip, each once. Raises what `take_out` does, NotFound and PayloadTooLarge."""
    chosen, ids = format_named(name), list(dict.fromkeys(ids))
    if not ids:
        raise ValidationFailed("Choose at least one post.", errors={"post": ["Choose at least one post."]})
    if len(ids) > chosen.at_once:
        sentence = f"You can download {chosen.at_once} posts at a time as {chosen.label}. Choose fewer."
        raise ValidationFailed(sentence, errors={"post": [sentence]})
    await in_database(_require)(user, chosen)
    await in_database(_require_all)(user, ids)
    packed, taken, size = BytesIO(), set[str](), 0
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for post_id in ids:
            edition = await in_database(edition_for)(user, post_id, absolute)
            content = await _converted(edition, chosen)
            size += len(content)
            if size > MAX_BYTES:
                raise PayloadTooLarge(
                    f"Together these posts are larger than {MAX_BYTES >> 20} MB. Choose fewer."
                )
            name_inside = file_name(edition.slug, chosen.suffix, taken)
            await asyncio.to_thread(archive.writestr, name_inside, content)
    return File(f"posts-{chosen.suffix}.zip", "application/zip", packed.getvalue())


async def _converted(edition: Edition, chosen: Format) -> bytes:
    try:
        return await chosen.convert(edition)
    except CageError as error:
        logger.warning("a post could not be converted to %s: %s", chosen.suffix, error)
        why = "is too much for" if isinstance(error, Exceeded) else "doesn’t work as"
        raise _refused(
            f"“{_shortened(edition.shown_title)}” {why} {chosen.label}. Nothing is wrong with your post: "
            "choose Markdown, Web page or EPUB instead, or split very large tables."
        ) from error


def _require(user: User, chosen: Format) -> None:
    if not chosen.free:
        limits.require(user, FEATURE)


def _require_all(user: User, ids: Sequence[UUID]) -> None:
    if posts.posts_of(user).filter(pk__in=ids).count() < len(ids):
        raise NotFound("We can’t find one of these posts. Reload your library and choose again.")


def _refused(sentence: str) -> ValidationFailed:
    return ValidationFailed(sentence, errors={"format": [sentence]})


def _shortened(title: str) -> str:
    return title if len(title) <= 80 else f"{title[:79]}…"
