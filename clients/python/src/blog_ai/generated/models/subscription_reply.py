from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.interval import Interval, check_interval
from ..models.subscription_reply_status_enum import (
    SubscriptionReplyStatusEnum,
    check_subscription_reply_status_enum,
)

T = TypeVar("T", bound="SubscriptionReply")


@_attrs_define
class SubscriptionReply:
    tier: str
    """ The plan in effect, whoever pays for it. """
    status: None | SubscriptionReplyStatusEnum
    """ Of the subscription, in Stripe's words. Null: there never was one.

    * `incomplete` - Incomplete
    * `incomplete_expired` - Incomplete Expired
    * `trialing` - Trialing
    * `active` - Active
    * `past_due` - Past Due
    * `unpaid` - Unpaid
    * `paused` - Paused
    * `canceled` - Canceled """
    subscribed_tier: None | str
    """ The plan that it is for. """
    interval: Interval | None
    amount: None | str
    """ Its price for an interval, before discounts and taxes. """
    currency: None | str
    """ In three small letters. """
    period_end: datetime.datetime | None
    """ When it renews or, if canceled, when it ends. """
    cancel_at_period_end: bool
    grace_ends_at: datetime.datetime | None
    """ While a payment is missing: until when the plan stays. """
    next_tier: None | str
    """ The plan that it changes to at period_end. """
    next_interval: Interval | None
    billing_url: str
    """ The page about it. """

    def to_dict(self) -> dict[str, Any]:
        tier = self.tier

        status: None | str
        if isinstance(self.status, str):
            status = self.status
        else:
            status = self.status

        subscribed_tier: None | str
        subscribed_tier = self.subscribed_tier

        interval: None | str
        if isinstance(self.interval, str):
            interval = self.interval
        else:
            interval = self.interval

        amount: None | str
        amount = self.amount

        currency: None | str
        currency = self.currency

        period_end: None | str
        if isinstance(self.period_end, datetime.datetime):
            period_end = self.period_end.isoformat()
        else:
            period_end = self.period_end

        cancel_at_period_end = self.cancel_at_period_end

        grace_ends_at: None | str
        if isinstance(self.grace_ends_at, datetime.datetime):
            grace_ends_at = self.grace_ends_at.isoformat()
        else:
            grace_ends_at = self.grace_ends_at

        next_tier: None | str
        next_tier = self.next_tier

        next_interval: None | str
        if isinstance(self.next_interval, str):
            next_interval = self.next_interval
        else:
            next_interval = self.next_interval

        billing_url = self.billing_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "tier": tier,
                "status": status,
                "subscribed_tier": subscribed_tier,
                "interval": interval,
                "amount": amount,
                "currency": currency,
                "period_end": period_end,
                "cancel_at_period_end": cancel_at_period_end,
                "grace_ends_at": grace_ends_at,
                "next_tier": next_tier,
                "next_interval": next_interval,
                "billing_url": billing_url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        tier = d.pop("tier")

        def _parse_status(data: object) -> None | SubscriptionReplyStatusEnum:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                status_type_0 = check_subscription_reply_status_enum(data)

                return status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SubscriptionReplyStatusEnum, data)

        status = _parse_status(d.pop("status"))

        def _parse_subscribed_tier(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        subscribed_tier = _parse_subscribed_tier(d.pop("subscribed_tier"))

        def _parse_interval(data: object) -> Interval | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                interval_type_0 = check_interval(data)

                return interval_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Interval | None, data)

        interval = _parse_interval(d.pop("interval"))

        def _parse_amount(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        amount = _parse_amount(d.pop("amount"))

        def _parse_currency(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        currency = _parse_currency(d.pop("currency"))

        def _parse_period_end(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                period_end_type_0 = datetime.datetime.fromisoformat(data.replace("Z", "+00:00"))

                return period_end_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        period_end = _parse_period_end(d.pop("period_end"))

        cancel_at_period_end = d.pop("cancel_at_period_end")

        def _parse_grace_ends_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                grace_ends_at_type_0 = datetime.datetime.fromisoformat(data.replace("Z", "+00:00"))

                return grace_ends_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        grace_ends_at = _parse_grace_ends_at(d.pop("grace_ends_at"))

        def _parse_next_tier(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_tier = _parse_next_tier(d.pop("next_tier"))

        def _parse_next_interval(data: object) -> Interval | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_interval_type_0 = check_interval(data)

                return next_interval_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Interval | None, data)

        next_interval = _parse_next_interval(d.pop("next_interval"))

        billing_url = d.pop("billing_url")

        subscription_reply = cls(
            tier=tier,
            status=status,
            subscribed_tier=subscribed_tier,
            interval=interval,
            amount=amount,
            currency=currency,
            period_end=period_end,
            cancel_at_period_end=cancel_at_period_end,
            grace_ends_at=grace_ends_at,
            next_tier=next_tier,
            next_interval=next_interval,
            billing_url=billing_url,
        )

        return subscription_reply
