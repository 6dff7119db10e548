from django.urls import include, path
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularJSONAPIView

from blogai import development, landing, views
from blogai.browser_errors import browser_errors
from blogai.changelog import changelog
from blogai.contact import views as contact
from blogai.guide import views as guide
from blogai.help import views as help_pages
from blogai.public_pages import favicon, llms_txt, manifest, robots_txt, sitemap_xml
from blogai.security_txt import security_txt

urlpatterns = [
    path("", landing.landing, name="landing"),
    path("sample", landing.sample, name="sample"),
    path("docs", guide.start, name="docs"),
    path("docs/reference", guide.operations, name="docs-reference"),
    path("docs/<slug:slug>", guide.article, name="docs-article"),
    path(
        "openapi.json",
        SpectacularJSONAPIView.as_view(renderer_classes=[OpenApiJsonRenderer2]),
        name="openapi",
    ),
    path("", include("health.urls")),
    path(".well-known/security.txt", security_txt, name="security-txt"),
    path("debug-sentry", development.debug_sentry, name="debug-sentry"),
    path("config-status", development.config_status, name="config-status"),
    path("browser-errors", browser_errors, name="browser-errors"),
    path("robots.txt", robots_txt, name="robots-txt"),
    path("sitemap.xml", sitemap_xml, name="sitemap"),
    path("llms.txt", llms_txt, name="llms-txt"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("favicon.ico", favicon, name="favicon"),
    path("help", help_pages.index, name="help"),
    path("help/<slug:slug>", help_pages.article, name="help-article"),
    path("contact", contact.contact, name="contact"),
    path("contact/sent", contact.sent, name="contact-sent"),
    path("changelog", changelog, name="changelog"),
    path("offline", views.offline, name="offline"),
    path("service-worker.js", views.service_worker, name="service-worker"),
    path("terms", views.terms, name="terms"),
    path("privacy", views.privacy, name="privacy"),
    path("admin/", include("staff.urls")),
    path("", include("accounts.urls")),
    path("", include("billing.urls")),
    path("", include("generation.urls")),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
