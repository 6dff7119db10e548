"""Who wrote which sentence of a post: in which version it came to be what it is now."""

from dataclasses import dataclass

from generation.editing import sentences
from generation.editing.alignment import edits
from generation.editing.history import Version
from generation.editing.shelf import PostShelf
from generation.models import Post

MOST_VERSIONS, MOST_CHARACTERS = 400, 6_000_000
"""How far back it looks, in versions and in their characters: some seconds at most."""


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of the text, and the version that it is from. `earlier`: from that one, or from one before."""

    text: str
    version: Version
    earlier: bool = False


def blame(post: Post) -> list[Written]:
    """The pieces of the post's body, in order."""
    shelf = PostShelf(post)
    version = shelf.head()
    pieces = sentences.split(version.body, post.language)
    found: list[Written | None] = [None] * len(pieces)
    here = list(range(len(pieces)))  # which piece of the post each piece of `version` is; -1: none
    texts = pieces
    characters = 0
    for _ in range(MOST_VERSIONS):
        before = _before(shelf, version)
        characters += len(version.body)
        if before is None or characters > MOST_CHARACTERS or max(here, default=-1) < 0:
            break
        older = sentences.split(before.body, post.language)
        there = [-1] * len(older)
        for i, j in _same(older, texts):
            there[i], here[j] = here[j], -1
        new = [piece for piece in here if piece >= 0]
        for piece, author in zip(new, _authors(shelf, version, [pieces[each] for each in new]), strict=True):
            found[piece] = Written(pieces[piece], author)
        version, texts, here = before, older, there
    oldest = _before(shelf, version) is None
    return [each or Written(text, version, not oldest) for each, text in zip(found, pieces, strict=True)]


def _same(older: list[str], newer: list[str]) -> list[tuple[int, int]]:
    """The places of pieces that both have, whatever blanks are behind them."""
    a, b = [piece.rstrip() for piece in older], [piece.rstrip() for piece in newer]
    pairs: list[tuple[int, int]] = []
    i = j = 0
    for edit in edits(a, b):
        pairs += zip(range(i, edit.i1), range(j, edit.j1), strict=True)
        i, j = edit.i2, edit.j2
    return [*pairs, *zip(range(i, len(a)), range(j, len(b)), strict=True)]


def _before(shelf: PostShelf, version: Version) -> Version | None:
    """What a version was made of; of a merge, the head that it was merged into."""
    if version.base is None:
        return None
    before = shelf.nearest(version.base)
    return before if before.number < version.number else None


def _authors(shelf: PostShelf, version: Version, texts: list[str]) -> list[Version]:
    """The version that each new piece is from: a merge has them from the text that stands beside it."""
    beside = shelf.version(version.number - 1) if version.author == "merge" else None
    if beside is None:
        return [version] * len(texts)
    written = {piece.rstrip() for piece in sentences.split(beside.body, shelf.language)}
    return [beside if text.rstrip() in written else version for text in texts]
