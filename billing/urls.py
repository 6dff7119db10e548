from django.urls import path

from billing import api
from billing.stripe.webhook import Webhook
from billing.web import billing
from billing.web.notifications import notifications, usage_emails_off
from billing.web.pricing import pricing
from billing.web.usage import usage
from billing.web.usage_csv import usage_csv

urlpatterns = [
    path("billing", billing.Billing.as_view(), name="billing"),
    path("billing/checkout", billing.Checkout.as_view(), name="checkout"),
    path("billing/success", billing.CheckoutSuccess.as_view(), name="checkout-success"),
    path("billing/portal", billing.Portal.as_view(), name="billing-portal"),
    path("billing/return", billing.Return.as_view(), name="billing-return"),
    path("billing/cancel", billing.Cancel.as_view(), name="billing-cancel"),
    path("billing/resume", billing.Resume.as_view(), name="billing-resume"),
    path("billing/invoices", billing.Invoices.as_view(), name="billing-invoices"),
    path("billing/pay", billing.Pay.as_view(), name="billing-pay"),
    path("api/v1/billing/checkout", api.Checkout.as_view(), name="api-checkout"),
    path("api/v1/billing/portal", api.Portal.as_view(), name="api-portal"),
    path("api/v1/billing/subscription", api.CurrentSubscription.as_view(), name="api-subscription"),
    path("pricing", pricing, name="pricing"),
    path("usage", usage, name="usage-page"),
    path("usage.csv", usage_csv, name="usage-csv"),
    path("settings/notifications", notifications, name="settings-notifications"),
    path("usage-emails/off/<str:token>", usage_emails_off, name="usage-emails-off"),
    path("api/v1/me", api.Me.as_view(), name="me"),
    path("api/v1/usage/records", api.UsageRecords.as_view(), name="usage-records"),
    path("api/v1/usage", api.Usage.as_view(), name="usage"),
    path("api/v1/tiers", api.Tiers.as_view(), name="tiers"),
    path("webhooks/stripe", Webhook.as_view(), name="stripe-webhook"),
]
