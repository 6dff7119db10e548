from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.run_ended_status_enum import RunEndedStatusEnum, check_run_ended_status_enum
from ..models.run_ended_type_enum import RunEndedTypeEnum, check_run_ended_type_enum

if TYPE_CHECKING:
    from ..models.error_reply import ErrorReply


T = TypeVar("T", bound="RunEnded")


@_attrs_define
class RunEnded:
    """What a callback says. A test event has the same fields, and ids of zeros."""

    type_: RunEndedTypeEnum
    """ * `run.completed` - run.completed
    * `run.failed` - run.failed
    * `run.cancelled` - run.cancelled
    * `test` - test """
    created_at: datetime.datetime
    run_id: UUID
    post_id: UUID
    conversation_id: str
    status: RunEndedStatusEnum
    """ * `completed` - completed
    * `failed` - failed
    * `cancelled` - cancelled """
    title: None | str
    """ Of the post; null when there is none. """
    error: ErrorReply | None
    """ Why there is no post; null where you stopped it. """
    url: str
    """ Where a person reads the post, or continues it. """
    status_url: str

    def to_dict(self) -> dict[str, Any]:
        from ..models.error_reply import ErrorReply  # noqa: PLC0415

        type_: str = self.type_

        created_at = self.created_at.isoformat()

        run_id = str(self.run_id)

        post_id = str(self.post_id)

        conversation_id = self.conversation_id

        status: str = self.status

        title: None | str
        title = self.title

        error: dict[str, Any] | None
        if isinstance(self.error, ErrorReply):
            error = self.error.to_dict()
        else:
            error = self.error

        url = self.url

        status_url = self.status_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "created_at": created_at,
                "run_id": run_id,
                "post_id": post_id,
                "conversation_id": conversation_id,
                "status": status,
                "title": title,
                "error": error,
                "url": url,
                "status_url": status_url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.error_reply import ErrorReply  # noqa: PLC0415

        d = dict(src_dict)
        type_ = check_run_ended_type_enum(d.pop("type"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at").replace("Z", "+00:00"))

        run_id = UUID(d.pop("run_id"))

        post_id = UUID(d.pop("post_id"))

        conversation_id = d.pop("conversation_id")

        status = check_run_ended_status_enum(d.pop("status"))

        def _parse_title(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        title = _parse_title(d.pop("title"))

        def _parse_error(data: object) -> ErrorReply | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = ErrorReply.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ErrorReply | None, data)

        error = _parse_error(d.pop("error"))

        url = d.pop("url")

        status_url = d.pop("status_url")

        run_ended = cls(
            type_=type_,
            created_at=created_at,
            run_id=run_id,
            post_id=post_id,
            conversation_id=conversation_id,
            status=status,
            title=title,
            error=error,
            url=url,
            status_url=status_url,
        )

        return run_ended
