from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.accepted_status import AcceptedStatus, check_accepted_status

T = TypeVar("T", bound="ProposalAccepted")


@_attrs_define
class ProposalAccepted:
    status: AcceptedStatus
    """ * `queued` - queued
    * `waiting` - waiting """
    id: UUID
    """ The proposal’s, from the start. It’s there once the run is completed. """
    run_id: UUID
    conversation_id: str
    status_url: str
    events_url: str
    """ Server-sent events. """
    ws_url: str
    estimated_cost_usd: None | str
    """ About what it costs, said before; null: the price of the model is not known. """

    def to_dict(self) -> dict[str, Any]:
        status: str = self.status

        id = str(self.id)

        run_id = str(self.run_id)

        conversation_id = self.conversation_id

        status_url = self.status_url

        events_url = self.events_url

        ws_url = self.ws_url

        estimated_cost_usd: None | str
        estimated_cost_usd = self.estimated_cost_usd

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "status": status,
                "id": id,
                "run_id": run_id,
                "conversation_id": conversation_id,
                "status_url": status_url,
                "events_url": events_url,
                "ws_url": ws_url,
                "estimated_cost_usd": estimated_cost_usd,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = check_accepted_status(d.pop("status"))

        id = UUID(d.pop("id"))

        run_id = UUID(d.pop("run_id"))

        conversation_id = d.pop("conversation_id")

        status_url = d.pop("status_url")

        events_url = d.pop("events_url")

        ws_url = d.pop("ws_url")

        def _parse_estimated_cost_usd(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        estimated_cost_usd = _parse_estimated_cost_usd(d.pop("estimated_cost_usd"))

        proposal_accepted = cls(
            status=status,
            id=id,
            run_id=run_id,
            conversation_id=conversation_id,
            status_url=status_url,
            events_url=events_url,
            ws_url=ws_url,
            estimated_cost_usd=estimated_cost_usd,
        )

        return proposal_accepted
