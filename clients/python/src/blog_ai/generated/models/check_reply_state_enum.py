from typing import Literal, cast

CheckReplyStateEnum = Literal["could_be_better", "good", "not_applicable"]


def check_check_reply_state_enum(value: str) -> CheckReplyStateEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(CheckReplyStateEnum, value)
