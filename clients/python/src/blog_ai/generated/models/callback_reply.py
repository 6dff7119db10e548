from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.delivery_state import DeliveryState, check_delivery_state

T = TypeVar("T", bound="CallbackReply")


@_attrs_define
class CallbackReply:
    state: DeliveryState
    """ * `pending` - pending
    * `delivered` - delivered
    * `failed` - failed """
    attempts: int
    last_status: int | None
    """ What your server answered. """
    last_error: str
    """ A code; empty when it was delivered. """

    def to_dict(self) -> dict[str, Any]:
        state: str = self.state

        attempts = self.attempts

        last_status: int | None
        last_status = self.last_status

        last_error = self.last_error

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "state": state,
                "attempts": attempts,
                "last_status": last_status,
                "last_error": last_error,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        state = check_delivery_state(d.pop("state"))

        attempts = d.pop("attempts")

        def _parse_last_status(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        last_status = _parse_last_status(d.pop("last_status"))

        last_error = d.pop("last_error")

        callback_reply = cls(
            state=state,
            attempts=attempts,
            last_status=last_status,
            last_error=last_error,
        )

        return callback_reply
