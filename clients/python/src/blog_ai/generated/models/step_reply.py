from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.step_state import StepState, check_step_state

T = TypeVar("T", bound="StepReply")


@_attrs_define
class StepReply:
    name: str
    state: StepState
    """ * `waiting` - waiting
    * `writing` - writing
    * `done` - done
    * `failed` - failed """
    attempt: int

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        state: str = self.state

        attempt = self.attempt

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "state": state,
                "attempt": attempt,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        state = check_step_state(d.pop("state"))

        attempt = d.pop("attempt")

        step_reply = cls(
            name=name,
            state=state,
            attempt=attempt,
        )

        return step_reply
