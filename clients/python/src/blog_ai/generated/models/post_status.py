from typing import Literal, cast

PostStatus = Literal["success"]


def check_post_status(value: str) -> PostStatus:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(PostStatus, value)
