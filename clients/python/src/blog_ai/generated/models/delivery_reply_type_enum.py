from typing import Literal, cast

DeliveryReplyTypeEnum = Literal["run.cancelled", "run.completed", "run.failed"]


def check_delivery_reply_type_enum(value: str) -> DeliveryReplyTypeEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(DeliveryReplyTypeEnum, value)
