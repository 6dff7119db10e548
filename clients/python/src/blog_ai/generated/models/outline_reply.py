from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.section_reply import SectionReply


T = TypeVar("T", bound="OutlineReply")


@_attrs_define
class OutlineReply:
    title: str
    slug: str
    description: str
    tags: list[str]
    introduction: str
    sections: list[SectionReply]
    conclusion_heading: str
    conclusion: str
    faq_heading: str
    questions: list[str]

    def to_dict(self) -> dict[str, Any]:
        title = self.title

        slug = self.slug

        description = self.description

        tags = self.tags

        introduction = self.introduction

        sections = []
        for sections_item_data in self.sections:
            sections_item = sections_item_data.to_dict()
            sections.append(sections_item)

        conclusion_heading = self.conclusion_heading

        conclusion = self.conclusion

        faq_heading = self.faq_heading

        questions = self.questions

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "title": title,
                "slug": slug,
                "description": description,
                "tags": tags,
                "introduction": introduction,
                "sections": sections,
                "conclusion_heading": conclusion_heading,
                "conclusion": conclusion,
                "faq_heading": faq_heading,
                "questions": questions,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.section_reply import SectionReply  # noqa: PLC0415

        d = dict(src_dict)
        title = d.pop("title")

        slug = d.pop("slug")

        description = d.pop("description")

        tags = cast(list[str], d.pop("tags"))

        introduction = d.pop("introduction")

        sections = []
        _sections = d.pop("sections")
        for sections_item_data in _sections:
            sections_item = SectionReply.from_dict(sections_item_data)

            sections.append(sections_item)

        conclusion_heading = d.pop("conclusion_heading")

        conclusion = d.pop("conclusion")

        faq_heading = d.pop("faq_heading")

        questions = cast(list[str], d.pop("questions"))

        outline_reply = cls(
            title=title,
            slug=slug,
            description=description,
            tags=tags,
            introduction=introduction,
            sections=sections,
            conclusion_heading=conclusion_heading,
            conclusion=conclusion,
            faq_heading=faq_heading,
            questions=questions,
        )

        return outline_reply
