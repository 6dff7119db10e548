from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.permissions_enum import PermissionsEnum, check_permissions_enum

T = TypeVar("T", bound="MeReply")


@_attrs_define
class MeReply:
    id: UUID
    email: str
    name: str
    """ Empty if none was given. """
    time_zone: str
    """ An IANA name, such as Europe/Berlin. """
    tier: str
    """ The plan. """
    permissions: list[PermissionsEnum]
    """ Of this key; a browser's session has all of them. """
    key_prefix: None | str
    """ The first characters of the key; null for a browser's session. """
    test: bool
    """ Whether posts started with this key are simulated. """

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        email = self.email

        name = self.name

        time_zone = self.time_zone

        tier = self.tier

        permissions = []
        for permissions_item_data in self.permissions:
            permissions_item: str = permissions_item_data
            permissions.append(permissions_item)

        key_prefix: None | str
        key_prefix = self.key_prefix

        test = self.test

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "email": email,
                "name": name,
                "time_zone": time_zone,
                "tier": tier,
                "permissions": permissions,
                "key_prefix": key_prefix,
                "test": test,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        email = d.pop("email")

        name = d.pop("name")

        time_zone = d.pop("time_zone")

        tier = d.pop("tier")

        permissions = []
        _permissions = d.pop("permissions")
        for permissions_item_data in _permissions:
            permissions_item = check_permissions_enum(permissions_item_data)

            permissions.append(permissions_item)

        def _parse_key_prefix(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        key_prefix = _parse_key_prefix(d.pop("key_prefix"))

        test = d.pop("test")

        me_reply = cls(
            id=id,
            email=email,
            name=name,
            time_zone=time_zone,
            tier=tier,
            permissions=permissions,
            key_prefix=key_prefix,
            test=test,
        )

        return me_reply
