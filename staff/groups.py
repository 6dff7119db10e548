"""The groups of staff, and what each of them sees and may do."""

from collections.abc import Iterable, Sequence

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.models import User

_ALL = (
    "accounts.view_user",
    "generation.view_run",
    "billing.view_tierlimit",
    "billing.view_usagerecord",
    "billing.view_stripeevent",
    "health.view_incident",
    "staff.view_staffaction",
    "staff.add_note",
    "staff.look_at_stripe",
)

GROUPS: dict[str, Sequence[str]] = {
    "support": (
        *_ALL,
        "accounts.view_apikey",
        "accounts.view_securityevent",
        "generation.view_post",
        "generation.view_notification",
        "generation.view_llmcall",
        "staff.retry_run",
        "staff.cancel_run",
        "staff.return_unit",
        "staff.revoke_key",
        "staff.confirm_email",
        "staff.close_account",
        "staff.reopen_account",
        "staff.resend_notification",
        "staff.read_post",
        "staff.reset_second_factors",
        "staff.open_incident",
        "staff.update_incident",
        "staff.resolve_incident",
    ),
    "billing": (
        *_ALL,
        "staff.return_unit",
        "staff.grant_units",
        "staff.give_plan",
        "staff.end_given_plan",
        "staff.set_cost_limit",
        "staff.change_plan",
    ),
    "engineer": (
        *_ALL,
        "accounts.view_apikey",
        "accounts.view_securityevent",
        "generation.view_post",
        "generation.view_notification",
        "generation.view_llmcall",
        "procrastinate.view_procrastinatejob",
        "staff.retry_run",
        "staff.cancel_run",
        "staff.revoke_key",
        "staff.resend_notification",
        "staff.open_incident",
        "staff.update_incident",
        "staff.resolve_incident",
    ),
}
"""Whoever is to say who is in which group is a superuser: that permission is in none of them."""


@transaction.atomic
def seed() -> list[str]:
    """Make the groups what they are here; returns a line for each change.

    Raises Permission.DoesNotExist before the migrations have run.
    """
    changes = []
    known = _permissions()
    for name, granted in GROUPS.items():
        group, new = Group.objects.get_or_create(name=name)
        if new:
            changes.append(f"{name}: added")
        before = {_name(each) for each in group.permissions.select_related("content_type")}
        group.permissions.set(known[each] for each in granted)
        changes += [f"{name}: may {each}" for each in sorted(set(granted) - before)]
        changes += [f"{name}: may no longer {each}" for each in sorted(before - set(granted))]
    return changes


@transaction.atomic
def set_role(*, user: User, is_staff: bool, names: Iterable[str]) -> None:
    """Let the user into the admin, in these groups and no others, or out of it."""
    User.objects.filter(pk=user.pk).update(is_staff=is_staff)
    user.groups.set(Group.objects.filter(name__in=names) if is_staff else [])


def names_of(user: User) -> list[str]:
    return list(user.groups.order_by("name").values_list("name", flat=True))


def _permissions() -> dict[str, Permission]:
    """Those that are granted, by name. Raises Permission.DoesNotExist if one is not there."""
    wanted = {name for granted in GROUPS.values() for name in granted}
    codenames = {name.partition(".")[2] for name in wanted}
    found = Permission.objects.filter(codename__in=codenames).select_related("content_type")
    known = {_name(each): each for each in found}
    if missing := wanted - known.keys():
        raise Permission.DoesNotExist(f"no permission {', '.join(sorted(missing))}")
    return known


def _name(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"
