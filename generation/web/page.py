"""The base class of all pages that require signing in."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views import View

from accounts.models import User


class SignedInPage(View):
    """A view for a signed-in user, `self.user`. Others are redirected to sign in and then come back."""

    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(self.return_url())
        self.user = request.user
        return super().dispatch(request, *args, **kwargs)

    def return_url(self) -> str:
        """Where to go after signing in: back here or, after submitting a form, to the library."""
        return self.request.get_full_path() if self.request.method == "GET" else "/posts"
