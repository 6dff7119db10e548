from typing import Literal, cast

AuthorEnum = Literal["merge", "model", "person", "restore"]


def check_author_enum(value: str) -> AuthorEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(AuthorEnum, value)
