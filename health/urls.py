from django.urls import path

from health import views

urlpatterns = [
    path("health", views.Health.as_view(), name="health"),
    path("health/live", views.Live.as_view(), name="health_live"),
    path("health/ready", views.Ready.as_view(), name="health_ready"),
    path("health/db", views.Database.as_view(), name="health_db"),
    path("health/stripe", views.Stripe.as_view(), name="health_stripe"),
    path("health/sentry", views.Sentry.as_view(), name="health_sentry"),
    path("health/cache", views.Caches.as_view(), name="health_cache"),
    path("status", views.Status.as_view(), name="status"),
    path("metrics", views.Metrics.as_view(), name="metrics"),
]
