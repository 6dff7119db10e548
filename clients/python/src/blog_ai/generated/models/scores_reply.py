from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="ScoresReply")


@_attrs_define
class ScoresReply:
    words: int
    target_words: int
    keywords_used: list[str]
    keywords_missing: list[str]
    overlap: float
    """ The largest share of 5-word sequences that two sections have in common. """
    notes: list[str]
    """ Of all parts, also of one that was left out. """

    def to_dict(self) -> dict[str, Any]:
        words = self.words

        target_words = self.target_words

        keywords_used = self.keywords_used

        keywords_missing = self.keywords_missing

        overlap = self.overlap

        notes = self.notes

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "words": words,
                "target_words": target_words,
                "keywords_used": keywords_used,
                "keywords_missing": keywords_missing,
                "overlap": overlap,
                "notes": notes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        words = d.pop("words")

        target_words = d.pop("target_words")

        keywords_used = cast(list[str], d.pop("keywords_used"))

        keywords_missing = cast(list[str], d.pop("keywords_missing"))

        overlap = d.pop("overlap")

        notes = cast(list[str], d.pop("notes"))

        scores_reply = cls(
            words=words,
            target_words=target_words,
            keywords_used=keywords_used,
            keywords_missing=keywords_missing,
            overlap=overlap,
            notes=notes,
        )

        return scores_reply
