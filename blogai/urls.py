from django.urls import include, path
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from blogai import development, views
from blogai.security_txt import security_txt

urlpatterns = [
    path("", views.landing, name="landing"),
    path("docs", SpectacularSwaggerSplitView.as_view(url_name="openapi"), name="docs"),
    path(
        "openapi.json",
        SpectacularJSONAPIView.as_view(renderer_classes=[OpenApiJsonRenderer2]),
        name="openapi",
    ),
    path("", include("health.urls")),
    path(".well-known/security.txt", security_txt, name="security-txt"),
    path("debug-sentry", development.debug_sentry, name="debug-sentry"),
    path("config-status", development.config_status, name="config-status"),
    path("offline", views.offline, name="offline"),
    path("service-worker.js", views.service_worker, name="service-worker"),
    path("terms", views.terms, name="terms"),
    path("privacy", views.privacy, name="privacy"),
    path("", include("accounts.urls")),
    path("", include("billing.urls")),
    path("", include("generation.urls")),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
