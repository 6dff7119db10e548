from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="SectionBody")


@_attrs_define
class SectionBody:
    """A serializer that refuses fields it does not know, by name. `aliases` are other names of its fields."""

    heading: str
    purpose: str | Unset = UNSET
    claims: list[str] | Unset = UNSET
    """ What this section says and no other section repeats. """
    words: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        heading = self.heading

        purpose = self.purpose

        claims: list[str] | Unset = UNSET
        if not isinstance(self.claims, Unset):
            claims = self.claims

        words = self.words

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
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

        purpose = d.pop("purpose", UNSET)

        claims = cast(list[str], d.pop("claims", UNSET))

        words = d.pop("words", UNSET)

        section_body = cls(
            heading=heading,
            purpose=purpose,
            claims=claims,
            words=words,
        )

        section_body.additional_properties = d
        return section_body

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
