from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.diff_piece_kind_enum import DiffPieceKindEnum, check_diff_piece_kind_enum

T = TypeVar("T", bound="DiffPiece")


@_attrs_define
class DiffPiece:
    kind: DiffPieceKindEnum
    """ * `same` - same
    * `delete` - delete
    * `insert` - insert """
    text: str

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        text = self.text

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "text": text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = check_diff_piece_kind_enum(d.pop("kind"))

        text = d.pop("text")

        diff_piece = cls(
            kind=kind,
            text=text,
        )

        return diff_piece
