from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.permissions_enum import PermissionsEnum, check_permissions_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewApiKeyBody")


@_attrs_define
class NewApiKeyBody:
    """All of it is optional."""

    name: str | Unset = UNSET
    permissions: list[PermissionsEnum] | Unset = UNSET
    """ Those that your own key has, or some of them. """
    expires_at: datetime.datetime | None | Unset = UNSET
    """ In the future; null: it does not expire. """
    requests_per_minute: int | None | Unset = UNSET
    """ Requests a minute, where your plan allows more; null: as your plan says. """
    monthly_cost_limit_usd: None | str | Unset = UNSET
    """ US dollars that the model calls of the runs that it starts may cost in a calendar month (UTC); null: no
    limit of its own. """
    test: bool | Unset = UNSET
    """ What a test key starts is simulated and costs nothing. """

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        permissions: list[str] | Unset = UNSET
        if not isinstance(self.permissions, Unset):
            permissions = []
            for permissions_item_data in self.permissions:
                permissions_item: str = permissions_item_data
                permissions.append(permissions_item)

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

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

        test = self.test

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if permissions is not UNSET:
            field_dict["permissions"] = permissions
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if requests_per_minute is not UNSET:
            field_dict["requests_per_minute"] = requests_per_minute
        if monthly_cost_limit_usd is not UNSET:
            field_dict["monthly_cost_limit_usd"] = monthly_cost_limit_usd
        if test is not UNSET:
            field_dict["test"] = test

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name", UNSET)

        _permissions = d.pop("permissions", UNSET)
        permissions: list[PermissionsEnum] | Unset = UNSET
        if _permissions is not UNSET:
            permissions = []
            for permissions_item_data in _permissions:
                permissions_item = check_permissions_enum(permissions_item_data)

                permissions.append(permissions_item)

        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data.replace("Z", "+00:00"))

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

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

        test = d.pop("test", UNSET)

        new_api_key_body = cls(
            name=name,
            permissions=permissions,
            expires_at=expires_at,
            requests_per_minute=requests_per_minute,
            monthly_cost_limit_usd=monthly_cost_limit_usd,
            test=test,
        )

        return new_api_key_body
