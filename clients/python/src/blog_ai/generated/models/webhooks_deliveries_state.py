from typing import Literal, cast

WebhooksDeliveriesState = Literal["delivered", "failed", "pending"]


def check_webhooks_deliveries_state(value: str) -> WebhooksDeliveriesState:
    """The value as it is: a newer server may send one that is not listed here."""
    return cast(WebhooksDeliveriesState, value)
