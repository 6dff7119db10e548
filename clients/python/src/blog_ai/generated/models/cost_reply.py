from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="CostReply")


@_attrs_define
class CostReply:
    spent_usd: str
    """ What the model calls of this month's runs cost. """
    limit_usd: None | str
    """ Null: unlimited. """

    def to_dict(self) -> dict[str, Any]:
        spent_usd = self.spent_usd

        limit_usd: None | str
        limit_usd = self.limit_usd

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "spent_usd": spent_usd,
                "limit_usd": limit_usd,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        spent_usd = d.pop("spent_usd")

        def _parse_limit_usd(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        limit_usd = _parse_limit_usd(d.pop("limit_usd"))

        cost_reply = cls(
            spent_usd=spent_usd,
            limit_usd=limit_usd,
        )

        return cost_reply
