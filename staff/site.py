"""The site at /admin/: who gets in, and what all of its pages have."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path, reverse
from unfold.sites import UnfoldAdminSite

from blogai.core.errors import NotFound
from staff.access import is_staff, may

NAVIGATION = {
    "": [("Today", "monitoring", "", "admin:index")],
    "Customers": [
        ("Users", "person", "accounts.view_user", "admin:accounts_user_changelist"),
        ("Runs", "play_circle", "generation.view_run", "admin:generation_run_changelist"),
        ("Posts", "article", "generation.view_post", "admin:generation_post_changelist"),
        (
            *("Notifications", "outgoing_mail"),
            *("generation.view_notification", "admin:generation_notification_changelist"),
        ),
        ("API keys", "key", "accounts.view_apikey", "admin:accounts_apikey_changelist"),
    ],
    "Billing": [
        ("Plans", "sell", "billing.view_tierlimit", "admin:billing_tierlimit_changelist"),
        ("Ledger", "receipt_long", "billing.view_usagerecord", "admin:billing_usagerecord_changelist"),
        ("Stripe events", "webhook", "billing.view_stripeevent", "admin:billing_stripeevent_changelist"),
    ],
    "Running it": [
        ("Model calls", "neurology", "generation.view_llmcall", "admin:generation_llmcall_changelist"),
        (
            *("Jobs", "stacks"),
            *("procrastinate.view_procrastinatejob", "admin:procrastinate_procrastinatejob_changelist"),
        ),
        ("Incidents", "campaign", "health.view_incident", "admin:health_incident_changelist"),
        ("What staff did", "history", "staff.view_staffaction", "admin:staff_staffaction_changelist"),
    ],
}
"""Title, icon, permission and URL name of each page, by the heading that it stands under."""

type View = Callable[..., HttpResponseBase]


class StaffSite(UnfoldAdminSite):  # type: ignore[misc]
    """Lets active staff in. Whoever has not signed in is sent to /sign-in; for others it is not there."""

    def has_permission(self, request: HttpRequest) -> bool:
        return is_staff(request.user)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path() if request.method == "GET" else "/admin/")
            if not self.has_permission(request):
                raise NotFound("There’s nothing at this address.")
            request.current_app = self.name
            response = view(request, *args, **kwargs)
            response["X-Frame-Options"] = "DENY"  # unfold would let our own pages frame its lists
            return response

        return guarded

    def model_urls(self) -> list[URLPattern | URLResolver]:
        """The pages of every registered model."""
        return [
            path(f"{model._meta.app_label}/{model._meta.model_name}/", include(admin.urls))
            for model, admin in self._registry.items()
        ]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        return []  # the navigation has them

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **super().each_context(request),
            "site_title": "Blog AI staff",
            "site_header": "Blog AI",
            "site_subheader": "Staff",
        }

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        return [
            {
                "title": title,
                "items": [
                    _item(name, icon, reverse(url), request)
                    for name, icon, permission, url in pages
                    if not permission or may(request.user, permission)
                ],
            }
            for title, pages in NAVIGATION.items()
        ]


def _item(title: str, icon: str, link: str, request: HttpRequest) -> dict[str, Any]:
    here = request.path == link if link == reverse("admin:index") else request.path.startswith(link)
    return {"title": title, "icon": icon, "link": link, "active": here, "has_permission": True}


site = StaffSite(name="admin")
