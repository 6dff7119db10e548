from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.run_status import RunStatus, check_run_status
from ..models.unit_enum import UnitEnum, check_unit_enum

if TYPE_CHECKING:
    from ..models.call_reply import CallReply
    from ..models.step_sum_reply import StepSumReply
    from ..models.sum_reply import SumReply


T = TypeVar("T", bound="ReceiptReply")


@_attrs_define
class ReceiptReply:
    run_id: UUID
    post_id: UUID
    """ The post that it wrote or worked on. """
    status: RunStatus
    """ * `queued` - queued
    * `running` - running
    * `waiting` - waiting
    * `completed` - completed
    * `failed` - failed
    * `cancelled` - cancelled """
    unit: UnitEnum
    """ * `none` - none
    * `reserved` - reserved
    * `settled` - settled
    * `refunded` - refunded """
    estimated_cost_usd: None | str
    """ About what it costs, said before; null: the price of the model is not known. """
    max_cost_usd: None | str
    calls: list[CallReply]
    steps: list[StepSumReply]
    """ In the order of the post; each is the sum of its calls. """
    total: SumReply

    def to_dict(self) -> dict[str, Any]:
        run_id = str(self.run_id)

        post_id = str(self.post_id)

        status: str = self.status

        unit: str = self.unit

        estimated_cost_usd: None | str
        estimated_cost_usd = self.estimated_cost_usd

        max_cost_usd: None | str
        max_cost_usd = self.max_cost_usd

        calls = []
        for calls_item_data in self.calls:
            calls_item = calls_item_data.to_dict()
            calls.append(calls_item)

        steps = []
        for steps_item_data in self.steps:
            steps_item = steps_item_data.to_dict()
            steps.append(steps_item)

        total = self.total.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "run_id": run_id,
                "post_id": post_id,
                "status": status,
                "unit": unit,
                "estimated_cost_usd": estimated_cost_usd,
                "max_cost_usd": max_cost_usd,
                "calls": calls,
                "steps": steps,
                "total": total,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.call_reply import CallReply  # noqa: PLC0415
        from ..models.step_sum_reply import StepSumReply  # noqa: PLC0415
        from ..models.sum_reply import SumReply  # noqa: PLC0415

        d = dict(src_dict)
        run_id = UUID(d.pop("run_id"))

        post_id = UUID(d.pop("post_id"))

        status = check_run_status(d.pop("status"))

        unit = check_unit_enum(d.pop("unit"))

        def _parse_estimated_cost_usd(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        estimated_cost_usd = _parse_estimated_cost_usd(d.pop("estimated_cost_usd"))

        def _parse_max_cost_usd(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        max_cost_usd = _parse_max_cost_usd(d.pop("max_cost_usd"))

        calls = []
        _calls = d.pop("calls")
        for calls_item_data in _calls:
            calls_item = CallReply.from_dict(calls_item_data)

            calls.append(calls_item)

        steps = []
        _steps = d.pop("steps")
        for steps_item_data in _steps:
            steps_item = StepSumReply.from_dict(steps_item_data)

            steps.append(steps_item)

        total = SumReply.from_dict(d.pop("total"))

        receipt_reply = cls(
            run_id=run_id,
            post_id=post_id,
            status=status,
            unit=unit,
            estimated_cost_usd=estimated_cost_usd,
            max_cost_usd=max_cost_usd,
            calls=calls,
            steps=steps,
            total=total,
        )

        return receipt_reply
