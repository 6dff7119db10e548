from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.problem_code import ProblemCode, check_problem_code
from ..models.problem_permission import ProblemPermission, check_problem_permission
from ..models.problem_status import ProblemStatus, check_problem_status
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.problem_errors import ProblemErrors


T = TypeVar("T", bound="Problem")


@_attrs_define
class Problem:
    """Every error (RFC 9457). `code` is stable; `detail` is for people."""

    type_: str
    title: str
    status: ProblemStatus
    detail: str
    code: ProblemCode
    request_id: None | str
    """ Also in the header X-Request-ID. """
    errors: ProblemErrors | Unset = UNSET
    """ Of a validation_error: what is wrong with each field. """
    retry_after: int | Unset = UNSET
    """ Seconds; also in the header Retry-After. """
    scope: str | Unset = UNSET
    """ Of rate_limited: what there is too much of: requests of a `user`, a `key`, an `address`, work on models
    (`generation`), visits to Stripe (`payments`), or wrong keys (`authentication`). """
    run_id: UUID | Unset = UNSET
    """ Of a conflict or a failure: the run that it is about. """
    permission: ProblemPermission | Unset = UNSET
    """ Of permission_denied: what the API key lacks. """
    tier: str | Unset = UNSET
    """ Of quota_exceeded: the caller's plan. """
    used: int | Unset = UNSET
    """ Of quota_exceeded: posts taken and reserved. """
    limit: int | Unset = UNSET
    """ Of quota_exceeded: posts of the plan. """
    resets_at: datetime.datetime | Unset = UNSET
    """ Of quota_exceeded and a month's cost_limit_reached: when there are posts again. """
    current_tier: str | Unset = UNSET
    """ Of tier_required: the caller's plan. """
    required_tier: str | Unset = UNSET
    """ Of tier_required: the smallest that will do. """
    billing_url: str | Unset = UNSET
    """ Of a conflict with a subscription that there is already: where it is changed. """
    upgrade_url: str | Unset = UNSET
    """ Where there are larger plans: of quota_exceeded, tier_required, and a month's cost_limit_reached, unless
    yours is the largest. """

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        title = self.title

        status: int = self.status

        detail = self.detail

        code: str = self.code

        request_id: None | str
        request_id = self.request_id

        errors: dict[str, Any] | Unset = UNSET
        if not isinstance(self.errors, Unset):
            errors = self.errors.to_dict()

        retry_after = self.retry_after

        scope = self.scope

        run_id: str | Unset = UNSET
        if not isinstance(self.run_id, Unset):
            run_id = str(self.run_id)

        permission: str | Unset = UNSET
        if not isinstance(self.permission, Unset):
            permission = self.permission

        tier = self.tier

        used = self.used

        limit = self.limit

        resets_at: str | Unset = UNSET
        if not isinstance(self.resets_at, Unset):
            resets_at = self.resets_at.isoformat()

        current_tier = self.current_tier

        required_tier = self.required_tier

        billing_url = self.billing_url

        upgrade_url = self.upgrade_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "title": title,
                "status": status,
                "detail": detail,
                "code": code,
                "request_id": request_id,
            }
        )
        if errors is not UNSET:
            field_dict["errors"] = errors
        if retry_after is not UNSET:
            field_dict["retry_after"] = retry_after
        if scope is not UNSET:
            field_dict["scope"] = scope
        if run_id is not UNSET:
            field_dict["run_id"] = run_id
        if permission is not UNSET:
            field_dict["permission"] = permission
        if tier is not UNSET:
            field_dict["tier"] = tier
        if used is not UNSET:
            field_dict["used"] = used
        if limit is not UNSET:
            field_dict["limit"] = limit
        if resets_at is not UNSET:
            field_dict["resets_at"] = resets_at
        if current_tier is not UNSET:
            field_dict["current_tier"] = current_tier
        if required_tier is not UNSET:
            field_dict["required_tier"] = required_tier
        if billing_url is not UNSET:
            field_dict["billing_url"] = billing_url
        if upgrade_url is not UNSET:
            field_dict["upgrade_url"] = upgrade_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.problem_errors import ProblemErrors  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        title = d.pop("title")

        status = check_problem_status(d.pop("status"))

        detail = d.pop("detail")

        code = check_problem_code(d.pop("code"))

        def _parse_request_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        request_id = _parse_request_id(d.pop("request_id"))

        _errors = d.pop("errors", UNSET)
        errors: ProblemErrors | Unset
        if isinstance(_errors, Unset):
            errors = UNSET
        else:
            errors = ProblemErrors.from_dict(_errors)

        retry_after = d.pop("retry_after", UNSET)

        scope = d.pop("scope", UNSET)

        _run_id = d.pop("run_id", UNSET)
        run_id: UUID | Unset
        if isinstance(_run_id, Unset):
            run_id = UNSET
        else:
            run_id = UUID(_run_id)

        _permission = d.pop("permission", UNSET)
        permission: ProblemPermission | Unset
        if isinstance(_permission, Unset):
            permission = UNSET
        else:
            permission = check_problem_permission(_permission)

        tier = d.pop("tier", UNSET)

        used = d.pop("used", UNSET)

        limit = d.pop("limit", UNSET)

        _resets_at = d.pop("resets_at", UNSET)
        resets_at: datetime.datetime | Unset
        if isinstance(_resets_at, Unset):
            resets_at = UNSET
        else:
            resets_at = datetime.datetime.fromisoformat(_resets_at.replace("Z", "+00:00"))

        current_tier = d.pop("current_tier", UNSET)

        required_tier = d.pop("required_tier", UNSET)

        billing_url = d.pop("billing_url", UNSET)

        upgrade_url = d.pop("upgrade_url", UNSET)

        problem = cls(
            type_=type_,
            title=title,
            status=status,
            detail=detail,
            code=code,
            request_id=request_id,
            errors=errors,
            retry_after=retry_after,
            scope=scope,
            run_id=run_id,
            permission=permission,
            tier=tier,
            used=used,
            limit=limit,
            resets_at=resets_at,
            current_tier=current_tier,
            required_tier=required_tier,
            billing_url=billing_url,
            upgrade_url=upgrade_url,
        )

        return problem
