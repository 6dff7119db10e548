from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="PatchedChangedApiKeyBody")


@_attrs_define
class PatchedChangedApiKeyBody:
    """The fields that are to change."""

    name: str | Unset = UNSET
    requests_per_minute: int | None | Unset = UNSET
    """ Requests a minute, where your plan allows more; null: as your plan says. """
    monthly_cost_limit_usd: None | str | Unset = UNSET
    """ US dollars that the model calls of the runs that it starts may cost in a calendar month (UTC); null: no
    limit of its own. """

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        requests_per_minute: int | None | Unset
        if isinstance(self.requests_per_minute, Unset):
            requests_per_minute = UNSET
        else:
            requests_per_minute = self.requests_per_minute

        monthly_cost_limit_usd: None | str | Unset
        if isinstance(self.monthly_cost_limit_usd, Unset):
            monthly_cost_limit_usd = UNSET
        else:
            monthly_cost_limit_usd = self.monthly_cost_limit_usd

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if requests_per_minute is not UNSET:
            field_dict["requests_per_minute"] = requests_per_minute
        if monthly_cost_limit_usd is not UNSET:
            field_dict["monthly_cost_limit_usd"] = monthly_cost_limit_usd

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name", UNSET)

        def _parse_requests_per_minute(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        requests_per_minute = _parse_requests_per_minute(d.pop("requests_per_minute", UNSET))

        def _parse_monthly_cost_limit_usd(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        monthly_cost_limit_usd = _parse_monthly_cost_limit_usd(d.pop("monthly_cost_limit_usd", UNSET))

        patched_changed_api_key_body = cls(
            name=name,
            requests_per_minute=requests_per_minute,
            monthly_cost_limit_usd=monthly_cost_limit_usd,
        )

        return patched_changed_api_key_body
