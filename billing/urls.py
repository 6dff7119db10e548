from django.urls import path

from billing import api
from billing.stripe.webhook import Webhook

urlpatterns = [
    path("api/v1/me", api.Me.as_view(), name="me"),
    path("api/v1/usage/records", api.UsageRecords.as_view(), name="usage-records"),
    path("api/v1/usage", api.Usage.as_view(), name="usage"),
    path("api/v1/tiers", api.Tiers.as_view(), name="tiers"),
    path("webhooks/stripe", Webhook.as_view(), name="stripe-webhook"),
]
