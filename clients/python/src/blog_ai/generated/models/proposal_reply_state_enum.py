from typing import Literal, cast

ProposalReplyStateEnum = Literal["accepted", "dropped", "open", "stale"]


def check_proposal_reply_state_enum(value: str) -> ProposalReplyStateEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(ProposalReplyStateEnum, value)
