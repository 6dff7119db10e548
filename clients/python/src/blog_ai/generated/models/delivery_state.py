from typing import Literal, cast

DeliveryState = Literal["delivered", "failed", "pending"]


def check_delivery_state(value: str) -> DeliveryState:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(DeliveryState, value)
