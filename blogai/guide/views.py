"""`/docs`, its articles, and the reference."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from billing.models import TierLimit
from blogai.guide import articles, reference


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The first article, and every operation with a link to its description."""
    return _page(request, articles.FIRST, groups=reference.groups())


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    return redirect("docs", permanent=True) if slug == articles.FIRST else _page(request, slug)


@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    context = {"topics": articles.topics(), "operations": reference.html()}
    return render(request, "blogai/guide/reference.html", context)


def _page(request: HttpRequest, slug: str, **more: object) -> HttpResponse:
    """`plans` is fetched only by the article that shows them."""
    context = {
        "topics": articles.topics(),
        "article": articles.article_for(slug),
        "plans": TierLimit.objects.all(),
    }
    return render(request, "blogai/guide/article.html", {**context, **more})
