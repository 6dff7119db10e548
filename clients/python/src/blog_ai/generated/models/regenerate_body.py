from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="RegenerateBody")


@_attrs_define
class RegenerateBody:
    """May be left out."""

    instruction: str | Unset = UNSET
    """ “Shorter”, “More concrete”, “Simpler”, “Write again”, or your own words. """

    def to_dict(self) -> dict[str, Any]:
        instruction = self.instruction

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if instruction is not UNSET:
            field_dict["instruction"] = instruction

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        instruction = d.pop("instruction", UNSET)

        regenerate_body = cls(
            instruction=instruction,
        )

        return regenerate_body
