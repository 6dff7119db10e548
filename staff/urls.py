"""The URLs under /admin/."""

from django.urls import path

from staff import admin  # noqa: F401 (registers the models)
from staff.admin.action_page import action_page
from staff.dashboard.page import dashboard
from staff.site import site

app_name = "admin"
urlpatterns = [
    path("", site.admin_view(dashboard), name="index"),
    path("actions/<slug:name>/<str:pk>", site.admin_view(action_page), name="action"),
    path("actions/<slug:name>", site.admin_view(action_page), name="add"),
    *site.model_urls(),
]
