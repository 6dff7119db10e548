from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.proposal_reply_kind_enum import ProposalReplyKindEnum, check_proposal_reply_kind_enum
from ..models.proposal_reply_state_enum import ProposalReplyStateEnum, check_proposal_reply_state_enum

T = TypeVar("T", bound="ProposalReply")


@_attrs_define
class ProposalReply:
    id: UUID
    kind: ProposalReplyKindEnum
    """ * `model` - Model
    * `conflict` - Conflict """
    state: ProposalReplyStateEnum
    """ * `open` - Open
    * `accepted` - Accepted
    * `dropped` - Dropped
    * `stale` - Stale """
    base: int
    """ The version that it is about. """
    part: str
    """ The part that it is about; empty if it isn't about a part. """
    start: int | None
    end: int | None
    """ The passage, in UTF-16 code units of that version's text; null if that is gone. """
    original: str
    """ What stands in the passage. """
    body: str
    """ What should stand there. """
    instruction: str
    run_id: None | UUID
    version: int | None
    """ Of a conflict: the version that has the whole text as it was sent. """
    created_at: datetime.datetime
    decided_at: datetime.datetime | None

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        kind: str = self.kind

        state: str = self.state

        base = self.base

        part = self.part

        start: int | None
        start = self.start

        end: int | None
        end = self.end

        original = self.original

        body = self.body

        instruction = self.instruction

        run_id: None | str
        if isinstance(self.run_id, UUID):
            run_id = str(self.run_id)
        else:
            run_id = self.run_id

        version: int | None
        version = self.version

        created_at = self.created_at.isoformat()

        decided_at: None | str
        if isinstance(self.decided_at, datetime.datetime):
            decided_at = self.decided_at.isoformat()
        else:
            decided_at = self.decided_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "state": state,
                "base": base,
                "part": part,
                "start": start,
                "end": end,
                "original": original,
                "body": body,
                "instruction": instruction,
                "run_id": run_id,
                "version": version,
                "created_at": created_at,
                "decided_at": decided_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = check_proposal_reply_kind_enum(d.pop("kind"))

        state = check_proposal_reply_state_enum(d.pop("state"))

        base = d.pop("base")

        part = d.pop("part")

        def _parse_start(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        start = _parse_start(d.pop("start"))

        def _parse_end(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        end = _parse_end(d.pop("end"))

        original = d.pop("original")

        body = d.pop("body")

        instruction = d.pop("instruction")

        def _parse_run_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                run_id_type_0 = UUID(data)

                return run_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        run_id = _parse_run_id(d.pop("run_id"))

        def _parse_version(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        version = _parse_version(d.pop("version"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at").replace("Z", "+00:00"))

        def _parse_decided_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_at_type_0 = datetime.datetime.fromisoformat(data.replace("Z", "+00:00"))

                return decided_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        decided_at = _parse_decided_at(d.pop("decided_at"))

        proposal_reply = cls(
            id=id,
            kind=kind,
            state=state,
            base=base,
            part=part,
            start=start,
            end=end,
            original=original,
            body=body,
            instruction=instruction,
            run_id=run_id,
            version=version,
            created_at=created_at,
            decided_at=decided_at,
        )

        return proposal_reply
