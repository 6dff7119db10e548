from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="TextBody")


@_attrs_define
class TextBody:
    """A post's whole text, as it is now in an editor."""

    base: int
    """ The version that the text was made of. Any will do. """
    text: str
    """ Markdown, without the title; at most 2 MB. """
    session: None | Unset | UUID = UNSET
    """ Yours to make up, one for each open editor. Its autosaves may be thinned out. """

    def to_dict(self) -> dict[str, Any]:
        base = self.base

        text = self.text

        session: None | str | Unset
        if isinstance(self.session, Unset):
            session = UNSET
        elif isinstance(self.session, UUID):
            session = str(self.session)
        else:
            session = self.session

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "base": base,
                "text": text,
            }
        )
        if session is not UNSET:
            field_dict["session"] = session

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        base = d.pop("base")

        text = d.pop("text")

        def _parse_session(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                session_type_0 = UUID(data)

                return session_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        session = _parse_session(d.pop("session", UNSET))

        text_body = cls(
            base=base,
            text=text,
            session=session,
        )

        return text_body
