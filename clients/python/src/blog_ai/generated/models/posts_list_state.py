from typing import Literal, cast

PostsListState = Literal["finished"]


def check_posts_list_state(value: str) -> PostsListState:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(PostsListState, value)
