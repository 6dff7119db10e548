from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.meter_enum import MeterEnum, check_meter_enum
from ..models.usage_record_reply_kind_enum import UsageRecordReplyKindEnum, check_usage_record_reply_kind_enum

T = TypeVar("T", bound="UsageRecordReply")


@_attrs_define
class UsageRecordReply:
    id: int
    kind: UsageRecordReplyKindEnum
    """ * `reserve` - Reserve
    * `settle` - Settle
    * `refund` - Refund
    * `grant` - Grant
    * `spend` - Spend
    * `carry` - Carry """
    meter: MeterEnum
    """ * `posts` - Posts
    * `assists` - Assists """
    units: int
    """ How many posts or assists, as `meter` says. """
    run_id: None | UUID
    """ The run, which may be gone by now. Null in records of an earlier version. """
    input_tokens: int
    output_tokens: int
    cost_usd: str
    reason: str
    created_at: datetime.datetime

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind: str = self.kind

        meter: str = self.meter

        units = self.units

        run_id: None | str
        if isinstance(self.run_id, UUID):
            run_id = str(self.run_id)
        else:
            run_id = self.run_id

        input_tokens = self.input_tokens

        output_tokens = self.output_tokens

        cost_usd = self.cost_usd

        reason = self.reason

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "meter": meter,
                "units": units,
                "run_id": run_id,
                "input_tokens": input_tokens,
                "output_tokens": output_tokens,
                "cost_usd": cost_usd,
                "reason": reason,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        kind = check_usage_record_reply_kind_enum(d.pop("kind"))

        meter = check_meter_enum(d.pop("meter"))

        units = d.pop("units")

        def _parse_run_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                run_id_type_0 = UUID(data)

                return run_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        run_id = _parse_run_id(d.pop("run_id"))

        input_tokens = d.pop("input_tokens")

        output_tokens = d.pop("output_tokens")

        cost_usd = d.pop("cost_usd")

        reason = d.pop("reason")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at").replace("Z", "+00:00"))

        usage_record_reply = cls(
            id=id,
            kind=kind,
            meter=meter,
            units=units,
            run_id=run_id,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cost_usd=cost_usd,
            reason=reason,
            created_at=created_at,
        )

        return usage_record_reply
