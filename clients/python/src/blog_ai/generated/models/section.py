from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Section")


@_attrs_define
class Section:
    heading: str
    markdown: str
    """ Without the heading. """
    citations: list[Any]
    """ Always empty: posts have no sources yet. """

    def to_dict(self) -> dict[str, Any]:
        heading = self.heading

        markdown = self.markdown

        citations = self.citations

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "heading": heading,
                "markdown": markdown,
                "citations": citations,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        heading = d.pop("heading")

        markdown = d.pop("markdown")

        citations = cast(list[Any], d.pop("citations"))

        section = cls(
            heading=heading,
            markdown=markdown,
            citations=citations,
        )

        return section
