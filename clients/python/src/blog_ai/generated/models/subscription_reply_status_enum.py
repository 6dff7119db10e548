from typing import Literal, cast

SubscriptionReplyStatusEnum = Literal[
    "active", "canceled", "incomplete", "incomplete_expired", "past_due", "paused", "trialing", "unpaid"
]


def check_subscription_reply_status_enum(value: str) -> SubscriptionReplyStatusEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(SubscriptionReplyStatusEnum, value)
