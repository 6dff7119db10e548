from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="RunsEventsResponse200")


@_attrs_define
class RunsEventsResponse200:
    """Of each event of the stream. `id` is the `seq` of its frame, which not every frame has."""

    event: str
    """ The frame's `type`. """
    data: str
    """ The frame. """
    id: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        event = self.event

        data = self.data

        id = self.id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "event": event,
                "data": data,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        event = d.pop("event")

        data = d.pop("data")

        id = d.pop("id", UNSET)

        runs_events_response_200 = cls(
            event=event,
            data=data,
            id=id,
        )

        return runs_events_response_200
