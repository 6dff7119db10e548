from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="SectionReply")


@_attrs_define
class SectionReply:
    heading: str
    purpose: str
    claims: list[str]
    words: int

    def to_dict(self) -> dict[str, Any]:
        heading = self.heading

        purpose = self.purpose

        claims = self.claims

        words = self.words

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "heading": heading,
                "purpose": purpose,
                "claims": claims,
                "words": words,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        heading = d.pop("heading")

        purpose = d.pop("purpose")

        claims = cast(list[str], d.pop("claims"))

        words = d.pop("words")

        section_reply = cls(
            heading=heading,
            purpose=purpose,
            claims=claims,
            words=words,
        )

        return section_reply
