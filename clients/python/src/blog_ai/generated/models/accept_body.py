from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="AcceptBody")


@_attrs_define
class AcceptBody:
    """A serializer that rejects unknown fields by name. `aliases` are alternative names of its fields."""

    text: str | Unset = UNSET
    """ What to put there in place of `body`, if you edited it. """

    def to_dict(self) -> dict[str, Any]:
        text = self.text

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if text is not UNSET:
            field_dict["text"] = text

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        text = d.pop("text", UNSET)

        accept_body = cls(
            text=text,
        )

        return accept_body
