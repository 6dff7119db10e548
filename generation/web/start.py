"""The topic that somebody types before they have signed in, and that becomes their first post's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from generation.pipeline.types import MAX_TOPIC

KEY = "topic"
"""Where it is in the session, which outlasts signing up, confirming an email, and signing in elsewhere."""


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """`?topic=…`: to New post with the topic filled in, by way of signing up if need be."""
    topic = " ".join(request.GET.get("topic", "").split())[:MAX_TOPIC]
    if request.user.is_authenticated:
        return redirect(new_post_about(topic))
    if topic:
        request.session[KEY] = topic
    return redirect("account_signup")


def waiting_topic(request: HttpRequest) -> str:
    """The topic from before, once; "" if there is none, or another one is asked for."""
    return "" if request.GET else request.session.pop(KEY, "")


def new_post_about(topic: str) -> str:
    return reverse("new-post", query={"topic": topic} if topic else None)
