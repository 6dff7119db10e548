from typing import Literal, cast

PermissionsEnum = Literal["generate", "manage", "read"]


def check_permissions_enum(value: str) -> PermissionsEnum:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(PermissionsEnum, value)
