from typing import Literal, cast

UsageRecordReplyKindEnum = Literal["carry", "grant", "refund", "reserve", "settle", "spend"]


def check_usage_record_reply_kind_enum(value: str) -> UsageRecordReplyKindEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(UsageRecordReplyKindEnum, value)
