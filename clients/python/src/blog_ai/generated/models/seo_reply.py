from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.check_reply import CheckReply


T = TypeVar("T", bound="SeoReply")


@_attrs_define
class SeoReply:
    keyword: str
    """ The one that was checked, or empty. """
    keywords: list[str]
    """ Those of the post’s brief. """
    truncated: bool
    """ Whether only the first 100,000 characters of a very long text were checked. """
    checks: list[CheckReply]

    def to_dict(self) -> dict[str, Any]:
        keyword = self.keyword

        keywords = self.keywords

        truncated = self.truncated

        checks = []
        for checks_item_data in self.checks:
            checks_item = checks_item_data.to_dict()
            checks.append(checks_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "keyword": keyword,
                "keywords": keywords,
                "truncated": truncated,
                "checks": checks,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.check_reply import CheckReply  # noqa: PLC0415

        d = dict(src_dict)
        keyword = d.pop("keyword")

        keywords = cast(list[str], d.pop("keywords"))

        truncated = d.pop("truncated")

        checks = []
        _checks = d.pop("checks")
        for checks_item_data in _checks:
            checks_item = CheckReply.from_dict(checks_item_data)

            checks.append(checks_item)

        seo_reply = cls(
            keyword=keyword,
            keywords=keywords,
            truncated=truncated,
            checks=checks,
        )

        return seo_reply
