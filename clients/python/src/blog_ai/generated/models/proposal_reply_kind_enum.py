from typing import Literal, cast

ProposalReplyKindEnum = Literal["conflict", "model"]


def check_proposal_reply_kind_enum(value: str) -> ProposalReplyKindEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(ProposalReplyKindEnum, value)
