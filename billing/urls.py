from django.urls import path

from billing import api

urlpatterns = [
    path("api/v1/usage", api.Usage.as_view(), name="usage"),
    path("api/v1/tiers", api.Tiers.as_view(), name="tiers"),
]
