from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.run_status import RunStatus, check_run_status

if TYPE_CHECKING:
    from ..models.callback_reply import CallbackReply
    from ..models.error_reply import ErrorReply
    from ..models.step_reply import StepReply


T = TypeVar("T", bound="RunReply")


@_attrs_define
class RunReply:
    id: UUID
    kind: str
    """ What it makes: `post`, or a later kind of work with a model. """
    status: RunStatus
    """ * `queued` - queued
    * `running` - running
    * `waiting` - waiting
    * `completed` - completed
    * `failed` - failed
    * `cancelled` - cancelled """
    ahead: int
    """ While it is queued: how many of your open runs came before. """
    topic: str
    """ What was asked for. """
    test: bool
    """ Whether a test key started it: its model is simulated. """
    post_id: UUID
    conversation_id: str
    steps: list[StepReply]
    error: ErrorReply | None
    callback: CallbackReply | None
    """ The newest. Null until the run has ended, or when it has no `callback_url`. """
    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: str
    """ So far. """
    estimated_cost_usd: None | str
    """ About what it costs, said before; null: the price of the model is not known. """
    max_cost_usd: None | str
    created_at: datetime.datetime
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None

    def to_dict(self) -> dict[str, Any]:
        from ..models.callback_reply import CallbackReply  # noqa: PLC0415
        from ..models.error_reply import ErrorReply  # noqa: PLC0415

        id = str(self.id)

        kind = self.kind

        status: str = self.status

        ahead = self.ahead

        topic = self.topic

        test = self.test

        post_id = str(self.post_id)

        conversation_id = self.conversation_id

        steps = []
        for steps_item_data in self.steps:
            steps_item = steps_item_data.to_dict()
            steps.append(steps_item)

        error: dict[str, Any] | None
        if isinstance(self.error, ErrorReply):
            error = self.error.to_dict()
        else:
            error = self.error

        callback: dict[str, Any] | None
        if isinstance(self.callback, CallbackReply):
            callback = self.callback.to_dict()
        else:
            callback = self.callback

        calls = self.calls

        input_tokens = self.input_tokens

        output_tokens = self.output_tokens

        cost_usd = self.cost_usd

        estimated_cost_usd: None | str
        estimated_cost_usd = self.estimated_cost_usd

        max_cost_usd: None | str
        max_cost_usd = self.max_cost_usd

        created_at = self.created_at.isoformat()

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "status": status,
                "ahead": ahead,
                "topic": topic,
                "test": test,
                "post_id": post_id,
                "conversation_id": conversation_id,
                "steps": steps,
                "error": error,
                "callback": callback,
                "calls": calls,
                "input_tokens": input_tokens,
                "output_tokens": output_tokens,
                "cost_usd": cost_usd,
                "estimated_cost_usd": estimated_cost_usd,
                "max_cost_usd": max_cost_usd,
                "created_at": created_at,
                "started_at": started_at,
                "finished_at": finished_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.callback_reply import CallbackReply  # noqa: PLC0415
        from ..models.error_reply import ErrorReply  # noqa: PLC0415
        from ..models.step_reply import StepReply  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = d.pop("kind")

        status = check_run_status(d.pop("status"))

        ahead = d.pop("ahead")

        topic = d.pop("topic")

        test = d.pop("test")

        post_id = UUID(d.pop("post_id"))

        conversation_id = d.pop("conversation_id")

        steps = []
        _steps = d.pop("steps")
        for steps_item_data in _steps:
            steps_item = StepReply.from_dict(steps_item_data)

            steps.append(steps_item)

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

        def _parse_callback(data: object) -> CallbackReply | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                callback_type_0 = CallbackReply.from_dict(data)

                return callback_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CallbackReply | None, data)

        callback = _parse_callback(d.pop("callback"))

        calls = d.pop("calls")

        input_tokens = d.pop("input_tokens")

        output_tokens = d.pop("output_tokens")

        cost_usd = d.pop("cost_usd")

        def _parse_estimated_cost_usd(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        estimated_cost_usd = _parse_estimated_cost_usd(d.pop("estimated_cost_usd"))

        def _parse_max_cost_usd(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        max_cost_usd = _parse_max_cost_usd(d.pop("max_cost_usd"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at").replace("Z", "+00:00"))

        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data.replace("Z", "+00:00"))

                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        started_at = _parse_started_at(d.pop("started_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data.replace("Z", "+00:00"))

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        run_reply = cls(
            id=id,
            kind=kind,
            status=status,
            ahead=ahead,
            topic=topic,
            test=test,
            post_id=post_id,
            conversation_id=conversation_id,
            steps=steps,
            error=error,
            callback=callback,
            calls=calls,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cost_usd=cost_usd,
            estimated_cost_usd=estimated_cost_usd,
            max_cost_usd=max_cost_usd,
            created_at=created_at,
            started_at=started_at,
            finished_at=finished_at,
        )

        return run_reply
