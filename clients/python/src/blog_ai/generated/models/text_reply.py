from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="TextReply")


@_attrs_define
class TextReply:
    version: int
    title: str
    text: str
    """ Markdown, without the title. """

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        title = self.title

        text = self.text

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "version": version,
                "title": title,
                "text": text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        version = d.pop("version")

        title = d.pop("title")

        text = d.pop("text")

        text_reply = cls(
            version=version,
            title=title,
            text=text,
        )

        return text_reply
