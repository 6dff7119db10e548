from typing import Literal, cast

PostsProposalsState = Literal["accepted", "dropped", "open", "stale"]


def check_posts_proposals_state(value: str) -> PostsProposalsState:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(PostsProposalsState, value)
