from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="TakenReply")


@_attrs_define
class TakenReply:
    used: int
    reserved: int
    """ Reserved by runs that have not ended. """
    limit: int | None
    """ Null: unlimited. """

    def to_dict(self) -> dict[str, Any]:
        used = self.used

        reserved = self.reserved

        limit: int | None
        limit = self.limit

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "used": used,
                "reserved": reserved,
                "limit": limit,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        used = d.pop("used")

        reserved = d.pop("reserved")

        def _parse_limit(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        limit = _parse_limit(d.pop("limit"))

        taken_reply = cls(
            used=used,
            reserved=reserved,
            limit=limit,
        )

        return taken_reply
