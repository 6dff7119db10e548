from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="RetryBody")


@_attrs_define
class RetryBody:
    """May be left out: the cost limit then stays as it is."""

    max_cost_usd: None | str | Unset = UNSET
    """ US dollars that the model calls of the run may cost together; at the limit it stops and keeps what is
    finished. Left out: as your plan says. """

    def to_dict(self) -> dict[str, Any]:
        max_cost_usd: None | str | Unset
        if isinstance(self.max_cost_usd, Unset):
            max_cost_usd = UNSET
        else:
            max_cost_usd = self.max_cost_usd

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if max_cost_usd is not UNSET:
            field_dict["max_cost_usd"] = max_cost_usd

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_max_cost_usd(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        max_cost_usd = _parse_max_cost_usd(d.pop("max_cost_usd", UNSET))

        retry_body = cls(
            max_cost_usd=max_cost_usd,
        )

        return retry_body
