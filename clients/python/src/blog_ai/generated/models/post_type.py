from typing import Literal, cast

PostType = Literal["blog"]


def check_post_type(value: str) -> PostType:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(PostType, value)
