from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.interval import Interval, check_interval
from ..models.tier_enum import TierEnum, check_tier_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="CheckoutBody")


@_attrs_define
class CheckoutBody:
    """A serializer that rejects unknown fields by name. `aliases` are alternative names of its fields."""

    tier: TierEnum
    """ * `starter` - starter
    * `pro` - pro
    * `business` - business """
    interval: Interval | Unset = UNSET
    """ * `month` - month
    * `year` - year """

    def to_dict(self) -> dict[str, Any]:
        tier: str = self.tier

        interval: str | Unset = UNSET
        if not isinstance(self.interval, Unset):
            interval = self.interval

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "tier": tier,
            }
        )
        if interval is not UNSET:
            field_dict["interval"] = interval

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        tier = check_tier_enum(d.pop("tier"))

        _interval = d.pop("interval", UNSET)
        interval: Interval | Unset
        if isinstance(_interval, Unset):
            interval = UNSET
        else:
            interval = check_interval(_interval)

        checkout_body = cls(
            tier=tier,
            interval=interval,
        )

        return checkout_body
