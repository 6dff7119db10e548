from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views import View

from accounts import services


class SignIn(View):
    """The demo link of a development server: signs in once and goes to the first page."""

    http_method_names = ("get",)  # a HEAD of a link preview must not use the link up

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if not settings.DEVELOPMENT:
            raise Http404
        login(request, services.redeem_demo_link(token))
        return redirect("/")
