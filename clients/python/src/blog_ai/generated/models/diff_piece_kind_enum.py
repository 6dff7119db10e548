from typing import Literal, cast

DiffPieceKindEnum = Literal["delete", "insert", "same"]


def check_diff_piece_kind_enum(value: str) -> DiffPieceKindEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(DiffPieceKindEnum, value)
