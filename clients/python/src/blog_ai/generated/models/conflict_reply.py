from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

T = TypeVar("T", bound="ConflictReply")


@_attrs_define
class ConflictReply:
    proposal_id: UUID
    """ The passage that couldn't be merged, for you to decide. """
    version: int
    """ The version that has all of the text you sent. """

    def to_dict(self) -> dict[str, Any]:
        proposal_id = str(self.proposal_id)

        version = self.version

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "proposal_id": proposal_id,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        proposal_id = UUID(d.pop("proposal_id"))

        version = d.pop("version")

        conflict_reply = cls(
            proposal_id=proposal_id,
            version=version,
        )

        return conflict_reply
