from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.delivery_reply_type_enum import DeliveryReplyTypeEnum, check_delivery_reply_type_enum
from ..models.delivery_state import DeliveryState, check_delivery_state

T = TypeVar("T", bound="DeliveryReply")


@_attrs_define
class DeliveryReply:
    id: UUID
    """ The `webhook-id` of every attempt. """
    run_id: UUID
    post_id: UUID
    type_: DeliveryReplyTypeEnum
    """ * `run.completed` - run.completed
    * `run.failed` - run.failed
    * `run.cancelled` - run.cancelled """
    url: str
    """ The run's `callback_url` without its query. """
    state: DeliveryState
    """ * `pending` - pending
    * `delivered` - delivered
    * `failed` - failed """
    attempts: int
    last_status: int | None
    """ What your server answered. """
    last_error: str
    """ A code; empty when it was delivered. """
    next_attempt_at: datetime.datetime | None
    """ Null: none, or right away. """
    created_at: datetime.datetime
    tried_at: datetime.datetime | None

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        run_id = str(self.run_id)

        post_id = str(self.post_id)

        type_: str = self.type_

        url = self.url

        state: str = self.state

        attempts = self.attempts

        last_status: int | None
        last_status = self.last_status

        last_error = self.last_error

        next_attempt_at: None | str
        if isinstance(self.next_attempt_at, datetime.datetime):
            next_attempt_at = self.next_attempt_at.isoformat()
        else:
            next_attempt_at = self.next_attempt_at

        created_at = self.created_at.isoformat()

        tried_at: None | str
        if isinstance(self.tried_at, datetime.datetime):
            tried_at = self.tried_at.isoformat()
        else:
            tried_at = self.tried_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "run_id": run_id,
                "post_id": post_id,
                "type": type_,
                "url": url,
                "state": state,
                "attempts": attempts,
                "last_status": last_status,
                "last_error": last_error,
                "next_attempt_at": next_attempt_at,
                "created_at": created_at,
                "tried_at": tried_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        run_id = UUID(d.pop("run_id"))

        post_id = UUID(d.pop("post_id"))

        type_ = check_delivery_reply_type_enum(d.pop("type"))

        url = d.pop("url")

        state = check_delivery_state(d.pop("state"))

        attempts = d.pop("attempts")

        def _parse_last_status(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        last_status = _parse_last_status(d.pop("last_status"))

        last_error = d.pop("last_error")

        def _parse_next_attempt_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_attempt_at_type_0 = datetime.datetime.fromisoformat(data.replace("Z", "+00:00"))

                return next_attempt_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_attempt_at = _parse_next_attempt_at(d.pop("next_attempt_at"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at").replace("Z", "+00:00"))

        def _parse_tried_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                tried_at_type_0 = datetime.datetime.fromisoformat(data.replace("Z", "+00:00"))

                return tried_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        tried_at = _parse_tried_at(d.pop("tried_at"))

        delivery_reply = cls(
            id=id,
            run_id=run_id,
            post_id=post_id,
            type_=type_,
            url=url,
            state=state,
            attempts=attempts,
            last_status=last_status,
            last_error=last_error,
            next_attempt_at=next_attempt_at,
            created_at=created_at,
            tried_at=tried_at,
        )

        return delivery_reply
