"""The formats in which a post can be downloaded. To add one, add a function and an entry to `FORMATS`."""

from collections.abc import Callable
from dataclasses import dataclass

from generation.models import Post


@dataclass(frozen=True, slots=True)
class Format:
    """`suffix` is that of the file name, without the dot."""

    suffix: str
    content_type: str
    render: Callable[[Post], str]


def markdown(post: Post) -> str:
    return post.content_markdown


FORMATS = {"markdown": Format("md", "text/markdown; charset=utf-8", markdown)}
