"""What programs ask a site for: /robots.txt, /sitemap.xml, /llms.txt, its manifest and its icon."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from blogai.help.articles import articles

NAMES = ("landing", "sample", "pricing", "docs", "help", "contact", "status", "changelog", "terms", "privacy")
"""Pages that anybody may read and that say something of their own."""


class PublicPages(Sitemap):  # type: ignore[type-arg] # not generic at run time
    """Their addresses begin with PUBLIC_URL, whatever name the request used."""

    def items(self) -> list[str]:
        return [*map(reverse, NAMES), *(reverse("help-article", args=[each.slug]) for each in articles())]

    def location(self, item: str) -> str:
        return item

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.PUBLIC_URL).scheme

    def get_domain(self, site: object = None) -> str:
        return settings.PUBLIC_URL.partition("://")[2].rstrip("/")


@require_safe
def sitemap_xml(request: HttpRequest) -> HttpResponse:
    return sitemap(request, {"pages": PublicPages()})


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Only production is to be found. What needs an account is no secret, but leads nowhere."""
    if settings.ENVIRONMENT == "production":
        private = ["/api/", "/billing", "/posts", "/settings", "/new", "/health", "/metrics"]
        lines = [*(f"Disallow: {path}" for path in private), f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml"]
    else:
        lines = ["Disallow: /"]
    return HttpResponse("\n".join(["User-agent: *", *lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
def llms_txt(request: HttpRequest) -> HttpResponse:
    """What the product is and where its pages are, for language models (llmstxt.org)."""
    return render(
        request,
        "blogai/llms.txt",
        {"root": settings.PUBLIC_URL.rstrip("/"), "articles": articles()},
        content_type="text/markdown; charset=utf-8",
    )


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest: how the site looks once it is installed on a device."""
    return JsonResponse(
        {
            "name": "Blog AI",
            "short_name": "Blog AI",
            "description": "Type a topic and watch it become a finished blog post.",
            "id": "/",
            "start_url": "/new",
            "display": "standalone",
            "background_color": "#fbfaf7",
            "theme_color": "#fbfaf7",
            "icons": [
                {"src": static("favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
                _icon("icon-192.png", 192),
                _icon("maskable-192.png", 192, purpose="maskable"),
                _icon("maskable-512.png", 512, purpose="maskable"),
            ],
        },
        content_type="application/manifest+json",
    )


def _icon(name: str, size: int, **more: str) -> dict[str, str]:
    return {"src": static(f"icons/{name}"), "sizes": f"{size}x{size}", "type": "image/png", **more}


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For who asks for the usual address without looking into a page."""
    return redirect(static("icons/icon-32.png"))
