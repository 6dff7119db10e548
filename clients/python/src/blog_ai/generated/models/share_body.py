from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.days_enum import DaysEnum, check_days_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="ShareBody")


@_attrs_define
class ShareBody:
    """May be left out."""

    days: DaysEnum | Unset = UNSET
    """ * `1` - 1
    * `7` - 7
    * `30` - 30
    * `90` - 90
    * `365` - 365 """
    public: bool | Unset = UNSET
    """ Whether search engines may find the page. It then has no end. """

    def to_dict(self) -> dict[str, Any]:
        days: int | Unset = UNSET
        if not isinstance(self.days, Unset):
            days = self.days

        public = self.public

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if days is not UNSET:
            field_dict["days"] = days
        if public is not UNSET:
            field_dict["public"] = public

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _days = d.pop("days", UNSET)
        days: DaysEnum | Unset
        if isinstance(_days, Unset):
            days = UNSET
        else:
            days = check_days_enum(_days)

        public = d.pop("public", UNSET)

        share_body = cls(
            days=days,
            public=public,
        )

        return share_body
