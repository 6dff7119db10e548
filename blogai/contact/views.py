"""`/contact`: the form, and the page that says that a message is on its way."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import form_limits
from accounts.models import User
from blogai.contact.form import ContactForm
from blogai.contact.request_ids import request_id_in
from blogai.contact.services import receive
from blogai.core.errors import NotFound, RateLimited
from blogai.mail import Console

CONSOLE = f"{Console.__module__}.{Console.__name__}"
"""The mail backend that only prints."""


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    if request.method != "POST":
        return _page(request, ContactForm(None, user=user, request_id=request_id_in(request)))
    if not settings.SUPPORT_EMAIL:
        raise NotFound("This site has no support address, so we can’t send your message.")
    form = ContactForm(request.POST, user=user)
    try:
        _count(request, user)
    except RateLimited as error:
        return _page(request, form, status=429, refusal=error)
    if form.is_by_a_robot:
        return redirect("contact-sent")
    if not form.is_valid():
        return _page(request, form, status=422)
    sent = form.cleaned_data
    receive(
        user=user,
        email=sent.get("email", ""),
        topic=sent["topic"],
        text=sent["text"],
        request_id=sent["request_id"],
    )
    return redirect("contact-sent")


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "blogai/contact/sent.html")


def _count(request: HttpRequest, user: User | None) -> None:
    """Raises RateLimited."""
    if settings.RATE_LIMIT_ENABLED:
        form_limits.count(request, "contact", user.email if user else request.POST.get("email", ""))


def _page(
    request: HttpRequest, form: ContactForm, status: int = 200, refusal: RateLimited | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "refusal": refusal,
        "support": settings.SUPPORT_EMAIL,
        "security": settings.SECURITY_CONTACT,
        "printed": settings.MAILERS["default"]["BACKEND"] == CONSOLE,
    }
    return render(request, "blogai/contact/contact.html", context, status=status)
