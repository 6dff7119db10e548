from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.trial_error import TrialError


T = TypeVar("T", bound="WebhookTestReply")


@_attrs_define
class WebhookTestReply:
    url: str
    """ Without its query. """
    delivered: bool
    """ Whether your server answered 2xx. """
    status: int | None
    """ What it answered. """
    error: None | TrialError
    """ What kept it from answering. """
    duration_ms: int

    def to_dict(self) -> dict[str, Any]:
        from ..models.trial_error import TrialError  # noqa: PLC0415

        url = self.url

        delivered = self.delivered

        status: int | None
        status = self.status

        error: dict[str, Any] | None
        if isinstance(self.error, TrialError):
            error = self.error.to_dict()
        else:
            error = self.error

        duration_ms = self.duration_ms

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "url": url,
                "delivered": delivered,
                "status": status,
                "error": error,
                "duration_ms": duration_ms,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.trial_error import TrialError  # noqa: PLC0415

        d = dict(src_dict)
        url = d.pop("url")

        delivered = d.pop("delivered")

        def _parse_status(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        status = _parse_status(d.pop("status"))

        def _parse_error(data: object) -> None | TrialError:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = TrialError.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TrialError, data)

        error = _parse_error(d.pop("error"))

        duration_ms = d.pop("duration_ms")

        webhook_test_reply = cls(
            url=url,
            delivered=delivered,
            status=status,
            error=error,
            duration_ms=duration_ms,
        )

        return webhook_test_reply
