"""API keys, by their first and last characters: nobody has the rest."""

from typing import Any

from django.contrib.admin import display
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest

from accounts.models import ApiKey
from staff.actions.catalogue import offered
from staff.admin.base import Filter, Screens
from staff.admin.cells import link, moment, state
from staff.admin.search import KEY_START, SHOWN_OF_KEY, people, uuid_of


class Usable(Filter):
    title = "State"
    parameter_name = "state"
    offered = {"works": "Works", "expired": "Expired", "revoked": "Revoked"}

    def narrowed(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if value == "revoked":
            return rows.exclude(revoked_at=None)
        expired = Q(expires_at__lte=Now())
        return rows.filter(expired if value == "expired" else ~expired | Q(expires_at=None), revoked_at=None)


class ApiKeys(Screens[ApiKey]):
    title = "API keys"
    list_display = ("shown", "name", "account", "may", "state", "used", "made")
    list_filter = (Usable,)
    search_by = "First characters of a key; id of a key or user; or a whole email"
    screen_template = "staff/key.html"

    def rows(self) -> QuerySet[ApiKey]:
        return ApiKey.objects.select_related("owner").defer("digest")

    def found(self, rows: QuerySet[ApiKey], words: str) -> QuerySet[ApiKey]:
        if words.startswith(KEY_START):
            return rows.filter(prefix=words[:SHOWN_OF_KEY])
        if number := uuid_of(words):
            return rows.filter(Q(pk=number) | Q(owner=number))
        return rows.filter(owner__in=people(words))

    def screen(self, key: ApiKey, request: HttpRequest) -> dict[str, Any]:
        return {"title": f"API key {key}", "actions": offered(key, request.user), "state": state_of(key)}

    @display(description="Key")
    def shown(self, key: ApiKey) -> str:
        return str(key)

    @display(description="Account")
    def account(self, key: ApiKey) -> str:
        return link(key.owner, key.owner.email)

    @display(description="May")
    def may(self, key: ApiKey) -> str:
        return ", ".join(key.permissions)

    @display(description="State")
    def state(self, key: ApiKey) -> str:
        return state(state_of(key))

    @display(description="Last used (UTC)")
    def used(self, key: ApiKey) -> str:
        return moment(key.last_used_at)

    @display(description="Made (UTC)")
    def made(self, key: ApiKey) -> str:
        return moment(key.created_at)


def state_of(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expired else "works"
