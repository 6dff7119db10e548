"""`/help`, its search, and the page of an article."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from blogai.contact.request_ids import request_id_in
from blogai.help import articles, search


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All articles by topic; with `?q=` those that answer it."""
    query = request.GET.get("q", "").strip()[: search.MAX_QUERY]
    context = {
        "query": query,
        "found": search.find(query) if query else None,
        "topics": articles.topics(),
        "request_id": request_id_in(request),
    }
    return render(request, "blogai/help/index.html", context)


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    found = articles.article_for(slug)
    context = {
        "article": found,
        "related": articles.related(found),
        "request_id": request_id_in(request),
    }
    return render(request, "blogai/help/article.html", context)
