"""Search in posts: what somebody typed as a condition on the column `search`, and where it is in a text.

The column has each word of a post in small letters without accents, the words' stems in the post's language
where Postgres knows it, and of scripts without spaces each two characters that stand side by side: see the
function `search_of_post` in the migration. A search goes through one index, and is not ranked.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import snowballstemmer
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from accounts.models import User

type Marked = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it is what was looked for."""

LANGUAGES = """found AS (
    (SELECT language FROM generated_content WHERE owner_id = %s ORDER BY language LIMIT 1)
    UNION ALL
    SELECT (SELECT post.language FROM generated_content AS post
        WHERE post.owner_id = %s AND post.language > found.language ORDER BY post.language LIMIT 1)
    FROM found WHERE found.language IS NOT NULL
)"""
"""Those of all of somebody's posts, deleted ones too: one step through an index for each."""
MAX_TERMS = 8
"""Words and phrases of a search that are used."""
INDEXED = 200_000
"""Characters of a text in which words are found."""
EXCERPT = 160
"""Characters shown around what was found."""
CONFIGURATIONS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", 
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""By language, what Postgres 15 calls its stems, and the package of stems too."""
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3031-\u30fa\u30fc-\u30ff\u3400-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Characters of scripts in which words are not spaced, or take many endings, for a regular expression."""

_TERM = re.compile(r'(?<!\S)(-?)(?:"([^"]*)"?|([^\s"]+))')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»「」『』", '"'))
_PIECE = re.compile(f"[{UNSPACED}]+|[^{UNSPACED}]+")
_SIGNS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
_WORD = re.compile(rf"[^\W_{UNSPACED}](?:[^\W_{UNSPACED}]|[{_SIGNS}\u0900-\u0dff])*")
_ACCENTS = re.compile(f"[{_SIGNS}]+")
_OTHER_LETTERS = str.maketrans("łøđðħı", "loddhi")
_LINK = re.compile(r"!?\[([^][\n]{1,200})\]\([^()\s]{1,500}\)")
_EMPHASIS = re.compile(r"[*`~]+|(?<!\w)_+|_+(?!\w)")
_BLOCKS = re.compile(r"^[ \t]{0,40}[-+](?=[ \t])|-{3,}|[#>|]+", re.MULTILINE)
FOLDED = "search_folded(search_words(%s))"
STEMS = f"""coalesce((
    WITH RECURSIVE {LANGUAGES}
    SELECT string_agg(format('(%%s)', stems), ' | ')::tsquery FROM (
        SELECT DISTINCT
            plainto_tsquery('simple', search_stems(configuration::regconfig, search_words(%s))) AS stems
        FROM found JOIN (VALUES {", ".join(map(str, CONFIGURATIONS.items()))})
            AS known (base, configuration) ON base = split_part(lower(language), '-', 1)
    ) AS known WHERE numnode(stems) > 0
), '')"""  # noqa: S608 (constants)
"""The stems of a word in each of the languages of somebody's posts. Given: twice the owner, and the word."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or with `phrase` words that follow each other; `without` excludes what has it.

    With `beginning` it may be how a longer word begins: it is the last one, and perhaps still being typed.
    """

    text: str
    phrase: bool = False
    without: bool = False
    beginning: bool = False


def terms_of(typed: str) -> tuple[Term, ...]:
    """What is looked for: words, "phrases in quotes", and what there must not be, after a minus."""
    typed = unicodedata.normalize("NFKC", typed).translate(_QUOTES)
    terms = [
        Term(text, phrase=bool(found[2]), without=bool(found[1]))
        for found in _TERM.finditer(typed)
        if _WORD.search(text := found[2] or found[3] or "") or re.search(f"[{UNSPACED}]", text)
    ][:MAX_TERMS]
    if terms and not terms[-1].phrase and not terms[-1].without:
        terms[-1] = Term(terms[-1].text, beginning=True)
    return tuple(terms)


def condition(terms: Iterable[Term], owner: User) -> RawSQL | None:
    """Whether a post has all of these, and none of what they exclude; None if nothing is looked for.

    Words are looked for as the owner's languages inflect them.
    """
    sql, given = [], list[Any]()
    for term in terms:
        pieces = [_query(piece, term, owner) for piece in _PIECE.findall(term.text)]
        asked = " && ".join(each for each, _ in pieces)
        sql.append(f"!!({asked})" if term.without else f"({asked})")
        given += (value for _, values in pieces for value in values)
    if not sql:
        return None
    return RawSQL(f"search @@ ({' && '.join(sql)})", given, BooleanField())  # noqa: S611 (values apart)


def _query(piece: str, term: Term, owner: User) -> tuple[str, list[Any]]:
    """A tsquery for a piece of a term, as SQL and the values in it."""
    if re.match(f"[{UNSPACED}]", piece):
        pairs = [f"'{first}{second}'" for first, second in pairwise(piece)]
        return "%s::tsquery", [(" <-> " if term.phrase else " & ").join(pairs) or f"'{piece}':*"]
    exact = f"phraseto_tsquery('simple', {FOLDED})"
    if term.beginning:
        exact = f"coalesce((nullif({exact}::text, '') || ':*')::tsquery, '')"
    if term.phrase:
        return exact, [piece]
    return f"({exact} || {STEMS})", [piece, owner.pk, owner.pk, piece]


# What to mark ------------------------------------------------------------------------------------


class Marker:
    """Finds in a text what `terms` look for, with the stems of `language`."""

    def __init__(self, terms: Iterable[Term], language: str) -> None:
        wanted = [term for term in terms if not term.without]
        self.configuration = CONFIGURATIONS.get(language.split("-")[0].lower(), "")
        words = [folded(word) for term in wanted for word in _WORD.findall(term.text)]
        self.words = frozenset(words)
        self.beginnings = tuple(words[-1:]) if words and wanted[-1].beginning else ()
        self.stems = frozenset(
            _stem(self.configuration, word.lower())
            for term in wanted
            for word in _WORD.findall(term.text)
            if not term.phrase and self.configuration
        )
        self.hints = tuple(stem[:3] for stem in self.stems if stem)
        runs = {run for term in wanted for run in re.findall(f"[{UNSPACED}]+", term.text)}
        self.runs = (
            re.compile("|".join(map(re.escape, sorted(runs, key=len, reverse=True)))) if runs else None
        )

    def hits(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it is, in order: start and end in characters."""
        found = [word.span() for word in _WORD.finditer(text) if self._is_hit(word[0])]
        if self.runs:
            found += [run.span() for run in self.runs.finditer(text)]
        yield from sorted(found)

    def marked(self, text: str, start: int = 0, end: int | None = None) -> Marked:
        """The text from `start` to `end`, with what was found apart."""
        end, at, pieces = len(text) if end is None else end, start, list[tuple[str, bool]]()
        for first, last in self.hits(text[start:end]):
            pieces += [(text[at : start + first], False), (text[start + first : start + last], True)]
            at = start + last
        return tuple(piece for piece in (*pieces, (text[at:end], False)) if piece[0])

    def excerpt(self, markdown: str) -> Marked:
        """What is around the first hit in the text below the title; nothing without one."""
        _, _, text = markdown[:INDEXED].partition("\n\n")
        text = _BLOCKS.sub(" ", _EMPHASIS.sub("", _LINK.sub(r"\1", text)))
        text = " ".join(text.split())
        first = next(self.hits(text), None)
        if first is None:
            return ()
        start = max(0, first[0] - EXCERPT // 3)
        if start:
            space = text.find(" ", start, first[0])
            start = space + 1 if space >= 0 else start
        end = max(min(len(text), start + EXCERPT), first[1])
        pieces = self.marked(text, start, end)
        return (
            *((("…", False),) if start else ()),
            *pieces,
            *((("…", False),) if end < len(text) else ()),
        )

    def _is_hit(self, word: str) -> bool:
        plain = folded(word)
        if plain in self.words or (self.beginnings and plain.startswith(self.beginnings)):
            return True
        return (
            any(hint in plain for hint in self.hints)
            and _stem(self.configuration, word.lower()) in self.stems
        )


def folded(word: str) -> str:
    """The word in small letters, without accents and vowel points: as `search_folded` in the database."""
    if word.isascii():
        return word.lower()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", word))
    return unicodedata.normalize("NFC", plain).lower().translate(_OTHER_LETTERS)


@lru_cache(maxsize=4096)
def _stem(configuration: str, word: str) -> str:
    return folded(snowballstemmer.stemmer(configuration).stemWord(word))
