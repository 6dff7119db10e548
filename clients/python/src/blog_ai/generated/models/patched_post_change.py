from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="PatchedPostChange")


@_attrs_define
class PatchedPostChange:
    """The fields to change; omitted ones stay as they are."""

    title: str | Unset = UNSET
    slug: str | Unset = UNSET
    description: str | Unset = UNSET
    tags: list[str] | Unset = UNSET
    is_favorite: bool | Unset = UNSET
    favourite: bool | Unset = UNSET
    """ The same as `is_favorite`. """

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

        is_favorite = self.is_favorite

        favourite = self.favourite

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
        if is_favorite is not UNSET:
            field_dict["is_favorite"] = is_favorite
        if favourite is not UNSET:
            field_dict["favourite"] = favourite

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        title = d.pop("title", UNSET)

        slug = d.pop("slug", UNSET)

        def _parse_description(data: object) -> str | Unset:
            if isinstance(data, Unset):
                return data
            return cast(str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        tags = cast(list[str], d.pop("tags", UNSET))

        is_favorite = d.pop("is_favorite", UNSET)

        favourite = d.pop("favourite", UNSET)

        patched_post_change = cls(
            title=title,
            slug=slug,
            description=description,
            tags=tags,
            is_favorite=is_favorite,
            favourite=favourite,
        )

        return patched_post_change
