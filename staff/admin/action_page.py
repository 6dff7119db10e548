"""`/admin/actions/<name>/<id>`: says what will happen and asks why; sent, it is done and recorded.

An action that adds a row has no id in its address.
"""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods

from accounts.models import User
from blogai.core.errors import BlogAIError, NotFound, PermissionDenied
from generation.models import Post
from generation.posts.markdown import render
from staff.access import require
from staff.actions.base import Action, ActionForm, perform, require_other
from staff.actions.catalogue import ACTIONS
from staff.admin.base import row_for
from staff.admin.cells import list_url, screen_url
from staff.site import site


@require_http_methods(["GET", "HEAD", "POST"])
def action_page(request: HttpRequest, name: str, pk: str | None = None) -> HttpResponseBase:
    action = ACTIONS.get(name)
    if action is None or action.adds == (pk is not None):
        raise NotFound("There’s nothing at this address.")
    actor = cast(User, request.user)
    require(actor, action.permission)
    target = action.rows().model() if pk is None else row_for(action.rows(), pk)
    require_other(actor, action.owner(target))
    if request.method != "POST":
        return _page(request, action, target, action.form(target=target))
    form = action.form(request.POST, target=target)
    if not form.is_valid():
        return _page(request, action, target, form, status=422)
    try:
        done = perform(action, actor, target, form, request.request_id)  # type: ignore[attr-defined]
    except PermissionDenied:
        raise
    except BlogAIError as error:
        return _page(request, action, target, form, refusal=error, status=error.status)
    if action.shows_text:
        return _text(request, target)
    messages.success(request, done)
    return redirect(_back(action, target))


def _page(
    request: HttpRequest,
    action: Action,
    target: Any,
    form: ActionForm,
    *,
    refusal: BlogAIError | None = None,
    status: int = 200,
) -> TemplateResponse:
    context = {
        **site.each_context(request),
        "title": action.button,
        "action": action,
        "owner": action.owner(target),
        "target": target,
        "back": _back(action, target),
        "form": form,
        "refusal": refusal,
    }
    return TemplateResponse(request, "staff/action.html", context, status=status)


def _back(action: Action, target: Any) -> str:
    return list_url(type(target)) if action.adds else screen_url(target)


def _text(request: HttpRequest, post: Post) -> TemplateResponse:
    parts = [{"heading": part["heading"], "html": _html(part["text"])} for part in post.parts]
    context = {**site.each_context(request), "title": post.title, "post": post, "parts": parts}
    return TemplateResponse(request, "staff/read_post.html", context)


def _html(text: str) -> SafeString:
    return mark_safe(render(text))  # noqa: S308 (sanitised by render)
