from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.permissions_enum import PermissionsEnum, check_permissions_enum

T = TypeVar("T", bound="ApiKeyReply")


@_attrs_define
class ApiKeyReply:
    id: UUID
    name: str
    prefix: str
    """ The first 14 characters. """
    last_four: str
    permissions: list[PermissionsEnum]
    test: bool
    """ Whether what it starts is simulated. """
    requests_per_minute: int | None
    monthly_cost_limit_usd: None | str
    created_at: datetime.datetime
    expires_at: datetime.datetime | None
    last_used_at: datetime.datetime | None
    """ To the minute. """
    last_used_address: str
    """ The IP address then; empty if it is not known. """
    rotated_at: datetime.datetime | None
    """ When another key took its place. """

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        name = self.name

        prefix = self.prefix

        last_four = self.last_four

        permissions = []
        for permissions_item_data in self.permissions:
            permissions_item: str = permissions_item_data
            permissions.append(permissions_item)

        test = self.test

        requests_per_minute: int | None
        requests_per_minute = self.requests_per_minute

        monthly_cost_limit_usd: None | str
        monthly_cost_limit_usd = self.monthly_cost_limit_usd

        created_at = self.created_at.isoformat()

        expires_at: None | str
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        last_used_at: None | str
        if isinstance(self.last_used_at, datetime.datetime):
            last_used_at = self.last_used_at.isoformat()
        else:
            last_used_at = self.last_used_at

        last_used_address = self.last_used_address

        rotated_at: None | str
        if isinstance(self.rotated_at, datetime.datetime):
            rotated_at = self.rotated_at.isoformat()
        else:
            rotated_at = self.rotated_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
                "prefix": prefix,
                "last_four": last_four,
                "permissions": permissions,
                "test": test,
                "requests_per_minute": requests_per_minute,
                "monthly_cost_limit_usd": monthly_cost_limit_usd,
                "created_at": created_at,
                "expires_at": expires_at,
                "last_used_at": last_used_at,
                "last_used_address": last_used_address,
                "rotated_at": rotated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        name = d.pop("name")

        prefix = d.pop("prefix")

        last_four = d.pop("last_four")

        permissions = []
        _permissions = d.pop("permissions")
        for permissions_item_data in _permissions:
            permissions_item = check_permissions_enum(permissions_item_data)

            permissions.append(permissions_item)

        test = d.pop("test")

        def _parse_requests_per_minute(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        requests_per_minute = _parse_requests_per_minute(d.pop("requests_per_minute"))

        def _parse_monthly_cost_limit_usd(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        monthly_cost_limit_usd = _parse_monthly_cost_limit_usd(d.pop("monthly_cost_limit_usd"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at").replace("Z", "+00:00"))

        def _parse_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data.replace("Z", "+00:00"))

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        def _parse_last_used_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_used_at_type_0 = datetime.datetime.fromisoformat(data.replace("Z", "+00:00"))

                return last_used_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_used_at = _parse_last_used_at(d.pop("last_used_at"))

        last_used_address = d.pop("last_used_address")

        def _parse_rotated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                rotated_at_type_0 = datetime.datetime.fromisoformat(data.replace("Z", "+00:00"))

                return rotated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        rotated_at = _parse_rotated_at(d.pop("rotated_at"))

        api_key_reply = cls(
            id=id,
            name=name,
            prefix=prefix,
            last_four=last_four,
            permissions=permissions,
            test=test,
            requests_per_minute=requests_per_minute,
            monthly_cost_limit_usd=monthly_cost_limit_usd,
            created_at=created_at,
            expires_at=expires_at,
            last_used_at=last_used_at,
            last_used_address=last_used_address,
            rotated_at=rotated_at,
        )

        return api_key_reply
