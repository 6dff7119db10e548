from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="TierReply")


@_attrs_define
class TierReply:
    tier: str
    posts_per_month: int | None
    posts_per_day: int | None
    concurrent_runs: int
    price_monthly_usd: str
    price_yearly_usd: str
    max_cost_usd: None | str
    assists_per_month: int | None
    monthly_cost_usd: None | str
    requests_per_minute: int
    requests_per_hour: int
    features: list[str]

    def to_dict(self) -> dict[str, Any]:
        tier = self.tier

        posts_per_month: int | None
        posts_per_month = self.posts_per_month

        posts_per_day: int | None
        posts_per_day = self.posts_per_day

        concurrent_runs = self.concurrent_runs

        price_monthly_usd = self.price_monthly_usd

        price_yearly_usd = self.price_yearly_usd

        max_cost_usd: None | str
        max_cost_usd = self.max_cost_usd

        assists_per_month: int | None
        assists_per_month = self.assists_per_month

        monthly_cost_usd: None | str
        monthly_cost_usd = self.monthly_cost_usd

        requests_per_minute = self.requests_per_minute

        requests_per_hour = self.requests_per_hour

        features = self.features

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "tier": tier,
                "posts_per_month": posts_per_month,
                "posts_per_day": posts_per_day,
                "concurrent_runs": concurrent_runs,
                "price_monthly_usd": price_monthly_usd,
                "price_yearly_usd": price_yearly_usd,
                "max_cost_usd": max_cost_usd,
                "assists_per_month": assists_per_month,
                "monthly_cost_usd": monthly_cost_usd,
                "requests_per_minute": requests_per_minute,
                "requests_per_hour": requests_per_hour,
                "features": features,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        tier = d.pop("tier")

        def _parse_posts_per_month(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        posts_per_month = _parse_posts_per_month(d.pop("posts_per_month"))

        def _parse_posts_per_day(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        posts_per_day = _parse_posts_per_day(d.pop("posts_per_day"))

        concurrent_runs = d.pop("concurrent_runs")

        price_monthly_usd = d.pop("price_monthly_usd")

        price_yearly_usd = d.pop("price_yearly_usd")

        def _parse_max_cost_usd(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        max_cost_usd = _parse_max_cost_usd(d.pop("max_cost_usd"))

        def _parse_assists_per_month(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        assists_per_month = _parse_assists_per_month(d.pop("assists_per_month"))

        def _parse_monthly_cost_usd(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        monthly_cost_usd = _parse_monthly_cost_usd(d.pop("monthly_cost_usd"))

        requests_per_minute = d.pop("requests_per_minute")

        requests_per_hour = d.pop("requests_per_hour")

        features = cast(list[str], d.pop("features"))

        tier_reply = cls(
            tier=tier,
            posts_per_month=posts_per_month,
            posts_per_day=posts_per_day,
            concurrent_runs=concurrent_runs,
            price_monthly_usd=price_monthly_usd,
            price_yearly_usd=price_yearly_usd,
            max_cost_usd=max_cost_usd,
            assists_per_month=assists_per_month,
            monthly_cost_usd=monthly_cost_usd,
            requests_per_minute=requests_per_minute,
            requests_per_hour=requests_per_hour,
            features=features,
        )

        return tier_reply
