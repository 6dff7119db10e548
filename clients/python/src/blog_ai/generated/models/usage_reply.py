from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.cost_reply import CostReply
    from ..models.taken_reply import TakenReply


T = TypeVar("T", bound="UsageReply")


@_attrs_define
class UsageReply:
    tier: str
    resets_at: datetime.datetime
    """ The start of the next month. Days end at 00:00 UTC. """
    month: TakenReply
    day: TakenReply
    assists: TakenReply
    cost: CostReply

    def to_dict(self) -> dict[str, Any]:
        tier = self.tier

        resets_at = self.resets_at.isoformat()

        month = self.month.to_dict()

        day = self.day.to_dict()

        assists = self.assists.to_dict()

        cost = self.cost.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "tier": tier,
                "resets_at": resets_at,
                "month": month,
                "day": day,
                "assists": assists,
                "cost": cost,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cost_reply import CostReply  # noqa: PLC0415
        from ..models.taken_reply import TakenReply  # noqa: PLC0415

        d = dict(src_dict)
        tier = d.pop("tier")

        resets_at = datetime.datetime.fromisoformat(d.pop("resets_at").replace("Z", "+00:00"))

        month = TakenReply.from_dict(d.pop("month"))

        day = TakenReply.from_dict(d.pop("day"))

        assists = TakenReply.from_dict(d.pop("assists"))

        cost = CostReply.from_dict(d.pop("cost"))

        usage_reply = cls(
            tier=tier,
            resets_at=resets_at,
            month=month,
            day=day,
            assists=assists,
            cost=cost,
        )

        return usage_reply
