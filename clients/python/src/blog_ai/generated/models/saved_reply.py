from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.conflict_reply import ConflictReply
    from ..models.text_change import TextChange


T = TypeVar("T", bound="SavedReply")


@_attrs_define
class SavedReply:
    """The post now."""

    version: int
    title: str
    text: str
    """ Markdown, without the title. """
    merged: bool
    """ Whether the text has more than what you sent. """
    changes: list[TextChange]
    """ What makes `text` of the text you sent, in UTF-16 code units of that. """
    conflict: ConflictReply | None

    def to_dict(self) -> dict[str, Any]:
        from ..models.conflict_reply import ConflictReply  # noqa: PLC0415

        version = self.version

        title = self.title

        text = self.text

        merged = self.merged

        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)

        conflict: dict[str, Any] | None
        if isinstance(self.conflict, ConflictReply):
            conflict = self.conflict.to_dict()
        else:
            conflict = self.conflict

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "version": version,
                "title": title,
                "text": text,
                "merged": merged,
                "changes": changes,
                "conflict": conflict,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.conflict_reply import ConflictReply  # noqa: PLC0415
        from ..models.text_change import TextChange  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        title = d.pop("title")

        text = d.pop("text")

        merged = d.pop("merged")

        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = TextChange.from_dict(changes_item_data)

            changes.append(changes_item)

        def _parse_conflict(data: object) -> ConflictReply | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                conflict_type_0 = ConflictReply.from_dict(data)

                return conflict_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ConflictReply | None, data)

        conflict = _parse_conflict(d.pop("conflict"))

        saved_reply = cls(
            version=version,
            title=title,
            text=text,
            merged=merged,
            changes=changes,
            conflict=conflict,
        )

        return saved_reply
