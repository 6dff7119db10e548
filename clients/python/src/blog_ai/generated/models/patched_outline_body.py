from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.section_body import SectionBody


T = TypeVar("T", bound="PatchedOutlineBody")


@_attrs_define
class PatchedOutlineBody:
    """The fields of an outline to replace; omitted fields stay as they are."""

    title: str | Unset = UNSET
    slug: str | Unset = UNSET
    """ Derived from a new title unless given. """
    description: str | Unset = UNSET
    tags: list[str] | Unset = UNSET
    introduction: str | Unset = UNSET
    """ What the introduction should do. """
    sections: list[SectionBody] | Unset = UNSET
    """ All of them, in order. """
    conclusion_heading: str | Unset = UNSET
    conclusion: str | Unset = UNSET
    faq_heading: str | Unset = UNSET
    questions: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        title = self.title

        slug = self.slug

        description: str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        tags: list[str] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags

        introduction: str | Unset
        if isinstance(self.introduction, Unset):
            introduction = UNSET
        else:
            introduction = self.introduction

        sections: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.sections, Unset):
            sections = []
            for sections_item_data in self.sections:
                sections_item = sections_item_data.to_dict()
                sections.append(sections_item)

        conclusion_heading = self.conclusion_heading

        conclusion: str | Unset
        if isinstance(self.conclusion, Unset):
            conclusion = UNSET
        else:
            conclusion = self.conclusion

        faq_heading = self.faq_heading

        questions: list[str] | Unset = UNSET
        if not isinstance(self.questions, Unset):
            questions = self.questions

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if title is not UNSET:
            field_dict["title"] = title
        if slug is not UNSET:
            field_dict["slug"] = slug
        if description is not UNSET:
            field_dict["description"] = description
        if tags is not UNSET:
            field_dict["tags"] = tags
        if introduction is not UNSET:
            field_dict["introduction"] = introduction
        if sections is not UNSET:
            field_dict["sections"] = sections
        if conclusion_heading is not UNSET:
            field_dict["conclusion_heading"] = conclusion_heading
        if conclusion is not UNSET:
            field_dict["conclusion"] = conclusion
        if faq_heading is not UNSET:
            field_dict["faq_heading"] = faq_heading
        if questions is not UNSET:
            field_dict["questions"] = questions

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.section_body import SectionBody  # noqa: PLC0415

        d = dict(src_dict)
        title = d.pop("title", UNSET)

        slug = d.pop("slug", UNSET)

        def _parse_description(data: object) -> str | Unset:
            if isinstance(data, Unset):
                return data
            return cast(str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        tags = cast(list[str], d.pop("tags", UNSET))

        def _parse_introduction(data: object) -> str | Unset:
            if isinstance(data, Unset):
                return data
            return cast(str | Unset, data)

        introduction = _parse_introduction(d.pop("introduction", UNSET))

        _sections = d.pop("sections", UNSET)
        sections: list[SectionBody] | Unset = UNSET
        if _sections is not UNSET:
            sections = []
            for sections_item_data in _sections:
                sections_item = SectionBody.from_dict(sections_item_data)

                sections.append(sections_item)

        conclusion_heading = d.pop("conclusion_heading", UNSET)

        def _parse_conclusion(data: object) -> str | Unset:
            if isinstance(data, Unset):
                return data
            return cast(str | Unset, data)

        conclusion = _parse_conclusion(d.pop("conclusion", UNSET))

        faq_heading = d.pop("faq_heading", UNSET)

        questions = cast(list[str], d.pop("questions", UNSET))

        patched_outline_body = cls(
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

        return patched_outline_body
