from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.check_reply_state_enum import CheckReplyStateEnum, check_check_reply_state_enum

T = TypeVar("T", bound="CheckReply")


@_attrs_define
class CheckReply:
    id: str
    """ Never changes, such as `title_length`. """
    name: str
    state: CheckReplyStateEnum
    """ * `good` - good
    * `could_be_better` - could_be_better
    * `not_applicable` - not_applicable """
    figure: str
    """ What was found, with its unit. """
    value: float | None
    """ The number in `figure`, if it has one. """
    why: str
    """ Why it matters. """
    advice: str
    """ What to do. Empty if there’s nothing to do. """

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        state: str = self.state

        figure = self.figure

        value: float | None
        value = self.value

        why = self.why

        advice = self.advice

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
                "state": state,
                "figure": figure,
                "value": value,
                "why": why,
                "advice": advice,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        state = check_check_reply_state_enum(d.pop("state"))

        figure = d.pop("figure")

        def _parse_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        value = _parse_value(d.pop("value"))

        why = d.pop("why")

        advice = d.pop("advice")

        check_reply = cls(
            id=id,
            name=name,
            state=state,
            figure=figure,
            value=value,
            why=why,
            advice=advice,
        )

        return check_reply
