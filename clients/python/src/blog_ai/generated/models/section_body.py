from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SectionBody")


@_attrs_define
class SectionBody:
    """A section: what it is about, and how long it should be."""

    heading: str
    purpose: str | Unset = UNSET
    claims: list[str] | Unset = UNSET
    """ What this section says and no other section repeats. """
    words: int | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        heading = self.heading

        purpose: str | Unset
        if isinstance(self.purpose, Unset):
            purpose = UNSET
        else:
            purpose = self.purpose

        claims: list[str] | Unset = UNSET
        if not isinstance(self.claims, Unset):
            claims = self.claims

        words = self.words

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "heading": heading,
            }
        )
        if purpose is not UNSET:
            field_dict["purpose"] = purpose
        if claims is not UNSET:
            field_dict["claims"] = claims
        if words is not UNSET:
            field_dict["words"] = words

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        heading = d.pop("heading")

        def _parse_purpose(data: object) -> str | Unset:
            if isinstance(data, Unset):
                return data
            return cast(str | Unset, data)

        purpose = _parse_purpose(d.pop("purpose", UNSET))

        claims = cast(list[str], d.pop("claims", UNSET))

        words = d.pop("words", UNSET)

        section_body = cls(
            heading=heading,
            purpose=purpose,
            claims=claims,
            words=words,
        )

        return section_body
