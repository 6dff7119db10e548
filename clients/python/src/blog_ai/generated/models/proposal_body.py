from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.selection_field import SelectionField


T = TypeVar("T", bound="ProposalBody")


@_attrs_define
class ProposalBody:
    """A section, or a selection in one, and what a model is to do with it."""

    instruction: str
    """ “Shorter”, “More concrete”, “Simpler”, “Write again”, or your own words. """
    part: str | Unset = UNSET
    """ The name of a part, such as `section-2`; or a `selection`. """
    selection: SelectionField | Unset = UNSET
    """ From `start` to `end`, in UTF-16 code units of the text of version `base`. All in one section. """
    base: int | Unset = UNSET
    """ With a `selection`: the version whose text it counts in. """

    def to_dict(self) -> dict[str, Any]:
        instruction = self.instruction

        part = self.part

        selection: dict[str, Any] | Unset = UNSET
        if not isinstance(self.selection, Unset):
            selection = self.selection.to_dict()

        base = self.base

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "instruction": instruction,
            }
        )
        if part is not UNSET:
            field_dict["part"] = part
        if selection is not UNSET:
            field_dict["selection"] = selection
        if base is not UNSET:
            field_dict["base"] = base

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.selection_field import SelectionField  # noqa: PLC0415

        d = dict(src_dict)
        instruction = d.pop("instruction")

        part = d.pop("part", UNSET)

        _selection = d.pop("selection", UNSET)
        selection: SelectionField | Unset
        if isinstance(_selection, Unset):
            selection = UNSET
        else:
            selection = SelectionField.from_dict(_selection)

        base = d.pop("base", UNSET)

        proposal_body = cls(
            instruction=instruction,
            part=part,
            selection=selection,
            base=base,
        )

        return proposal_body
