"""The groups that the command makes."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from staff.groups import GROUPS

pytestmark = pytest.mark.django_db


def said() -> str:
    out = StringIO()
    call_command("seed_staff_groups", stdout=out)
    return out.getvalue()


def test_it_works_and_a_second_time_changes_nothing() -> None:
    assert "billing: may staff.give_plan\n" in said()
    assert said() == "The groups are up to date.\n"
    for name, granted in GROUPS.items():
        permissions = Group.objects.get(name=name).permissions.select_related("content_type")
        assert {f"{each.content_type.app_label}.{each.codename}" for each in permissions} == set(granted)


def test_what_somebody_changed_is_put_right() -> None:
    said()
    support = Group.objects.get(name="support")
    support.permissions.remove(Permission.objects.get(codename="retry_run"))
    support.permissions.add(Permission.objects.get(codename="give_plan"))
    assert said() == "support: may staff.retry_run\nsupport: may no longer staff.give_plan\n"


def test_no_group_says_who_is_staff() -> None:
    assert not [name for name, granted in GROUPS.items() if "staff.set_role" in granted]
